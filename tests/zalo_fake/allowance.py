"""How much may be sent today, who pays, and whether it is night."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from zalo_fake.clock import FakeClock
from zalo_fake.defaults import DAILY_QUOTA
from zalo_fake.wire import Json, Refused

PER_MINUTE = 4_000


@dataclass
class Allowance:
    """Counts by the day in Vietnam. `template`: how many of each template a day; `templates`: of one template.

    `wallet`: the account that is charged. `night`: True always, False never, "clock" from 22:00 to 06:00.
    `per_minute`: requests to the OA host in a minute before -32; None: they are counted but not refused.
    """

    clock: FakeClock
    daily: int = DAILY_QUOTA
    template: int | None = None
    templates: dict[str, int] = field(default_factory=dict)
    wallet: Literal["full", "empty", "missing"] = "full"
    night: bool | Literal["clock"] = False
    per_minute: int | None = None
    _day: int = 0
    _used: int = 0
    _used_of: Counter[str] = field(default_factory=Counter)
    _minute: int = 0
    _asked: int = 0

    def set_daily(self, left: int) -> None:
        """Let so many more go today."""
        self.roll()
        self.daily, self._used = left, 0

    def set_template(self, left: int, template_id: str | None) -> None:
        """Let so many more of one template, or of each, go today."""
        self.roll()
        if template_id is None:
            self.template = left
            self._used_of.clear()
        else:
            self.templates[template_id] = left
            del self._used_of[template_id]

    def roll(self) -> None:
        """Begin to count anew when it is another day."""
        if (today := self.clock.day()) != self._day:
            self._day, self._used = today, 0
            self._used_of.clear()

    def left(self) -> int:
        """How many may still go today."""
        self.roll()
        return max(self.daily - self._used, 0)

    def spend(self, template_id: str, *, over_daily: int, over_template: int) -> Json:
        """Count one template message; the quota as replies to it show it. Raises Refused with the given codes."""
        if self.left() <= 0:
            raise Refused(over_daily)
        most = self.templates.get(template_id, self.template)
        if most is not None and self._used_of[template_id] >= most:
            raise Refused(over_template)
        self._used += 1
        self._used_of[template_id] += 1
        return {"dailyQuota": str(self.daily), "remainingQuota": str(self.daily - self._used)}

    def charge(self, *, missing: int, empty: int) -> None:
        """Refuse when nobody pays."""
        if self.wallet != "full":
            raise Refused(missing if self.wallet == "missing" else empty)

    def is_night(self) -> bool:
        """Whether it counts as night now."""
        return self.clock.at_night() if self.night == "clock" else self.night

    def tick(self) -> dict[str, str]:
        """Count a request to the OA host; the headers that say how many are left in this minute. Raises Refused."""
        minute = int(self.clock.now() // 60)
        if minute != self._minute:
            self._minute, self._asked = minute, 0
        self._asked += 1
        limit = PER_MINUTE if self.per_minute is None else self.per_minute
        if self.per_minute is not None and self._asked > limit:
            raise Refused(-32)
        return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Remain": str(max(limit - self._asked, 0))}
