"""The one source of time. Rules take instants and dates as values; only services and the top hold a clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Tells the present instant, aware, in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is set; for the demo and for tests. It may also go back."""

    def __init__(self, at: datetime) -> None:
        self._at = at.astimezone(UTC)

    def now(self) -> datetime:
        return self._at

    def set(self, at: datetime) -> None:
        """Move to `at`, an aware datetime of any zone."""
        self._at = at.astimezone(UTC)


class ShiftedClock:
    """A clock that goes on from `at`, an aware datetime, at the pace of another; for looking at a lived season."""

    def __init__(self, at: datetime, pace: Clock) -> None:
        self._pace = pace
        self._shift = at - pace.now()

    def now(self) -> datetime:
        return self._pace.now() + self._shift


def local_date(instant: datetime, time_zone: str) -> date:
    """The calendar date of an instant in a zone such as "Asia/Ho_Chi_Minh"."""
    return instant.astimezone(ZoneInfo(time_zone)).date()
