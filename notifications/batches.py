"""A batch of claimed messages, prepared: what each says, where it may go, and who is not to be written to now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Self

import structlog
from sqlmodel import Session

from db import journal
from db.errors import StorageRefusal
from notifications.contents import Content, Reading, compose, read
from notifications.holds import load_holds
from notifications.outbox import Claimed
from notifications.routes import Routes, routes
from notifications.sending import Delivery, Parcel

log = structlog.get_logger(__name__)


class Readings:
    """Communes as they were last read; read again on another day, or once anything was journalled."""

    def __init__(self, delivery: Delivery) -> None:
        self.delivery = delivery
        self._read: dict[int, tuple[tuple[int, date], Reading]] = {}

    def of(self, session: Session, commune_id: int, seq: int) -> Reading:
        """The commune at the journal's length `seq`."""
        stamp = (seq, self.delivery.today())
        known = self._read.get(commune_id)
        if known is None or known[0] != stamp:
            now, desk = self.delivery.clock.now(), self.delivery.desk
            known = self._read[commune_id] = (stamp, read(session, commune_id, now, desk))
        return known[1]


@dataclass(frozen=True)
class Prepared:
    """Contents and ways by message, as of the journals' lengths in `stamp`; `resting` people get nothing now."""

    contents: dict[int, Content]
    ways: dict[int, Routes]
    stamp: dict[int, int]
    resting: frozenset[int]

    @classmethod
    def of(cls, readings: Readings, claimed: Collection[Claimed]) -> Self:
        """Read it for these messages in a fixed number of queries a commune."""
        delivery = readings.delivery
        communes = {message.commune_id for message in claimed}
        contents: dict[int, Content] = {}
        numbers = [message.id for message in claimed]
        today = delivery.today()
        with delivery.store.read() as session:
            stamp = {commune_id: journal.head_of(session, commune_id).seq for commune_id in communes}
            for commune_id in communes:
                mine = [message.id for message in claimed if message.commune_id == commune_id]
                contents |= _composed(session, readings, commune_id, stamp[commune_id], mine)
            people = {message.person_id for message in claimed}
            holds = [load_holds(session, commune_id, today) for commune_id in communes]
            resting = frozenset().union(*(one.resting(today, people) for one in holds))
            ways = routes(session, numbers, delivery.channels, delivery.retry.fallback_after)
        return cls(contents, ways, stamp, resting)

    def parcel(self, message: Claimed, shut: Collection[str]) -> Parcel:
        """A message of the batch, ready to go; `shut` channels are no way, unless there is no other."""
        mine, content = self.ways[message.id], self.contents.get(message.id)
        return Parcel(message, content, mine.past(shut), self.stamp[message.commune_id], mine.left)


def _composed(
    session: Session, readings: Readings, commune_id: int, seq: int, mine: list[int]
) -> dict[int, Content]:
    """The contents of a batch; a message that trips the program is left out and does not take the others along."""
    try:
        reading = readings.of(session, commune_id, seq)
        return compose(session, commune_id, mine, reading, readings.delivery.desk)
    except StorageRefusal:
        raise
    except Exception:
        if len(mine) == 1:
            log.exception("composing broke", message=mine[0])
            return {}
    found: dict[int, Content] = {}
    for one in mine:
        found |= _composed(session, readings, commune_id, seq, [one])
    return found
