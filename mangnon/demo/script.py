"""The cast of the demo season: who does what when. Plain data and small deeds; nothing is drawn by chance.

Punctual units report between mid-October and 6 November; two villages are late; one school's report is returned
once; the police ask for more time; one address bounces; the server is down for three working days.
All figures and document numbers are invented examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from mangnon.demo import deeds
from mangnon.demo.council import hold_meeting, seat_council
from mangnon.house import House
from mangnon.settings import DEFAULT_ZONE

ZONE = ZoneInfo(DEFAULT_ZONE)
Deed = Callable[[Session, House], str]


@dataclass(frozen=True)
class Act:
    """Something a person does at a local time; the deed returns the timeline's sentence, or "" for none."""

    at: datetime
    deed: Deed


@dataclass(frozen=True)
class Outage:
    """Local dates on which the server stands still."""

    first: date
    last: date

    def covers(self, day: date) -> bool:
        """Whether the server is down on that date."""
        return self.first <= day <= self.last


DAY = timedelta(days=1)
FIRST_DAY = date(2024, 4, 16)
# Three working days over the rung seven days before the deadline (30 October): one catch-up, not three.
OUTAGE = Outage(date(2024, 10, 29), date(2024, 10, 31))

VILLAGES = [f"thon-{number:02d}" for number in range(1, 17)]
LATE = {"thon-05": date(2024, 11, 13), "thon-11": date(2024, 11, 19)}
RETURNED, EXTENDED, BOUNCED = "mn-hoa-hong", "cong-an", "thon-07"
PUNCTUAL = {
    "tu-phap": date(2024, 10, 14), "tram-y-te": date(2024, 10, 23), "mn-hoa-huong-duong": date(2024, 10, 25),
    "doan-thanh-nien": date(2024, 10, 28), "tai-chinh": date(2024, 11, 1), "mttq": date(2024, 11, 4),
    "vhxh": date(2024, 11, 6),
}  # fmt: skip


ASKED_AT, ASKED_FOR = datetime(2024, 11, 6, 9, tzinfo=ZONE), date(2024, 11, 15)
ASKED_BECAUSE = "Chờ đối chiếu số liệu quý III với cấp trên."
ASKING = deeds.ask_for_time(EXTENDED, ASKED_FOR, ASKED_BECAUSE)


def acts(asking: Deed = ASKING) -> Iterator[Act]:
    """All acts of the season, in no particular order. `asking`: how the police ask for more time."""
    yield from _beginning()
    yield from _reports()
    yield from _troubles()
    yield Act(ASKED_AT, asking)
    yield from _ending()


def _beginning() -> Iterator[Act]:
    yield _act(FIRST_DAY, 8, deeds.step("issue", "pho-chu-tich"))
    yield _act(date(2024, 4, 17), 9, deeds.acknowledge_all())
    yield _act(date(2024, 5, 6), 9, deeds.step("collect", "pho-chu-tich"))


def reports_on(unit: str) -> datetime:
    """When a punctual unit or a village reports: offices in the morning, one punctual village each afternoon."""
    if day := (PUNCTUAL | LATE).get(unit):
        return datetime.combine(day, time(10), ZONE)
    place = [village for village in VILLAGES if village not in LATE].index(unit)
    return datetime.combine(date(2024, 10, 15) + place * DAY, time(15), ZONE)


def _reports() -> Iterator[Act]:
    for unit in (*PUNCTUAL, *VILLAGES):
        yield Act(reports_on(unit), deeds.report_all(unit))
    yield from (
        _act(day, 16, deeds.accept_waiting()) for day in _office_days(date(2024, 10, 15), date(2024, 11, 20))
    )


def _troubles() -> Iterator[Act]:
    yield _act(date(2024, 4, 17), 14, deeds.bounce(BOUNCED, "Hộp thư không tồn tại"))
    yield _act(date(2024, 10, 24), 10, deeds.report_all(RETURNED))
    yield _act(
        date(2024, 10, 24), 15, deeds.send_back(RETURNED, "Đề nghị bổ sung số trẻ học lớp mẫu giáo 5 tuổi.")
    )
    yield _act(date(2024, 11, 5), 9, deeds.report_all(RETURNED))
    yield _act(date(2024, 11, 7), 9, deeds.grant_time(EXTENDED, "Đồng ý, đề nghị báo cáo đúng hạn mới."))
    yield _act(date(2024, 11, 14), 10, deeds.report_all(EXTENDED))


def _ending() -> Iterator[Act]:
    papers = {
        "convene": [("council_decision", "00/QĐ-UBND (ví dụ)", date(2024, 11, 18))],
        "appraise": [("council_minutes", "00/BB-HĐXD (ví dụ)", date(2024, 11, 22))],
        "submit": [
            ("appraisal_report", "00/BC-UBND (ví dụ)", date(2024, 11, 27)),
            ("submission_letter", "00/TTr-UBND (ví dụ)", date(2024, 11, 28)),
        ],
    }
    for trigger, day in (
        ("convene", date(2024, 11, 21)),
        ("appraise", date(2024, 11, 25)),
        ("submit", date(2024, 11, 28)),
    ):
        yield _act(day, 14, deeds.step(trigger, "pho-chu-tich", papers[trigger]))
    yield _act(date(2024, 11, 21), 15, seat_council())
    held, closed = (datetime.combine(date(2024, 11, 22), at, ZONE) for at in (time(14), time(16, 30)))
    yield _act(held.date(), 17, hold_meeting(held, closed, "Phòng họp UBND xã"))


def _office_days(first: date, last: date) -> Iterator[date]:
    """Monday to Friday; the demo's autumn has no holidays."""
    days = (first + number * DAY for number in range((last - first).days + 1))
    return (day for day in days if day.weekday() < 5)


def _act(day: date, hour: int, deed: Deed) -> Act:
    return Act(datetime.combine(day, time(hour), ZONE), deed)
