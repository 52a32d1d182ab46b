"""Who would get what when, if nothing changed from now on. Nothing is sent or written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Message
from notifications.candidates import Candidate, candidates
from notifications.ledger import claimed_keys
from notifications.planning import plan
from notifications.policy import Policy, slot_at
from notifications.rungs import Ladders
from notifications.snapshot import load, load_people
from tasks.workdays import WorkCalendar


@dataclass(frozen=True)
class Foreseen:
    """One message to come: when (local time with zone), to whom, about what."""

    at: datetime
    person_id: int
    items: tuple[Candidate, ...]


def preview(
    session: Session,
    commune_id: int,
    *,
    now: datetime,
    until: date,
    policy: Policy,
    calendar: WorkCalendar,
    time_zone: str,
) -> Iterator[Foreseen]:
    """All messages from `now` to the end of the local day `until`, in order, as things stand."""
    snapshot = load(session, commune_id, now)
    claimed = claimed_keys(session, commune_id)
    ladders = Ladders(policy, calendar)
    reached = _reached(session, commune_id, slot_at(now, policy, calendar, time_zone))
    for at in _slots(now, until, policy, calendar, time_zone):
        day = replace(snapshot, today=at.date(), people=load_people(session, commune_id, at.date()))
        planned = plan(candidates(day, ladders), claimed, day.people.away, day.people.active)
        for person_id, claims in sorted(planned.items()):
            if at <= now and person_id in reached:
                continue
            claimed |= {claim.candidate.key for claim in claims}
            yield Foreseen(at, person_id, tuple(claim.candidate for claim in claims if not claim.covered))


def _reached(session: Session, commune_id: int, slot: datetime | None) -> set[int]:
    """Who had this slot's message already; anything new for them waits for the next slot."""
    query = select(col(Message.person_id)).where(
        col(Message.commune_id) == commune_id, col(Message.slot) == slot, col(Message.state) != "pending"
    )
    return set(session.execute(query).scalars())


def _slots(
    now: datetime, until: date, policy: Policy, calendar: WorkCalendar, time_zone: str
) -> Iterator[datetime]:
    zone = ZoneInfo(time_zone)
    start = now.astimezone(zone)
    if slot_at(now, policy, calendar, time_zone) is not None:
        yield start
    day = start.date()
    while day <= until:
        moments = [datetime.combine(day, slot, zone) for slot in sorted(policy.slots)]
        yield from (moment for moment in moments if moment > start and calendar.is_workday(day))
        day += timedelta(days=1)
