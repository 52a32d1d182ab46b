"""No channel carries more than its rate, over all workers and processes: each message gets an instant of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col

from db.tables import ChannelState
from notifications.breakers import ensure_state

PATIENCE = timedelta(minutes=2)
"""Longer than that no worker holds a message back: it waits in the database."""


def reserve(session: Session, channel: str, count: int, per_minute: int, now: datetime) -> list[datetime]:
    """The instants at which the next messages may leave: `count` of them, or as many as leave before long.

    `per_minute` 0 sets no rate.
    """
    if not per_minute:
        return [now] * count
    ensure_state(session, channel)
    state = session.get_one(ChannelState, channel, with_for_update=True, populate_existing=True)
    instants, following = paced(state.next_free_at, count, per_minute, now)
    pace = update(ChannelState).where(col(ChannelState.name) == channel)
    session.execute(pace.values(next_free_at=following))
    return instants


def paced(
    free_at: datetime | None, count: int, per_minute: int, now: datetime
) -> tuple[list[datetime], datetime]:
    """Evenly spread instants from when the channel is free on, and when it is free again. Pure.

    What is free only long after now was noted by a clock that ran ahead, and counts for nothing.
    """
    # Rounded up, or the last one of a minute would leave a moment too early.
    step = timedelta(microseconds=-(-60_000_000 // per_minute))
    sound = free_at is not None and now < free_at <= now + PATIENCE + step
    start = free_at if sound and free_at is not None else now
    fitting = [start + number * step for number in range(count) if start + number * step <= now + PATIENCE]
    return fitting, start + len(fitting) * step
