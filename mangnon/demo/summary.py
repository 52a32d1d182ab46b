"""The demo's figures, for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.tables import Message, Reminder
from mangnon.demo.season import Story
from mangnon.house import Bearings
from mangnon.views.status import Status
from notifications.candidates import REMINDING

SENT = ("sent", "delivered")


def summarise(
    session: Session, where: Bearings, status: Status, story: Story, seconds: tuple[float, float]
) -> dict[str, Any]:
    """Tasks by kind, stage, messages by state, reminders said and how many of them are distinct, and so on.

    A reminder is a rung of a deadline (before, overdue, escalated) that was said in a message that left.
    `seconds`: wall, CPU.
    """
    said = _said(session, where.commune_id)
    return {
        "tasks": status.board.by_kind,
        "tasks_by_state": status.board.by_state,
        "stage": next(item.key for item in status.stepper if item.status == "present"),
        "messages": _messages(session, where.commune_id),
        "reminders_total": len(said),
        "reminders_distinct": len({key for key, _ in said}),
        "late_now": len(status.board.late),
        "first_reminder_on": min((_local(at, where.time_zone) for _, at in said), default=None),
        "last_working_day": story.last_working_day,
        "last_valid_on": story.last_valid_on,
        "ticks": story.ticks,
        "wall_seconds": seconds[0],
        "cpu_seconds": seconds[1],
    }


def _said(session: Session, commune_id: int) -> list[tuple[tuple[int, int, str], datetime]]:
    query = (
        select(col(Reminder.task_id), col(Reminder.person_id), col(Reminder.rung), col(Message.sent_at))
        .join(Message, col(Message.id) == Reminder.message_id)
        .where(
            col(Reminder.commune_id) == commune_id,
            col(Reminder.kind).in_(REMINDING),
            col(Reminder.state) == "wanted",
            col(Message.state).in_(SENT),
        )
    )
    return [((row[0], row[1], row[2]), row[3]) for row in session.execute(query)]


def _messages(session: Session, commune_id: int) -> dict[str, int]:
    query = select(col(Message.state), func.count()).where(col(Message.commune_id) == commune_id)
    return {
        row[0]: row[1]
        for row in session.execute(query.group_by(col(Message.state)).order_by(col(Message.state)))
    }


def _local(at: datetime, time_zone: str) -> date:
    return at.astimezone(ZoneInfo(time_zone)).date()
