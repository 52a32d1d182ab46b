"""Reminders held back: paused for some days, or let go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import exists, not_, or_, select
from sqlmodel import Session, col

from db.tables import Message, ReminderHold

PAUSE, SKIP = "pause", "skip"
LONGEST_PAUSE = 30
REMEMBERED = timedelta(days=3 * LONGEST_PAUSE)


@dataclass(frozen=True)
class Hold:
    """Reminders of one person, or (None) of everybody, held back on the local dates `[from_on, until_on)`.

    Once lifted it counts for nothing but how long news has waited.
    """

    id: int
    mode: str
    person_id: int | None
    from_on: date
    until_on: date
    reason: str
    by_name: str
    lifted_at: datetime | None = None

    def covers(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.lifted_at is None and self.from_on <= day < self.until_on


@dataclass(frozen=True)
class Holds:
    """All holds of a commune that may still matter."""

    listed: tuple[Hold, ...] = ()

    def resting(self, day: date, people: Iterable[int]) -> frozenset[int]:
        """Those of `people` who get no message that day; what falls due meanwhile is told afterwards."""
        pauses = {one.person_id for one in self.listed if one.mode == PAUSE and one.covers(day)}
        everybody = frozenset(people)
        return everybody if None in pauses else everybody & pauses

    def lets_go(self, person_id: int, on: date, today: date) -> bool:
        """Whether a reminder whose day is `on` is not told to a person at all: one that a skip, begun by `today`, ends."""
        return any(
            one.mode == SKIP
            and one.lifted_at is None
            and one.person_id == person_id
            and on < one.until_on
            and one.from_on <= today
            for one in self.listed
        )

    def waited(self, today: date) -> timedelta:
        """At most how long news may have waited for pauses to end."""
        begun = (one for one in self.listed if one.mode == PAUSE and one.from_on <= today)
        return sum((one.until_on - one.from_on for one in begun), timedelta())


def load_holds(session: Session, commune_id: int, today: date) -> Holds:
    """The holds of a commune, those that ended not long ago included."""
    names = ("id", "mode", "person_id", "from_on", "until_on", "reason", "by_name", "lifted_at")
    query = select(*(getattr(ReminderHold, name) for name in names)).where(
        col(ReminderHold.commune_id) == commune_id, col(ReminderHold.until_on) > today - REMEMBERED
    )
    return Holds(tuple(Hold(*row) for row in session.execute(query.order_by(col(ReminderHold.id)))))


def may_leave(today: date) -> Any:
    """A condition on messages: their receiver is not paused on a day."""
    pause = exists().where(
        col(ReminderHold.commune_id) == col(Message.commune_id),
        col(ReminderHold.mode) == PAUSE,
        col(ReminderHold.lifted_at).is_(None),
        col(ReminderHold.from_on) <= today,
        col(ReminderHold.until_on) > today,
        or_(col(ReminderHold.person_id).is_(None), col(ReminderHold.person_id) == col(Message.person_id)),
    )
    return not_(pause)
