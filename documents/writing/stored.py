"""The details of a dossier as they stand in the database: what was noted about it, the council, one of its meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from db.tables import CouncilMember
from documents.writing.details import Details
from tasks.council_meetings import Meeting, meetings_of
from tasks.council_members import PARTS, members_of, present_members
from tasks.council_scores import Stored, findings_of
from tasks.dossier_facts import dossier_of
from tasks.meeting_choice import chosen_meeting
from tasks.meeting_words import begun, ended

_LISTS = ("recipients", "bases", "strengths", "gaps")


def stored_details(session: Session, plan_id: int, time_zone: str, meeting: int | None = None) -> Details:
    """What the tables hold; four queries. `time_zone`: what meetings are told in, such as "Asia/Ho_Chi_Minh".

    `meeting`: the number of the meeting that is told, the last one otherwise. Raises Missing for one that is not there.
    """
    held = chosen_meeting(meetings_of(session, plan_id), meeting)
    return details_of_meeting(session, plan_id, time_zone, held)


def details_of_meeting(session: Session, plan_id: int, time_zone: str, held: Meeting | None) -> Details:
    """The same for a meeting that was read already; three queries.

    The council is that of its day: who left before it is no member and who joined since is none; who left since is one.
    """
    row = dossier_of(session, plan_id)
    everybody = members_of(session, plan_id)
    members = present_members(everybody, held.row.held_at if held else None)
    plain = {name: getattr(row, name) for name in ("signer_name", "drafting", *_LISTS)}
    council = {
        "member": [{"name": one.name, "position": one.position, "part": PARTS[one.part]} for one in members],
        "quorum": row.quorum, "quorum_source": row.quorum_source,
    } | _scores(findings_of(session, plan_id), {one.id or 0: one.name for one in members})  # fmt: skip
    return Details.model_validate(
        plain
        | {"class": {"bar": row.class_bar, "document": row.class_document}, "council": council}
        | {"meeting": _meeting(held, members, time_zone)}
    )


def _scores(found: Mapping[int, Stored], names: Mapping[int, str]) -> dict[str, Any]:
    """Votes of those who are no members any more stay out."""
    findings = {no: one.finding for no, one in sorted(found.items())}
    return {
        "reached": [no for no, one in findings.items() if one.reached is True],
        "not_reached": [no for no, one in findings.items() if one.reached is False],
        "score": [
            {"no": no, "points": one.points, "reason": one.reason, "votes": [
                {"member": names[it.member_id], "points": it.points, "remark": it.remark}
                for it in one.ballots if it.member_id in names and it.points is not None
            ]}
            for no, one in findings.items() if one.points is not None
        ],
    }  # fmt: skip


def _meeting(held: Meeting | None, members: Sequence[CouncilMember], time_zone: str) -> dict[str, Any]:
    if held is None:
        return {}
    row = held.row
    return {
        "at": begun(row.held_at, time_zone) if row.held_at else "",
        "place": row.place,
        "present": [one.name for one in members if one.id in held.present],
        "closed_at": _end(row.closed_at, row.held_at, time_zone),
        "agenda": row.agenda,
    }


def _end(closed_at: datetime | None, held_at: datetime | None, time_zone: str) -> str:
    return ended(closed_at, held_at, time_zone) if closed_at and held_at else ""
