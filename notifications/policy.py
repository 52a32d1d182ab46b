"""When reminders may leave, and how often: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from tasks.workdays import WorkCalendar


@dataclass(frozen=True)
class Policy:
    """The commune's reminder settings. Times are local; numbers of days are working days.

    `before`: rungs before the last working day (0 is that day itself); `before_by_kind` replaces them for a
    kind of task. `overdue`: rungs after the last valid day, then one every `overdue_every` days, at most
    `overdue_limit` in all. `escalate_after`: when leadership is told.
    `weekly_on`: the day of leadership's weekly look (1 is Monday); 0: none.
    """

    slots: tuple[time, ...] = (time(8),)
    window_from: time = time(7)
    window_until: time = time(18)
    before: tuple[int, ...] = (14, 7, 3, 1, 0)
    before_by_kind: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    overdue: tuple[int, ...] = (1, 3)
    overdue_every: int = 5
    overdue_limit: int = 6
    escalate_after: tuple[int, ...] = (3, 8)
    weekly_on: int = 1

    def before_for(self, kind: str) -> tuple[int, ...]:
        """The rungs before the deadline for a kind of task."""
        return self.before_by_kind.get(kind, self.before)

    def overdue_days(self) -> tuple[int, ...]:
        """All overdue rungs in order, the repeated ones included."""
        days = list(self.overdue)
        while len(days) < self.overdue_limit:
            days.append((days[-1] if days else 0) + self.overdue_every)
        return tuple(days[: self.overdue_limit])


def slot_at(now: datetime, policy: Policy, calendar: WorkCalendar, time_zone: str) -> datetime | None:
    """The slot (UTC instant) that is open at `now`; None at night, on a day off, or before the day's first slot.

    A slot stays open until the next one or the end of the window, so one that was slept through is made up
    for on the same day.
    """
    local = now.astimezone(ZoneInfo(time_zone))
    if not policy.window_from <= local.time() < policy.window_until or not calendar.is_workday(local.date()):
        return None
    begun = [slot for slot in policy.slots if slot <= local.time()]
    if not begun:
        return None
    return datetime.combine(local.date(), max(begun), local.tzinfo).astimezone(UTC)
