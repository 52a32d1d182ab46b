"""The hours in which a channel keeps quiet. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from notifications.channels.base import ChannelError


@dataclass(frozen=True)
class QuietHours:
    """From one local time to another in `zone`, over midnight too; the same time twice means none."""

    begins: time
    ends: time
    zone: str

    def refuse(self, now: datetime) -> None:
        """Raises ChannelError (defer) during the quiet hours. `now` is aware."""
        until = quiet(now, self.begins, self.ends, self.zone)
        if until is not None:
            raise ChannelError(
                "defer", f"Đang trong giờ yên lặng; tin sẽ gửi từ {until:%H:%M, %d/%m}.", until
            )


def quiet(now: datetime, begins: time, ends: time, zone: str) -> datetime | None:
    """When the quiet hours that `now` (aware) lies in are over, in `zone`; None outside of them."""
    local = now.astimezone(ZoneInfo(zone))
    hour = local.time()
    over_midnight = begins > ends
    inside = hour >= begins or hour < ends if over_midnight else begins <= hour < ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1 if over_midnight and hour >= begins else 0)
    return datetime.combine(day, ends, local.tzinfo)
