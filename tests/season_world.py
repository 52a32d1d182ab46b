"""A season over all channels with everything that can happen in one, its receivers, and all that was logged meanwhile.

    16 April  the OA's quota is spent for a day          6 May   an hour of gateway pages instead of Zalo
    21 and 22 October  the OA's templates are disabled   5 November  a line is reset after the message was taken on

One person more than in the contacts is reached by nothing; thrice the program itself trips over somebody's words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from log_capture import captured
from smtp_sink import NO_MAILBOX, Sink
from sqlalchemy import select
from sqlmodel import Session, col
from zalo_fake import defaults
from zalo_fake.controls import Tokens
from zalo_fake.running import ZaloFake

from db.tables import Attempt, Message, Person
from mangnon.demo import reach
from mangnon.demo.outside import Outside
from mangnon.demo.script import Act
from mangnon.demo.season import Season, Story, live
from mangnon.demo.setting import SEASON_BEGINS, STAGE_HAND, prepare
from mangnon.demo.zalo_story import say
from mangnon.house import House
from notifications import desk_work, hearing, tick
from notifications.channels import zalo_bot
from tasks import people
from tasks.actor import Actor
from tasks.contacts import ContactRow

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
UNTIL = date(2024, 11, 30)
LOST, LOST_PHONE = "pho-thon-13", "84900000199"
"""Whom nothing reaches."""
RESET, TRIPPED, WAITED = "thon-05", "cong-an", "doan-thanh-nien"
"""Whose line is reset after the message was taken on; at whose message the program trips; who has no way but the OA."""
TALE = "Em là Bùi Thị Kín Đáo, gọi số 0977 123 456 giúp em nhé"
HTML_AT, RESET_AT = datetime(2024, 5, 6, 9, tzinfo=ZONE), datetime(2024, 11, 5, 8, tzinfo=ZONE)
CLOSED = (datetime(2024, 10, 21, tzinfo=ZONE), datetime(2024, 10, 23, tzinfo=ZONE))
SENDING = ("bot", "oa_user", "template_phone", "oa_group")
ASKING = ("info", "oa_info", "status", "quota", "oauth")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Came:
    """A message that came to its receiver: whose, by which channel, when (local), and a number to know it by."""

    person: str
    channel: str
    at: datetime
    number: str
    text: str


@dataclass(frozen=True)
class Lived:
    """The season, what came to its receivers, what Zalo's bot answered, and every line that was logged."""

    season: Season = field(repr=False)
    story: Story = field(repr=False)
    came: list[Came] = field(repr=False)
    answers: list[str] = field(repr=False)
    refused: list[Any] = field(repr=False)
    tokens: Tokens = field(repr=False)
    log: str = field(repr=False)

    def rows(self, query: Any) -> list[Any]:
        """What a query finds in the database."""
        with self.season.house.store.read() as session:
            return list(session.execute(query))

    def messages(self) -> list[tuple[Message, str]]:
        """Every message with its receiver's key, the oldest first."""
        query = select(Message, col(Person.key)).join(Person, col(Person.id) == col(Message.person_id))
        return [(row[0], row[1]) for row in self.rows(query.order_by(col(Message.slot), col(Message.id)))]

    def tries(self) -> dict[int, list[Attempt]]:
        """Message -> its tries in order."""
        found: dict[int, list[Attempt]] = {}
        for (one,) in self.rows(select(Attempt).order_by(col(Attempt.message_id), col(Attempt.number))):
            found.setdefault(one.message_id, []).append(one)
        return found


@contextmanager
def lived(folder: Path) -> Iterator[Lived]:
    """Live it."""
    with captured(folder / "log.txt") as log, ZaloFake(clock=SEASON_BEGINS) as fake, Sink() as sink:
        sink.behave(reach.mailbox_of(reach.MAILBOX_GONE), always=NO_MAILBOX)
        outside = Outside(fake, defaults)
        season = prepare(folder, until=UNTIL, server=("127.0.0.1", sink.port), outside=outside)
        add_whom_nothing_reaches(season.house, fake)
        season = replace(season, acts=(*incidents(outside), *season.acts))
        with pytest.MonkeyPatch.context() as patch:
            trip_over_words(patch, season.clock.now)
            story = live(season)
        sends = fake.sends()
        chats = [*of_fake(one for one in sends if one["received"]), *of_sink(sink)]
        yield Lived(
            season, story,
            came=[one for one in chats if one.channel != "zalo_bot" or is_message(one.text)],
            answers=[one.text for one in chats if one.channel == "zalo_bot" and not is_message(one.text)],
            refused=[one for one in sends if not one["received"]],
            tokens=fake.tokens(),
            log=log(),
        )  # fmt: skip
    season.house.store.close()


def incidents(outside: Outside) -> Iterator[Act]:
    """What befalls Zalo; acts of an hour are played before its tick, in this order."""
    fake: Any = outside.fake
    yield act(SEASON_BEGINS, lambda: fake.quota(daily=0))
    yield act(SEASON_BEGINS.replace(hour=0) + 24 * HOUR, lambda: fake.quota(daily=defaults.DAILY_QUOTA))
    yield act(HTML_AT, lambda: [fake.fate(one, always="html") for one in (*SENDING, *ASKING)])
    yield act(HTML_AT + HOUR, lambda: [fake.fate(one, always=None) for one in (*SENDING, *ASKING)])
    yield Act(HTML_AT + HOUR, send_the_unknown_again)
    templates = (defaults.TEMPLATE_USER, defaults.TEMPLATE_PHONE)
    for at, status in zip(CLOSED, ("DISABLE", "ENABLE"), strict=True):
        yield act(at, lambda status=status: [fake.template(one, status) for one in templates])
    # As soon as all is well again, for whoever waited, a moment's trouble.
    busy = reach.user_of(WAITED)
    yield act(CLOSED[1] + 8 * HOUR, lambda: fake.fate("oa_user", "error:-32", to=busy))
    yield act(RESET_AT, lambda: fake.fate("bot", "reset_after", to=reach.chat_of(RESET)))
    yield Act(datetime(2024, 10, 17, 11, tzinfo=ZONE), say(outside, "thon-04", TALE))


def act(at: datetime, deed: Callable[[], object]) -> Act:
    """Something that nobody in the commune does."""
    return Act(at, lambda _session, _house: str(deed() and "")[:0])


def send_the_unknown_again(session: Session, house: House) -> str:
    """The coordinator's one tap, once Zalo is well."""
    by = Actor("Cán bộ điều phối", "coordinator")
    commune_id = house.bearings(session).commune_id
    count = desk_work.retry_unknown(session, commune_id, by=by, now=house.clock.now())
    return f"Cán bộ điều phối cho gửi lại {count} thư chưa rõ."


def add_whom_nothing_reaches(house: House, fake: ZaloFake) -> None:
    """Somebody whose number is in no network and not in Zalo."""
    row = ContactRow(
        "thon-13", "contact", LOST, "Phó thôn số 13 (ví dụ)", "đồng chí Phó thôn số 13", "", None, LOST_PHONE, ""
    )  # fmt: skip
    with house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        people.bring_contacts(session, commune_id, [row], by=STAGE_HAND, now=house.clock.now())
    fake.person(LOST_PHONE, -118)
    fake.person(LOST_PHONE, 108)


def trip_over_words(patch: pytest.MonkeyPatch, now: Callable[[], datetime]) -> None:
    """Three faults of the program itself, each once, each with somebody's words in the error."""
    send, talk, due = zalo_bot.ZaloBotLine.send, hearing.talk, tick.due_claims
    left = {"send", "due"}

    async def sending(line: Any, message: Any, handing_over: Any) -> Any:
        if "send" in left and message.address.endswith(reach.chat_of(TRIPPED)) and now().month == 11:
            left.remove("send")
            raise RuntimeError(f"{message.address} {message.recipient_name}: {message.chat}")
        return await send(line, message, handing_over)

    def talking(session: Any, event: Any, spoken: Any, *more: Any) -> Any:
        if spoken.text == TALE:
            raise KeyError(f"{spoken.address} {spoken.text}")
        return talk(session, event, spoken, *more)

    def claiming(session: Session, *more: Any) -> Any:
        if "due" in left and now().astimezone(ZONE).date() == date(2024, 11, 7):
            left.remove("due")
            raise ValueError(", ".join(session.execute(select(col(Person.name))).scalars()))
        return due(session, *more)

    patch.setattr(zalo_bot.ZaloBotLine, "send", sending)
    patch.setattr(hearing, "talk", talking)
    patch.setattr(tick, "due_claims", claiming)


DOORS = {"bot": "zalo_bot", "oa_user": "zalo_oa", "template_phone": "zalo_oa", "sms": "sms"}


def of_fake(received: Any) -> Iterator[Came]:
    """What the fake's people have; whoever is not known fails the test."""
    whose = {reach.chat_of(one): one for one in (*reach.CHATTING, "nguoi-la")}
    whose |= {reach.user_of(one): one for one in reach.BY_OA_USER}
    whose |= {reach.phone_of(one): one for one in reach.CALLED} | {LOST_PHONE: LOST}
    for one in received:
        at = datetime.fromisoformat(one["at"]).astimezone(ZONE)
        number = one["tracking_id"] if one["channel"] == "sms" else one["msg_id"]
        yield Came(whose[one["to"]], DOORS[one["channel"]], at, number, one["text"] or "")


def of_sink(sink: Sink) -> Iterator[Came]:
    """What lies in the mail boxes."""
    for one in sink.messages:
        mail = message_from_bytes(one.content, policy=policy.default)
        (address,) = one.recipients
        at = mail["Date"].datetime.astimezone(ZONE)
        number = re.sub(r"^<|@.*$", "", mail["Message-ID"])
        body = mail.get_body(("plain",))
        yield Came(address.partition("@")[0], "email", at, number, body.get_content() if body else "")


def is_message(text: str) -> bool:
    """Whether the bot brought a reminder or news; otherwise it answered somebody."""
    return text.startswith("UBND xã Hoàng Đồng: kính gửi")
