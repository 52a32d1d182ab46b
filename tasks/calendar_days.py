"""Deadlines as days in somebody's calendar. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from tasks.deadline import last_working_day
from tasks.lifecycle import OPEN_STATES
from tasks.listing import TaskLine
from tasks.workdays import WorkCalendar

NAMED = 8


@dataclass(frozen=True)
class CalendarDay:
    """One whole-day entry on the last working day in time; `key` stays the same when the deadline moves.

    `place`: the page it leads to. `done`: nothing is owed any more.
    """

    key: str
    on: date
    summary: str
    details: str
    place: str
    done: bool


def own_days(
    lines: Iterable[TaskLine], unit_ids: Collection[int], calendar: WorkCalendar
) -> Iterator[CalendarDay]:
    """What the units owe: one entry a task with a deadline; withdrawn ones are gone."""
    for line in lines:
        if line.unit_id in unit_ids and line.last_valid_on is not None and line.state != "cancelled":
            done = line.state not in OPEN_STATES
            yield CalendarDay(
                key=f"viec-{line.id}",
                on=last_working_day(line.last_valid_on, calendar),
                summary=f"{'Đã nộp' if done else 'Hạn'}: {line.title}",
                details=f"{line.unit_name}. Hạn: {line.due_wording or 'như kế hoạch'}.",
                place=f"/viec/{line.id}",
                done=done,
            )


def office_days(lines: Iterable[TaskLine], calendar: WorkCalendar) -> Iterator[CalendarDay]:
    """What all units owe: one entry a deadline, known by its first task."""
    groups: dict[date, list[TaskLine]] = defaultdict(list)
    for line in lines:
        if line.last_valid_on is not None and line.state != "cancelled":
            groups[line.last_valid_on].append(line)
    for last_valid_on, group in sorted(groups.items()):
        yield _group_day(group, last_working_day(last_valid_on, calendar))


def _group_day(group: Sequence[TaskLine], on: date) -> CalendarDay:
    owing = [line for line in group if line.state in OPEN_STATES]
    return CalendarDay(
        key=f"han-{min(line.id for line in group)}",
        on=on,
        summary=f"Hạn của {len(group)} việc: "
        + (f"còn {len(owing)} chưa nộp" if owing else "các đơn vị đã nộp đủ"),
        details=_owing(list(dict.fromkeys(line.unit_name for line in owing))),
        place="/bang",
        done=not owing,
    )


def _owing(units: Sequence[str]) -> str:
    if not units:
        return ""
    rest = f" và {len(units) - NAMED} đơn vị khác" if len(units) > NAMED else ""
    return f"Chưa nộp: {', '.join(units[:NAMED])}{rest}."
