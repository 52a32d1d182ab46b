"""The ladder of a deadline: which reminder falls on which working day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from notifications.policy import Policy
from tasks.deadline import last_working_day
from tasks.workdays import WorkCalendar


@dataclass(frozen=True)
class Rung:
    """One reminder of a deadline. `name` holds the deadline, so a moved one has a ladder of its own."""

    name: str
    kind: str
    on: date


WEEKLY = "weekly"


class Ladders:
    """Ladders by deadline and kind of task; each is computed once per policy and calendar."""

    def __init__(self, policy: Policy, calendar: WorkCalendar) -> None:
        self._policy = policy
        self._calendar = calendar
        self._known: dict[tuple[date, str], tuple[Rung, ...]] = {}

    def of(self, last_valid_on: date, task_kind: str) -> tuple[Rung, ...]:
        """All rungs in order of their day."""
        key = (last_valid_on, task_kind)
        if key not in self._known:
            self._known[key] = ladder(last_valid_on, task_kind, self._policy, self._calendar)
        return self._known[key]

    def due(self, last_valid_on: date, task_kind: str, *, given_on: date, today: date) -> list[Rung]:
        """The rungs whose day has come by `today`, oldest first.

        Rungs on or before the day the deadline was given are left out: that day's message said it already.
        Once the deadline has passed, the rungs before it mean nothing any more.
        """
        passed = today > last_valid_on
        return [
            rung
            for rung in self.of(last_valid_on, task_kind)
            if given_on < rung.on <= today and (rung.kind != "before") == passed
        ]

    def weekly(self, today: date) -> Rung | None:
        """This ISO week's look for leadership, once its day has come; a day off or an outage puts it off in the week."""
        day = weekly_day(today, self._policy.weekly_on, self._calendar)
        if day is None or today < day:
            return None
        year, week, _ = today.isocalendar()
        return Rung(f"{year}-W{week:02}", WEEKLY, day)


def weekly_day(today: date, weekday: int, calendar: WorkCalendar) -> date | None:
    """The first working day from `weekday` (1 is Monday, 0 never) to the end of the week of `today`, if there is one."""
    monday = today - timedelta(days=today.weekday())
    days = (monday + timedelta(days=number - 1) for number in range(weekday, 8))
    return next((day for day in days if calendar.is_workday(day)), None) if weekday else None


def ladder(last_valid_on: date, task_kind: str, policy: Policy, calendar: WorkCalendar) -> tuple[Rung, ...]:
    """Before: counted back from the last working day. Overdue, escalated: from the last valid day on."""
    last = last_working_day(last_valid_on, calendar)
    before = [_rung(last_valid_on, "before", n, calendar.back(last, n)) for n in policy.before_for(task_kind)]
    late = [
        _rung(last_valid_on, "overdue", n, calendar.forward(last_valid_on, n)) for n in policy.overdue_days()
    ]
    told = [
        _rung(last_valid_on, "escalated", n, calendar.forward(last_valid_on, n))
        for n in policy.escalate_after
    ]
    return tuple(sorted(before + late + told, key=lambda rung: rung.on))


def _rung(last_valid_on: date, kind: str, days: int, on: date) -> Rung:
    return Rung(f"{last_valid_on}/{kind}-{days}", kind, on)
