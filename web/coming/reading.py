"""Messages to come, by day, as the calendar shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from notifications.candidates import Candidate
from notifications.holding import skippable
from notifications.holds import Hold
from notifications.kinds import KINDS, WORDINGS
from notifications.ledger import ledger_on
from notifications.policy import slot_at
from notifications.preview import Foreseen, foresee
from notifications.snapshot import Snapshot, load
from tasks.clock import local_date
from web.site import Site
from web.visitor import Visitor

FARTHEST = 60
"""How many days ahead the calendar looks at most."""


@dataclass(frozen=True)
class Part:
    """What a message says of one kind; `titles` of tasks, empty where it is about none."""

    title: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class ComingMessage:
    """One message to come; `at` is local. `may_skip`: it tells reminders that may be let go."""

    at: datetime
    person_id: int
    person: str
    parts: tuple[Part, ...]
    may_skip: bool


@dataclass(frozen=True)
class Coming:
    """The calendar up to a day: messages by local date, the holds that stand or will, and everybody's names."""

    days: dict[date, tuple[ComingMessage, ...]]
    holds: tuple[Hold, ...]
    names: Mapping[int, str]
    today: date


def coming(session: Session, site: Site, visitor: Visitor, days: int) -> Coming:
    """Read today's and the next days' messages."""
    now = site.clock.now()
    snapshot = load(session, visitor.commune_id, now, visitor.time_zone)
    messages = [_message(one, snapshot) for one in _foreseen(session, site, visitor, snapshot, days)]
    by_day = groupby(messages, key=lambda one: one.at.date())
    holds = (one for one in snapshot.holds.listed if one.lifted_at is None and one.until_on > snapshot.today)
    return Coming(
        {day: tuple(group) for day, group in by_day}, tuple(holds), snapshot.people.names, snapshot.today
    )


def find_coming(
    session: Session, site: Site, visitor: Visitor, person_id: int, day: date
) -> tuple[Foreseen, ComingMessage] | None:
    """The first message to come for a person on a day that tells reminders; None when there is none."""
    now = site.clock.now()
    ahead = (day - local_date(now, visitor.time_zone)).days
    if not 0 <= ahead <= FARTHEST:
        return None
    snapshot = load(session, visitor.commune_id, now, visitor.time_zone)
    for one in _foreseen(session, site, visitor, snapshot, ahead):
        if one.person_id == person_id and one.at.date() == day and skippable(one):
            return one, _message(one, snapshot)
    return None


def _foreseen(
    session: Session, site: Site, visitor: Visitor, snapshot: Snapshot, days: int
) -> Iterator[Foreseen]:
    now, zone = site.clock.now(), visitor.time_zone
    ledger = ledger_on(session, visitor.commune_id, slot_at(now, site.policy, site.calendar, zone))
    until = snapshot.today + timedelta(days=days)
    return foresee(snapshot, ledger, now, until, site.policy, site.calendar, zone)


def _message(one: Foreseen, snapshot: Snapshot) -> ComingMessage:
    ordered = sorted(one.items, key=_kind)
    parts = (_part(kind, tuple(items), snapshot) for kind, items in groupby(ordered, key=lambda it: it.kind))
    return ComingMessage(
        one.at, one.person_id, snapshot.people.names[one.person_id], tuple(parts), bool(skippable(one))
    )


def _kind(item: Candidate) -> int:
    return KINDS.index(item.kind)


def _part(kind: str, items: tuple[Candidate, ...], snapshot: Snapshot) -> Part:
    titles = (snapshot.tasks[item.task_id].title for item in items if item.task_id is not None)
    return Part(WORDINGS[kind].title, tuple(dict.fromkeys(titles)))
