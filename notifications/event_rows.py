"""Events as rows: kept once, before anybody is answered; settled once, by whoever is first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col

from db.store import Store, changed
from db.tables import ChannelEvent

PAGE = 100


@dataclass(frozen=True)
class Event:
    """One event that waits; `received_at` is aware."""

    id: int
    channel: str
    body: str
    received_at: datetime


def keep_event(
    store: Store, channel: str, key: str, body: str, *, now: datetime, patience: timedelta | None = None
) -> bool:
    """Keep an event; False when it is kept already. `patience` as in `Store.write`. Raises StorageRefusal."""
    row = {"channel": channel, "key": key, "body": body, "received_at": now, "trouble": ""}
    known = select(col(ChannelEvent.id)).where(
        col(ChannelEvent.channel) == channel, col(ChannelEvent.key) == key
    )
    try:
        with store.write(patience) as session:
            if session.execute(known).first():
                return False
            session.execute(insert(ChannelEvent).values(**row))
    except IntegrityError:  # where writers do not exclude one another, another one was first
        return False
    return True


def waiting_events(store: Store) -> Iterator[Event]:
    """What waits to be handled, the oldest first, read in pages: one that has to go on waiting holds up no other."""
    last, more = 0, True
    names = ("id", "channel", "body", "received_at")
    waiting = select(*(getattr(ChannelEvent, name) for name in names)).where(
        col(ChannelEvent.handled_at).is_(None)
    )
    while more:
        with store.read() as session:
            page = waiting.where(col(ChannelEvent.id) > last).order_by(col(ChannelEvent.id)).limit(PAGE)
            rows = session.execute(page).all()
        yield from (Event(*row) for row in rows)
        last, more = (rows[-1].id if rows else last), len(rows) == PAGE


def settle_event(session: Session, number: int, now: datetime) -> bool:
    """Take an event for handled, in the transaction that handles it; its body, maybe personal, goes.

    False when somebody else has handled it.
    """
    mine = update(ChannelEvent).where(col(ChannelEvent.id) == number, col(ChannelEvent.handled_at).is_(None))
    return changed(session, mine.values(handled_at=now, body="")) == 1


def note_trouble(session: Session, number: int, trouble: str) -> None:
    """Write down what was odd about an event: a code, no personal text."""
    session.execute(update(ChannelEvent).where(col(ChannelEvent.id) == number).values(trouble=trouble))


def troubles_since(session: Session, channel: str, trouble: str, since: datetime) -> int:
    """How many events of a channel were odd in the same way after an instant."""
    query = select(col(ChannelEvent.id)).where(
        col(ChannelEvent.channel) == channel,
        col(ChannelEvent.trouble) == trouble,
        col(ChannelEvent.received_at) > since,
    )
    return len(session.execute(query).all())
