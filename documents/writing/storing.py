"""A file of details brought into the database: what it says is written over what is there, what it leaves empty stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast

from sqlmodel import Session

from db.errors import Refusal, WrongFields
from documents.writing.details import Council, CouncilMember, CouncilScore, Details
from documents.writing.details import Meeting as ToldMeeting
from tasks.actor import Actor
from tasks.council_findings import Ballot, Finding
from tasks.council_meetings import MeetingFacts, add_meeting, edit_meeting, meetings_of
from tasks.council_members import (
    ALONE,
    PARTS,
    MemberFacts,
    add_member,
    edit_member,
    members_of,
    present_members,
)
from tasks.council_scores import Stored, findings_of, save_finding
from tasks.dossier_facts import DossierChanges, dossier_of, save_dossier
from tasks.meeting_words import day_begins, instant

T = TypeVar("T")
_PARTS = {
    "phó chủ tịch": "deputy",
    "chủ tịch": "chair",
    "thư ký": "secretary",
    "ủy viên": "member",
    "uỷ viên": "member",
}


@dataclass(frozen=True)
class Brought:
    """How much of what the file said was new."""

    facts: int
    members: int
    meetings: int
    scores: int

    @property
    def words(self) -> str:
        """In one sentence."""
        if not any((self.facts, self.members, self.meetings, self.scores)):
            return "Không có gì mới so với thông tin đang lưu."
        facts = "thông tin chung, " if self.facts else ""
        return f"Đã ghi {facts}{self.members} thành viên, {self.meetings} cuộc họp, {self.scores} tiêu chí."


def bring_details(
    session: Session, plan_id: int, details: Details, name: str, time_zone: str, *, by: Actor, now: datetime
) -> Brought:
    """Write a file's details in the session's transaction. `name`: the file's, for who asks where a quorum is from.

    Members are known by their names; the meeting is the last one, unless the file tells of another time. Raises
    Refusal naming the place in the file.
    """
    written = _placed("thông tin chung", lambda: _facts(session, plan_id, details, name, by, now))
    # Whoever gives up the chair does so before the next one takes it.
    listed = sorted(details.council.members, key=lambda one: _part(one) in ALONE)
    members = sum(_member(session, plan_id, one, time_zone, by, now) for one in listed)
    numbers = {one.name: one.id or 0 for one in present_members(members_of(session, plan_id))}
    meetings = _placed(
        "[meeting]", lambda: _meeting(session, plan_id, details.meeting, numbers, time_zone, by, now)
    )
    scores = sum(_scores(session, plan_id, details.council, numbers, by, now))
    return Brought(int(written), members, int(meetings), scores)


def _facts(session: Session, plan_id: int, details: Details, name: str, by: Actor, now: datetime) -> bool:
    council, chosen, row = details.council, details.commune_class, dossier_of(session, plan_id)
    # The office stands in every file's model, said or not.
    drafting = details.drafting if "drafting" in details.model_fields_set else ""
    told_anew = council.quorum if council.quorum != row.quorum else None
    given: dict[str, Any] = {
        "signer_name": details.signer_name, "drafting": drafting, "recipients": list(details.recipients),
        "bases": list(details.bases), "strengths": list(details.strengths), "gaps": list(details.gaps),
        "class_bar": chosen.bar, "class_document": chosen.document, "quorum": council.quorum,
        "quorum_source": council.quorum_source or (f"tệp {name}" if told_anew else ""),
    }  # fmt: skip
    changes = {field: value for field, value in given.items() if value}
    return save_dossier(session, plan_id, cast("DossierChanges", changes), seen=row.version, by=by, now=now)


def _member(
    session: Session, plan_id: int, told: CouncilMember, time_zone: str, by: Actor, now: datetime
) -> bool:
    present = {one.name.casefold(): one for one in present_members(members_of(session, plan_id))}
    known, place = present.get(told.name.casefold()), f"[[council.member]] {told.name}"
    joined = _placed(place, lambda: day_begins(told.joined, time_zone)) if told.joined else None
    if known is None:
        facts = MemberFacts(told.name, told.position, _part(told), joined_at=joined)
        return bool(_placed(place, partial(add_member, session, plan_id, facts, by=by, now=now)))
    part = _part(told) if "part" in told.model_fields_set else known.part
    position = told.position or known.position
    facts = MemberFacts(told.name, position, part, known.person_id, joined or known.joined_at)
    number, seen = known.id or 0, known.version
    return _placed(place, partial(edit_member, session, plan_id, number, facts, seen=seen, by=by, now=now))


def _part(told: CouncilMember) -> str:
    part = next((key for word, key in _PARTS.items() if told.part.casefold().startswith(word)), None)
    if part is None:
        raise Refusal(
            f"[[council.member]] {told.name}: không có vai trò «{told.part}»; hãy ghi {', '.join(PARTS.values())}."
        )
    return part


def _meeting(
    session: Session,
    plan_id: int,
    told: ToldMeeting,
    numbers: Mapping[str, int],
    time_zone: str,
    by: Actor,
    now: datetime,
) -> bool:
    if told == ToldMeeting():
        return False
    held_at = instant(told.at, time_zone) if told.at else None
    meetings = meetings_of(session, plan_id)
    same = [one for one in meetings if held_at is None or one.row.held_at in {held_at, None}]
    before = same[-1].facts if same else MeetingFacts()
    begin = held_at or before.held_at
    closed_at = instant(told.closed_at, time_zone, begin) if told.closed_at else before.closed_at
    present = frozenset(_number(one, numbers, "người có mặt") for one in told.present) or before.present
    facts = MeetingFacts(begin, told.place or before.place, told.agenda or before.agenda, closed_at, present)
    if not same:
        return bool(add_meeting(session, plan_id, facts, by=by, now=now))
    row = same[-1].row
    return edit_meeting(session, plan_id, row.id or 0, facts, seen=row.version, by=by, now=now)


def _scores(
    session: Session, plan_id: int, council: Council, numbers: Mapping[str, int], by: Actor, now: datetime
) -> Iterator[bool]:
    there, scored = findings_of(session, plan_id), {one.no: one for one in council.scores}
    for no in sorted({*scored, *council.findings}):
        stored = there.get(no, Stored())
        given = replace(stored.finding, reached=council.findings.get(no, stored.finding.reached))
        if no in scored:
            given = _finding(given, scored[no], numbers)
        save = partial(save_finding, session, plan_id, no, given, seen=stored.version, by=by, now=now)
        yield _placed(f"tiêu chí {no}", save)


def _finding(before: Finding, told: CouncilScore, numbers: Mapping[str, int]) -> Finding:
    place = f"phiếu của tiêu chí {told.no}"
    votes = (Ballot(_number(it.member, numbers, place), it.points, it.remark) for it in told.votes)
    ballots = tuple(votes) or before.ballots
    return replace(before, points=told.points, reason=told.reason or before.reason, ballots=ballots)


def _number(name: str, numbers: Mapping[str, int], place: str) -> int:
    if name not in numbers:
        raise Refusal(f"{place}: «{name}» không phải thành viên Hội đồng.")
    return numbers[name]


def _placed(place: str, deed: Callable[[], T]) -> T:
    """What `deed` gives; its refusal with the place it is about."""
    try:
        return deed()
    except WrongFields as refusal:
        raise Refusal(
            "\n".join(f"{place}: {said}" for said in dict.fromkeys(refusal.fields.values()))
        ) from None
    except Refusal as refusal:
        raise Refusal(f"{place}: {refusal}") from None
