"""What the watching machines are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.tables import Heartbeat, Message
from db.tables.outbox import MESSAGE_STATES
from notifications.heartbeat import HEARTBEAT


@dataclass(frozen=True)
class Pulse:
    """`tick_age`: seconds since the last tick, None when there was none; `oldest_pending`: seconds, 0 when none waits."""

    tick_age: float | None
    messages: dict[str, int]
    oldest_pending: float


def pulse(session: Session, now: datetime) -> Pulse:
    """Three queries, whatever the number of messages."""
    last = session.execute(
        select(col(Heartbeat.at)).where(col(Heartbeat.name) == HEARTBEAT)
    ).scalar_one_or_none()
    counts = dict(
        session.execute(select(col(Message.state), func.count()).group_by(col(Message.state))).all()
    )
    oldest = session.execute(
        select(func.min(col(Message.created_at))).where(col(Message.state) == "pending")
    ).scalar()
    return Pulse(
        tick_age=None if last is None else _seconds(last, now),
        messages={state: counts.get(state, 0) for state in MESSAGE_STATES},
        oldest_pending=0.0 if oldest is None else _seconds(oldest, now),
    )


def _seconds(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())
