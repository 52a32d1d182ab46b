"""How the work came in, week by week. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """Standing at the end of a week (or today): reports ever handed in, and accepted. `monday`: its first day."""

    monday: date
    handed_in: int
    accepted: int


def by_week(handed_in: Collection[date], accepted: Collection[date], first: date, today: date) -> list[Week]:
    """One entry for each week from that of `first` to that of `today`; all dates local.

    `handed_in`: when each task's first report came; `accepted`: when each accepted task was accepted.
    """
    weeks, monday = [], first - timedelta(days=first.weekday())
    while monday <= today:
        end = monday + WEEK
        weeks.append(Week(monday, sum(day < end for day in handed_in), sum(day < end for day in accepted)))
        monday = end
    return weeks
