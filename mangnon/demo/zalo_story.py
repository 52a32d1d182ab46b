"""What the people of the Zalo season write to the bot: NHAN, XONG, GIAHAN, and what no machine understands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Person
from mangnon.demo.outside import Outside
from mangnon.demo.script import (
    ASKED_BECAUSE,
    ASKED_FOR,
    EXTENDED,
    FIRST_DAY,
    ZONE,
    Act,
    Deed,
    acts,
    reports_on,
)
from mangnon.house import House

STRANGER = "nguoi-la"
READ = {
    "thon-01": "NHAN", "thon-02": "nhận", "thon-03": "Đã nhận ạ", "mn-hoa-hong": "nhan.", "cong-an": "NHẬN",
}  # fmt: skip
"""Who says on the second morning that the work was seen."""
DONE = {"thon-01": "XONG", "thon-03": "xong ạ", "mn-hoa-huong-duong": "Xong"}
"""Who asks for the link to report, an hour before reporting."""
ODD = {"thon-04": "Mẫu biểu lấy ở đâu vậy?", STRANGER: "Alo, ai đấy ạ?"}
"""What no machine understands, and somebody whom nobody knows."""
ODD_AT = datetime(2024, 10, 17, 10, tzinfo=ZONE)


def all_acts(outside: Outside) -> tuple[Act, ...]:
    """The whole season with what is written in between; the police ask for more time in Zalo."""
    asking = say(outside, EXTENDED, f"GIAHAN {ASKED_FOR:%d/%m} {ASKED_BECAUSE}")
    return (*acts(asking), *_written(outside))


def say(outside: Outside, person: str, text: str) -> Deed:
    """Somebody writes to the bot."""

    def deed(session: Session, house: House) -> str:
        outside.say(person, text)
        query = select(col(Person.name)).where(col(Person.key) == person)
        name = session.execute(query).scalar_one_or_none() or "Một người chưa liên kết"
        return f"{name} nhắn trong Zalo: «{text}»"

    return deed


def _written(outside: Outside) -> Iterator[Act]:
    morning = datetime.combine(FIRST_DAY + timedelta(days=1), time(8), ZONE)
    yield from (Act(morning, say(outside, key, text)) for key, text in READ.items())
    for key, text in DONE.items():
        yield Act(reports_on(key) - timedelta(hours=1), say(outside, key, text))
    yield from (Act(ODD_AT, say(outside, key, text)) for key, text in ODD.items())
