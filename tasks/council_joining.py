"""Whether somebody may have joined the council on a day: a meeting that is over keeps the members it had."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import CouncilAttendance, CouncilMeeting

UNSAID = "Đã có cuộc họp kết thúc. Xin ghi ngày tham gia, để số thành viên của cuộc họp đó không thay đổi."
WAS_THERE = "Người này đã được ghi có mặt tại một cuộc họp trước ngày đó. Xin ghi ngày sớm hơn, hoặc sửa người có mặt ở cuộc họp."


def wrong_joining(session: Session, plan_id: int, number: int, joined_at: datetime | None) -> str | None:
    """What is wrong with a member's day of joining, in a sentence. `number`: 0 for a new member; `joined_at` in UTC."""
    if joined_at is None:
        over = select(col(CouncilMeeting.id)).where(
            col(CouncilMeeting.plan_id) == plan_id, col(CouncilMeeting.closed_at).is_not(None)
        )
        return UNSAID if not number and session.execute(over).first() else None
    attended = (
        select(col(CouncilMeeting.id))
        .join(CouncilAttendance, col(CouncilAttendance.meeting_id) == col(CouncilMeeting.id))
        .where(col(CouncilAttendance.member_id) == number, col(CouncilMeeting.held_at) < joined_at)
    )
    return WAS_THERE if session.execute(attended).first() else None


def met_meanwhile(session: Session, plan_id: int, since: datetime, until: datetime) -> bool:
    """Whether the council met between two instants (UTC)."""
    met = select(col(CouncilMeeting.id)).where(
        col(CouncilMeeting.plan_id) == plan_id,
        col(CouncilMeeting.held_at) > since,
        col(CouncilMeeting.held_at) <= until,
    )
    return session.execute(met).first() is not None
