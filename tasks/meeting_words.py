"""When a meeting began and ended, in the words that documents print, and back. Pure."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from db.errors import Refusal
from tasks.deadline import parse_date, short_date

_WHEN = re.compile(r"(\d{1,2})\s*(?:giờ|h|:)\s*(\d{2})?(?:\s*phút)?\s*,?\s*(?:ngày\s+)?(\S+)", re.IGNORECASE)
_SAME_DAY = re.compile(r"(\d{1,2})\s*(?:giờ|h|:)\s*(\d{2})?(?:\s*phút)?(?:\s+cùng ngày)?", re.IGNORECASE)


def begun(at: datetime, time_zone: str) -> str:
    """ "14 giờ 00 ngày 22/11/2024", local; `at` aware."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{_clock(local)} ngày {short_date(local.date())}"


def ended(at: datetime, began: datetime, time_zone: str) -> str:
    """ "16 giờ 30 cùng ngày", or with the date when that is another one."""
    zone = ZoneInfo(time_zone)
    local = at.astimezone(zone)
    return (
        f"{_clock(local)} cùng ngày"
        if began.astimezone(zone).date() == local.date()
        else begun(at, time_zone)
    )


def instant(text: str, time_zone: str, began: datetime | None = None) -> datetime:
    """The inverse of both, in UTC; without a date it is on the local day of `began`. Raises Refusal."""
    zone = ZoneInfo(time_zone)
    if began is not None and (short := _SAME_DAY.fullmatch(text.strip())):
        day = began.astimezone(zone).date()
        return datetime.combine(day, _time(short[1], short[2], text), zone).astimezone(UTC)
    if (found := _WHEN.fullmatch(text.strip())) is None:
        raise Refusal(f"không đọc được «{text[:60]}»: hãy ghi như 14 giờ 00 ngày 22/11/2024")
    return datetime.combine(parse_date(found[3]), _time(found[1], found[2], text), zone).astimezone(UTC)


def day_begins(text: str, time_zone: str) -> datetime:
    """The beginning of a local day that people wrote, "20/11/2024", in UTC. Raises Refusal."""
    return datetime.combine(parse_date(text), time(), ZoneInfo(time_zone)).astimezone(UTC)


def _clock(local: datetime) -> str:
    return f"{local.hour} giờ {local.minute:02d}"


def _time(hours: str, minutes: str | None, text: str) -> time:
    hour, minute = int(hours), int(minutes or 0)
    if hour > 23 or minute > 59:
        raise Refusal(f"«{text[:60]}»: không có giờ này")
    return time(hour, minute)
