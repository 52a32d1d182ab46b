"""Who would get what when, if nothing changed from now on. Nothing is sent or written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from notifications.candidates import Candidate, candidates
from notifications.ledger import Ledger, ledger_on
from notifications.planning import Claim, plan
from notifications.policy import Policy, slot_at
from notifications.rungs import Ladders
from notifications.snapshot import Snapshot, load
from tasks.workdays import WorkCalendar


@dataclass(frozen=True)
class Foreseen:
    """One message to come: when (local time with zone), to whom, about what."""

    at: datetime
    person_id: int
    claims: tuple[Claim, ...]

    @property
    def items(self) -> tuple[Candidate, ...]:
        """What it says."""
        return tuple(claim.candidate for claim in self.claims if not claim.covered)


def preview(
    session: Session,
    commune_id: int,
    *,
    now: datetime,
    until: date,
    policy: Policy,
    calendar: WorkCalendar,
    time_zone: str,
) -> list[Foreseen]:
    """All messages from `now` to the end of the local day `until`, in order, as things stand."""
    snapshot = load(session, commune_id, now, time_zone)
    slot = slot_at(now, policy, calendar, time_zone)
    return list(
        foresee(snapshot, ledger_on(session, commune_id, slot), now, until, policy, calendar, time_zone)
    )


def foresee(
    snapshot: Snapshot, ledger: Ledger, now: datetime, until: date, policy: Policy, calendar: WorkCalendar,
    time_zone: str,
) -> Iterator[Foreseen]:  # fmt: skip
    """The same from values."""
    claimed, ladders = set(ledger.claimed), Ladders(policy, calendar)
    for at in _slots(now, until, policy, calendar, time_zone):
        day = snapshot.on(at.date())
        planned = plan(candidates(day, ladders), claimed, day.people.away, day.people.active, day.resting)
        for person_id, claims in sorted(planned.items()):
            if at <= now and person_id in ledger.reached:
                continue
            claimed |= {claim.candidate.key for claim in claims}
            yield Foreseen(at, person_id, tuple(claims))


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
