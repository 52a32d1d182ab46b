"""Deadlines: the last local date that is still in time, and how far away it is. Pure.

"trước ngày 10/11/2024" leaves out the 10th, so its last valid date is 9 November; a deadline is late from the
day after its last valid date. People work to the last working day on or before it.
"""

from __future__ import annotations

import calendar as months
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator

from db.errors import Refusal

if TYPE_CHECKING:
    from tasks.workdays import WorkCalendar

FIRST_YEAR, LAST_YEAR = 2000, 2100
WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
_VIETNAMESE = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


@dataclass(frozen=True)
class Deadline:
    """The last local date in time, and the wording it was given in."""

    last_valid_on: date
    wording: str


def before(day: date) -> date:
    """The last valid date of "trước ngày …": the day before, for the day itself is left out."""
    return day - timedelta(days=1)


def parse_date(given: object) -> date:
    """A date, or its text: "9/11/2024" (day first), "2024-11-09". Raises Refusal for anything else.

    Years 2000 to 2100.
    """
    if isinstance(given, date) and not isinstance(given, datetime):
        return _dated(given.day, given.month, given.year)
    text = str(given).strip() if isinstance(given, str) else ""
    if match := _VIETNAMESE.fullmatch(text):
        return _dated(int(match[1]), int(match[2]), int(match[3]))
    if match := _ISO.fullmatch(text):
        return _dated(int(match[3]), int(match[2]), int(match[1]))
    raise Refusal(f"không đọc được ngày «{str(given)[:40]}»: hãy ghi ngày/tháng/năm, ví dụ 10/11/2024")


def dates_in(text: str) -> list[date]:
    """The dates that stand in a sentence as day/month/year. Raises Refusal for one that does not exist."""
    return [_dated(int(one[1]), int(one[2]), int(one[3])) for one in _VIETNAMESE.finditer(text)]


def _dated(day: int, month: int, year: int) -> date:
    shown = f"ngày {day}/{month}/{year}"
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal(f"{shown}: năm phải từ {FIRST_YEAR} đến {LAST_YEAR}")
    if not 1 <= month <= 12:
        raise Refusal(f"{shown} không có trong lịch: không có tháng {month}")
    length = months.monthrange(year, month)[1]
    if not 1 <= day <= length:
        raise Refusal(f"{shown} không có trong lịch: tháng {month} chỉ có {length} ngày")
    return date(year, month, day)


def _field(given: object) -> date:
    try:
        return parse_date(given)
    except Refusal as refusal:
        raise ValueError(str(refusal)) from None


LocalDate = Annotated[date, BeforeValidator(_field)]
"""A model's field that takes what `parse_date` takes."""


def last_working_day(last_valid_on: date, calendar: WorkCalendar) -> date:
    """The working day by which people should be done: on or before the last valid date."""
    return calendar.on_or_before(last_valid_on)


def working_days_left(last_valid_on: date, today: date, calendar: WorkCalendar) -> int:
    """Working days after `today` up to the last working day: 0 on that day and until the deadline is over.

    Negative: working days since the last valid date, so a deadline that ran out on Saturday is at 0 on Sunday
    and at -1 on Monday.
    """
    if today > last_valid_on:
        return -calendar.between(last_valid_on, today)
    return calendar.between(today, last_valid_on)


def is_overdue(last_valid_on: date, today: date) -> bool:
    """Whether the last valid date has passed."""
    return today > last_valid_on


def short_date(day: date) -> str:
    """08/11/2024."""
    return f"{day:%d/%m}/{day.year:04}"


def weekday_date(day: date) -> str:
    """thứ Sáu, 08/11/2024."""
    return f"{WEEKDAYS[day.weekday()]}, {short_date(day)}"
