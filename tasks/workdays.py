"""The working-day calendar of Vietnam's public sector: the `holidays` package, and dated overrides that win.

Monday to Friday but public holidays; Saturdays that make up for a swapped day work (Labour Code 2019, art. 112,
and each year's notice of swaps).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from holidays import country_holidays
from pydantic import BaseModel, ConfigDict, Field, model_validator

from plans.toml_source import Fault, load, raise_faults, shipped
from tasks.deadline import LocalDate, short_date


class Override(BaseModel):
    """One date that the package has otherwise, or does not know yet; `source` names the document."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: LocalDate
    kind: Literal["off", "work"]
    source: Annotated[str, Field(min_length=1, max_length=300)]


class OverrideFile(BaseModel):
    """A file of overrides, `[[day]]` each; a date may stand in it once."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    day: tuple[Override, ...] = ()

    @model_validator(mode="after")
    def _each_date_once(self) -> Self:
        first: dict[date, int] = {}
        raise_faults(
            (
                Fault(
                    ("day", number, "date"),
                    f"ngày {short_date(one.date)} đã ghi ở mục thứ {first[one.date] + 1}",
                )
                for number, one in enumerate(self.day)
                if first.setdefault(one.date, number) != number
            ),
            "day",
        )
        return self


def load_overrides(path: Path) -> list[Override]:
    """The overrides of a file. Raises Refusal with a line per problem."""
    return list(load(path, OverrideFile).day)


def load_calendar(local: Path | None = None) -> WorkCalendar:
    """The calendar with the shipped overrides, and the commune's own, which win over those. Raises Refusal."""
    overrides = load_overrides(shipped("working-days.toml"))
    return WorkCalendar([*overrides, *(load_overrides(local) if local else [])])


class WorkCalendar:
    """Which local dates are working days. Of two overrides for one date the later one counts."""

    def __init__(self, overrides: Iterable[Override] = ()) -> None:
        self._base = country_holidays("VN", language="vi")
        self._overrides = {one.date: one for one in overrides}
        self._years: dict[int, list[date]] = {}

    def is_workday(self, day: date) -> bool:
        """Whether the commune's offices work on that date."""
        days = self._days(day.year)
        place = bisect_left(days, day)
        return place < len(days) and days[place] == day

    def name_of(self, day: date) -> str | None:
        """Why a date is off: the holiday's Vietnamese name or the override's source. None: workday or weekend."""
        override = self._overrides.get(day)
        if override and override.kind == "work":
            return None
        return self._base.get(day) or (override.source if override else None)

    def back(self, day: date, n: int) -> date:
        """The n-th working day before a date. n = 0: the date itself, or if it is off the last workday before."""
        place = bisect_left(self._days(day.year), day)
        return self._at(day.year, place - (_counted(n) if self.is_workday(day) else max(_counted(n), 1)))

    def forward(self, day: date, n: int) -> date:
        """The n-th working day after a date. n = 0: the date itself, or if it is off the next workday."""
        place = bisect_left(self._days(day.year), day)
        return self._at(day.year, place + (_counted(n) if self.is_workday(day) else max(_counted(n) - 1, 0)))

    def on_or_before(self, day: date) -> date:
        """The date itself if it is a workday, else the last one before."""
        return self.back(day, 0)

    def on_or_after(self, day: date) -> date:
        """The date itself if it is a workday, else the next one."""
        return self.forward(day, 0)

    def between(self, after: date, until: date) -> int:
        """How many working days lie in (after, until]; 0 when `until` is not later."""
        if until <= after:
            return 0
        years = range(after.year, until.year + 1)
        return sum(bisect_right(days, until) - bisect_right(days, after) for days in map(self._days, years))

    def _at(self, year: int, place: int) -> date:
        """The workday at a place counted from the first one of a year; may lie in another year."""
        while place < 0:
            year -= 1
            place += len(self._days(year))
        while place >= len(self._days(year)):
            place -= len(self._days(year))
            year += 1
        return self._days(year)[place]

    def _days(self, year: int) -> list[date]:
        if year not in self._years:
            first = date(year, 1, 1)
            dates = (first + timedelta(days=count) for count in range(366))
            self._years[year] = [day for day in dates if day.year == year and self._works(day)]
        return self._years[year]

    def _works(self, day: date) -> bool:
        override = self._overrides.get(day)
        return override.kind == "work" if override else self._base.is_working_day(day)


def _counted(n: int) -> int:
    if n < 0:
        raise ValueError("working days are counted from 0")
    return n
