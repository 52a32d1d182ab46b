"""Deadlines as RFC 5545 text."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event

from tasks.calendar_days import CalendarDay

REFRESH = timedelta(hours=4)


def tag_of(name: str, days: Sequence[CalendarDay]) -> str:
    """A weak entity tag: the same deadlines in the same words."""
    return f'W/"{hashlib.sha256(repr((name, days)).encode()).hexdigest()[:32]}"'


def written(name: str, days: Sequence[CalendarDay], base_url: str, today: date) -> bytes:
    """The calendar; entries are whole local days, so no reader's time zone moves them."""
    calendar = Calendar()
    calendar.add("prodid", "-//Măng Non//mangnon//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH)
    calendar.add("x-published-ttl", "PT4H")
    stamp = datetime.combine(today, time(), UTC)
    host = base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    for day in days:
        calendar.add_component(_event(day, base_url, host, stamp))
    return bytes(calendar.to_ical())


def _event(day: CalendarDay, base_url: str, host: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{day.key}@{host}")
    event.add("dtstamp", stamp)
    event.add("dtstart", day.on)
    event.add("dtend", day.on + timedelta(days=1))
    event.add("summary", day.summary)
    event.add("description", "\n".join(filter(None, (day.details, f"{base_url}{day.place}"))))
    event.add("url", f"{base_url}{day.place}")
    event.add("transp", "TRANSPARENT")
    event.add("status", "CONFIRMED")
    return event
