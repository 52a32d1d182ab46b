"""Meetings of the council: when, where, what about, who was there, and when it ended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from db.errors import Missing, Refusal
from db.tables import CouncilAttendance, CouncilMeeting, CouncilMember, Plan
from tasks import council_desk as desk
from tasks.actor import Actor

AGENDA = (
    "Tuyên bố lý do, giới thiệu thành viên, kiểm tra số thành viên có mặt.",
    "Thông qua báo cáo kết quả tự đánh giá và hồ sơ minh chứng.",
    "Thảo luận, cho điểm từng tiêu chí; ghi lý do khi điểm khác điểm tự chấm.",
    "Kết luận từng tiêu chí đạt hay chưa đạt, tổng điểm và đề nghị của Hội đồng.",
    "Thông qua biên bản.",
)
"""What a meeting is about while nobody wrote an agenda of their own."""


@dataclass(frozen=True)
class MeetingFacts:
    """A meeting; instants in UTC, None while unknown. `present`: numbers of members who were there."""

    held_at: datetime | None = None
    place: str = ""
    agenda: tuple[str, ...] = ()
    closed_at: datetime | None = None
    present: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Meeting:
    """A stored meeting with who was there."""

    row: CouncilMeeting
    present: frozenset[int]

    @property
    def facts(self) -> MeetingFacts:
        """What is stored about it."""
        row = self.row
        return MeetingFacts(row.held_at, row.place, tuple(row.agenda), row.closed_at, self.present)


def meetings_of(session: Session, plan_id: int) -> list[Meeting]:
    """All meetings, the earliest first and those without a time last; one query."""
    there: dict[int, set[int]] = defaultdict(set)
    rows: dict[int, CouncilMeeting] = {}
    query = select(CouncilMeeting, col(CouncilAttendance.member_id)).outerjoin(
        CouncilAttendance, col(CouncilAttendance.meeting_id) == col(CouncilMeeting.id)
    )
    for row, member in session.execute(query.where(col(CouncilMeeting.plan_id) == plan_id)):
        rows[row.id or 0] = row
        there[row.id or 0] |= {member} - {None}
    last = datetime.max.replace(tzinfo=UTC)
    ordered = sorted(rows.values(), key=lambda one: (one.held_at or last, one.id or 0))
    return [Meeting(one, frozenset(there[one.id or 0])) for one in ordered]


def meeting_of(session: Session, plan_id: int, number: int) -> Meeting:
    """One meeting of this plan's council. Raises Missing."""
    for one in meetings_of(session, plan_id):
        if one.row.id == number:
            return one
    raise Missing(f"Không có cuộc họp số {number} của Hội đồng.")


def add_meeting(session: Session, plan_id: int, facts: MeetingFacts, *, by: Actor, now: datetime) -> int:
    """Note a meeting; its number. Raises WrongFields by field of MeetingFacts, Refusal."""
    plan = desk.open_desk(session, plan_id, by)
    values = _checked(session, plan, facts)
    number = desk.first(
        session, CouncilMeeting, values | {"commune_id": plan.commune_id, "plan_id": plan_id}, by, now
    )
    _attend(session, plan, number, facts.present, by, now)
    desk.note(session, plan, "council.meeting_added", by, now, meeting=number, count=len(facts.present))
    return number


def edit_meeting(
    session: Session, plan_id: int, number: int, facts: MeetingFacts, *, seen: int, by: Actor, now: datetime
) -> bool:
    """Change a meeting and who was there; False when that changes nothing.

    Raises WrongFields, Missing, Outdated, Refusal.
    """
    plan, meeting = desk.open_desk(session, plan_id, by), meeting_of(session, plan_id, number)
    if meeting.row.version != seen:
        raise desk.outdated(meeting.row.by_name)
    values = _checked(session, plan, facts)
    if meeting.facts == MeetingFacts(
        **values | {"agenda": tuple(values["agenda"]), "present": facts.present}
    ):
        return False
    desk.replace(session, meeting.row, values, seen, by, now)
    gone = delete(CouncilAttendance).where(col(CouncilAttendance.meeting_id) == number)
    session.execute(gone.where(col(CouncilAttendance.member_id).in_(meeting.present - facts.present)))
    _attend(session, plan, number, facts.present - meeting.present, by, now)
    desk.note(session, plan, "council.meeting_changed", by, now, meeting=number, count=len(facts.present))
    return True


def drop_meeting(session: Session, plan_id: int, number: int, *, seen: int, by: Actor, now: datetime) -> None:
    """Take back a meeting that is not over. Raises Missing, Outdated, Refusal."""
    plan, meeting = desk.open_desk(session, plan_id, by), meeting_of(session, plan_id, number)
    if meeting.row.version != seen:
        raise desk.outdated(meeting.row.by_name)
    if meeting.row.closed_at is not None:
        raise Refusal("Cuộc họp đã ghi giờ kết thúc nên được giữ lại cùng biên bản.")
    session.execute(delete(CouncilAttendance).where(col(CouncilAttendance.meeting_id) == number))
    session.execute(delete(CouncilMeeting).where(col(CouncilMeeting.id) == number))
    desk.note(session, plan, "council.meeting_dropped", by, now, meeting=number)


def _checked(session: Session, plan: Plan, facts: MeetingFacts) -> dict[str, Any]:
    place, agenda = desk.line(facts.place), desk.lines(facts.agenda)
    wrong = {"closed_at": _wrong_end(facts), "present": _wrong_present(session, plan, facts)}
    desk.require_printable({"place": [place], "agenda": agenda}, wrong)
    return {"held_at": facts.held_at, "place": place, "agenda": agenda, "closed_at": facts.closed_at}


def _wrong_end(facts: MeetingFacts) -> str | None:
    if facts.closed_at is None:
        return None
    if facts.held_at is None:
        return "Xin ghi giờ bắt đầu trước khi ghi giờ kết thúc."
    return "Giờ kết thúc phải sau giờ bắt đầu." if facts.closed_at < facts.held_at else None


def _wrong_present(session: Session, plan: Plan, facts: MeetingFacts) -> str | None:
    query = select(CouncilMember).where(col(CouncilMember.plan_id) == plan.id)
    known = {one.id: one for one in session.execute(query).scalars()}
    if facts.present - known.keys():
        return "Có người được đánh dấu có mặt không phải thành viên Hội đồng."
    there = [known[one] for one in sorted(facts.present)]
    late = [one.name for one in there if facts.held_at and one.joined_at and one.joined_at > facts.held_at]
    return f"Lúc họp chưa là thành viên Hội đồng: {', '.join(late)}." if late else None


def _attend(
    session: Session, plan: Plan, meeting: int, members: Iterable[int], by: Actor, now: datetime
) -> None:
    rows = [
        {
            "commune_id": plan.commune_id,
            "meeting_id": meeting,
            "member_id": one,
            "by_name": by.name,
            "noted_at": now,
        }
        for one in sorted(members)
    ]
    if rows:
        session.execute(insert(CouncilAttendance), rows)
