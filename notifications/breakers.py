"""A channel that is set up wrongly is closed: nobody else tries it, until it is looked at again after a while."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from db.tables import ChannelState

FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(minutes=15)
SAME_TROUBLE = timedelta(days=1)
CLOCK_SLACK = timedelta(minutes=10)


@dataclass(frozen=True)
class Closed:
    """A closed channel: since when, why, when it is tried again, and since when the trouble is known."""

    name: str
    since: datetime
    because: str
    until: datetime
    outage_at: datetime

    def holds(self, now: datetime) -> bool:
        """Whether it is not to be tried yet. What a clock that ran ahead noted counts for nothing."""
        return now < self.until <= now + LONGEST_PAUSE + CLOCK_SLACK


def closed_channels(session: Session, channels: Collection[str] | None = None) -> dict[str, Closed]:
    """The channels that are closed, all or those of these, also the ones that may be tried again by now."""
    query = select(ChannelState).where(col(ChannelState.closed_at).is_not(None))
    if channels is not None:
        query = query.where(col(ChannelState.name).in_(channels))
    rows = session.execute(query.order_by(col(ChannelState.name))).scalars()
    return {row.name: found for row in rows if (found := _closed(row))}


def close(session: Session, name: str, because: str, now: datetime) -> Closed:
    """Close a channel, or leave it closed for longer: the longer it has been, the longer the next pause."""
    ensure_state(session, name)
    row = session.get_one(ChannelState, name, with_for_update=True, populate_existing=True)
    since = row.closed_at if row.closed_at is not None and row.closed_at <= now else now
    closed = Closed(name, since, because, now + pause(now - since), _outage(row, because, now))
    state = update(ChannelState).where(col(ChannelState.name) == name)
    session.execute(
        state.values(
            closed_at=since, closed_because=because, try_again_at=closed.until, outage_at=closed.outage_at
        )
    )
    return closed


def pause(closed_for: timedelta) -> timedelta:
    """How long a channel rests that has been closed for so long. Pure."""
    return min(max(closed_for, FIRST_PAUSE), LONGEST_PAUSE)


def reopen(session: Session, name: str) -> None:
    """It carried a message again."""
    session.execute(update(ChannelState).where(col(ChannelState.name) == name).values(closed_at=None))


def note_quota(session: Session, name: str, left: int, now: datetime) -> None:
    """How many more messages the provider takes, as it said with the last one."""
    ensure_state(session, name)
    state = update(ChannelState).where(col(ChannelState.name) == name)
    session.execute(state.values(quota_left=left, quota_at=now))


def ensure_state(session: Session, name: str) -> None:
    """Let the channel have its row."""
    if session.get(ChannelState, name) is None:
        session.execute(insert(ChannelState).values(name=name, closed_because=""))


def _outage(row: ChannelState, because: str, now: datetime) -> datetime:
    known, last = row.outage_at, row.try_again_at
    same = because == row.closed_because and last is not None and abs(now - last) < SAME_TROUBLE
    return known if same and known is not None and known <= now else now


def _closed(row: ChannelState) -> Closed | None:
    since = row.closed_at
    if since is None:
        return None
    return Closed(row.name, since, row.closed_because, row.try_again_at or since, row.outage_at or since)
