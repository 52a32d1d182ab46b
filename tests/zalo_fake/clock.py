"""The fake's time: the machine's, moved by as much as a test says."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
_AHEAD = 7 * 3_600
_DAY = 86_400
EVENING, MORNING = 22, 6


class FakeClock:
    """Goes on at the machine's pace. `start` (aware, or naive in Vietnam) is where it begins; None: the machine's now."""

    def __init__(self, start: datetime | None = None) -> None:
        self.shift = 0.0
        if start is not None:
            self.set(start)
        self._first_shift = self.shift

    def restart(self) -> None:
        """Back to the shift it began with."""
        self.shift = self._first_shift

    def set(self, at: datetime) -> None:
        """Make it `at` now."""
        aware = at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)
        self.shift = aware.timestamp() - time.time()

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time() + self.shift

    def millis(self) -> int:
        """Milliseconds since the epoch, as Zalo writes instants."""
        return int(self.now() * 1_000)

    def iso(self) -> str:
        """Now, as an ISO instant in UTC."""
        return iso(self.now())

    def day(self) -> int:
        """The number of the day in Vietnam."""
        return int((self.now() + _AHEAD) // _DAY)

    def at_night(self) -> bool:
        """Whether it is between 22:00 and 06:00 in Vietnam."""
        hour = int((self.now() + _AHEAD) % _DAY // 3_600)
        return hour >= EVENING or hour < MORNING


def iso(at: float) -> str:
    """Seconds since the epoch as an ISO instant in UTC."""
    return datetime.fromtimestamp(at, UTC).isoformat()
