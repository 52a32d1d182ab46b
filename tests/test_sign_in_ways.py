"""A sign-in link for whoever types an address or a number: by the way they read, else by the next; nothing tells who exists."""

from __future__ import annotations

import re
import sqlite3
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from installed_world import Installed, installed
from log_capture import captured
from log_secrets import Secrets
from smtp_sink import NO_MAILBOX, Sink, wait_for
from sqlalchemy import insert, select, update
from sqlmodel import col
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.store import Store
from db.tables import AccessLink, ChannelState, ContactPoint, Person
from mangnon.house import House
from mangnon.settings import Settings
from notifications.channels.zalo_pair import enter_pair
from tasks.clock import ManualClock
from tasks.ways import Point

PHONE, MAIL = "84912345678", "truong-thon@hoang-dong.example"
BOT, OA = Point("zalo_bot", "user:c-truong-thon"), Point("zalo_oa", "user:u-truong-thon")
NUMBER, SMS, EMAIL = Point("zalo_oa", f"phone:{PHONE}"), Point("sms", PHONE), Point("email", MAIL)
LINK = re.compile(r"http://localhost:8000(/vao/\S+)")


class Place:
    """The installation with its fake and its sink, and what came where."""

    def __init__(self, here: Installed, fake: ZaloFake, sink: Sink) -> None:
        self.here, self.fake, self.sink = here, fake, sink

    def come(self) -> list[tuple[str, str]]:
        """Channel and text of everything that came to somebody."""
        sent = [(one["channel"], str(one["text"] or one["template_data"])) for one in self.fake.received()]
        return [*sent, *(("email", _text(one.content)) for one in self.sink.messages)]

    def first(self) -> tuple[str, str]:
        """What came first; something must come."""
        assert wait_for(lambda: bool(self.come()), 15)
        return self.come()[0]

    def path(self) -> str:
        """Where the link leads that came first."""
        return LINK.findall(self.first()[1])[0]


def _text(content: bytes) -> str:
    mail: Message = message_from_bytes(content)
    part = next(one for one in mail.walk() if one.get_content_type() == "text/plain")
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


@pytest.fixture
def place(
    store: Store, clock: ManualClock, fake: ZaloFake, request: pytest.FixtureRequest
) -> Iterator[Place]:
    fake.person("c-truong-thon", known=True)
    more: dict[str, Any] = getattr(request, "param", {})
    with ExitStack() as stack:
        sink = stack.enter_context(Sink())
        here = stack.enter_context(installed(store, clock, fake, sink, **more))
        with store.write() as session:
            enter_pair(
                session, defaults.APP_ID, defaults.FIRST_ACCESS, defaults.FIRST_REFRESH, 90_000, clock.now()
            )
        yield Place(here, fake, sink)


WITH_TEMPLATE = {"zalo_oa": {"template_sign_in": defaults.TEMPLATE_SIGN_IN}}


@pytest.mark.parametrize(
    "typed", ["0912 345 678", "0912345678", "+84 912.345.678", "84912345678", " 0912-345-678 "]
)
def test_a_number_however_it_is_written_brings_a_link_to_the_linked_chat(place: Place, typed: str) -> None:
    place.here.reach("thon-07", BOT, NUMBER, SMS)
    assert place.here.ask(typed).status_code == 200
    channel, text = place.first()
    assert (channel, "30" in text or "một lần" in text) == ("bot", True)
    path = place.path()
    client = place.here.web.stranger()
    assert "Đăng nhập" in client.get(path).text
    assert client.post(path).url.path == "/viec-cua-toi"
    assert place.here.web.stranger().post(path).status_code == 410


@pytest.mark.parametrize(
    ("points", "channel"),
    [
        ((BOT, EMAIL), "bot"), ((EMAIL, BOT), "email"), ((OA, EMAIL), "oa_cs"), ((SMS, EMAIL), "sms"), ((NUMBER, SMS), "sms"),
        ((NUMBER, EMAIL, SMS), "email"),
    ],
)  # fmt: skip
def test_it_goes_by_the_persons_own_order_whatever_was_typed(
    place: Place, points: tuple[Point, ...], channel: str
) -> None:
    """Zalo by number needs a template, which this installation has not."""
    place.here.reach("thon-07", *points)
    place.here.ask(MAIL if EMAIL in points else PHONE)
    assert place.first()[0] == channel
    assert place.here.web.stranger().post(place.path()).url.path == "/viec-cua-toi"
    assert len(place.come()) == 1


@pytest.mark.parametrize("place", [WITH_TEMPLATE], indirect=True)
@pytest.mark.parametrize(("point", "channel"), [(OA, "oa_user"), (NUMBER, "template_phone")])
def test_a_template_for_sign_in_links_is_used_where_there_is_one(
    place: Place, point: Point, channel: str
) -> None:
    place.here.reach("thon-07", point, SMS)
    place.fake.person("u-truong-thon", days_silent=30)
    place.here.ask("0912345678")
    assert place.first()[0] == channel
    [sent] = place.fake.received(channel)
    assert sent["template_id"] == defaults.TEMPLATE_SIGN_IN
    assert sent["template_data"]["han"] == "08:30 16/04/2024"
    assert place.here.web.stranger().post(f"/{sent['template_data']['ma']}").url.path == "/viec-cua-toi"


def test_a_text_message_is_one_that_every_telephone_shows(place: Place) -> None:
    place.here.reach("thon-07", SMS)
    place.here.ask("0912345678")
    channel, text = place.first()
    assert (channel, text.isascii(), len(text) <= 306) == ("sms", True, True)
    assert text.startswith("Dang nhap Mang Non")


@pytest.mark.parametrize(
    "fate",
    ["error:401", "error:400", "error:429", "status:503", "reset_before", "html", "empty", "hang"],
)
def test_when_the_first_way_fails_the_next_one_takes_over_at_once(place: Place, fate: str) -> None:
    place.here.reach("thon-07", BOT, EMAIL)
    place.fake.fate("bot", fate)
    place.here.ask(MAIL)
    assert place.first()[0] == "email"
    assert place.here.web.stranger().post(place.path()).url.path == "/viec-cua-toi"


@pytest.mark.parametrize("fate", ["reset_after", "truncated", "hang_after"])
def test_where_it_may_have_come_already_the_same_link_comes_again_and_is_good_once(
    place: Place, fate: str
) -> None:
    place.here.reach("thon-07", BOT, EMAIL)
    place.fake.fate("bot", fate)
    place.here.ask(MAIL)
    assert wait_for(lambda: len(place.come()) == 2, 15)
    first, second = (LINK.findall(text)[0] for _, text in place.come())
    assert first == second
    assert place.here.web.stranger().post(first).url.path == "/viec-cua-toi"
    assert place.here.web.stranger().post(second).status_code == 410


def test_every_way_but_the_last_may_be_dead(place: Place) -> None:
    place.here.reach("thon-07", BOT, OA, NUMBER, EMAIL, SMS)
    place.fake.fate("bot", always="error:403")
    place.fake.person("u-truong-thon", days_silent=8)
    place.sink.behave(MAIL, NO_MAILBOX)
    place.here.ask(MAIL)
    assert place.first()[0] == "sms"


def test_an_oa_whose_permission_ended_is_passed_over(place: Place) -> None:
    place.here.reach("thon-07", OA, SMS)
    place.fake.set_tokens(expire_access=True, consume_refresh=True)
    place.here.ask("0912345678")
    assert place.first()[0] == "sms"


def test_where_nothing_takes_it_the_answer_is_the_same_and_the_log_says_whom_it_concerns(
    place: Place, tmp_path: Path
) -> None:
    person = place.here.reach("thon-07", BOT, EMAIL)
    place.fake.fate("bot", always="error:401")
    place.sink.behave(MAIL, NO_MAILBOX)
    with captured(tmp_path / "log") as log:
        answer = place.here.ask(MAIL)
        assert wait_for(lambda: "sign-in link did not leave" in log(), 15)
    assert answer.text == place.here.ask("khong-ai@hoang-dong.example").text
    assert f'"person": {person}' in log()
    assert place.come() == []


@pytest.mark.parametrize("typed", ["khong-ai@hoang-dong.example", "0987 654 321"])
def test_somebody_unknown_is_told_the_same_and_nothing_is_sent_or_kept(
    place: Place, typed: str, tmp_path: Path
) -> None:
    place.here.reach("thon-07", BOT, SMS, EMAIL)
    with captured(tmp_path / "log") as log:
        unknown = place.here.ask(typed)
        known = place.here.ask("0912 345 678")
    place.first()
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
    assert _told(known) == _told(unknown)
    assert (len(place.come()), links(place)) == (1, 1)
    assert "did not leave" not in log()


def _told(answer: httpx.Response) -> list[str]:
    """The names of the headers: not even they tell."""
    return sorted(answer.headers)


def links(place: Place) -> int:
    query = select(AccessLink).where(col(AccessLink.purpose) == "sign_in")
    with place.here.web.site.store.read() as session:
        return len(list(session.execute(query)))


def test_the_answer_does_not_wait_for_the_database_so_its_time_tells_nothing(
    place: Place,
) -> None:
    place.here.reach("thon-07", SMS)
    file = place.here.web.site.store.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(file, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        assert place.here.ask("0912345678").status_code == 200
        assert time.monotonic() - began < 2
        assert place.come() == []
        busy.execute("ROLLBACK")
    assert place.first()[0] == "sms"


def test_somebody_who_left_gets_nothing(place: Place) -> None:
    number = place.here.reach("thon-07", BOT, SMS)
    place.here.web.world.do(
        lambda s: s.execute(update(Person).where(col(Person.id) == number).values(active=False))
    )
    place.here.reach("thon-08", EMAIL)
    assert [place.here.ask(typed).status_code for typed in ("0912345678", MAIL)] == [200, 200]
    assert place.first()[0] == "email"
    assert (len(place.come()), links(place)) == (1, 1)


def test_a_group_gets_no_link_even_if_it_is_all_there_is(place: Place, tmp_path: Path) -> None:
    place.here.reach("thon-07", Point("zalo_bot", "group:g-1"), Point("zalo_oa", "group:g1"), SMS)
    place.fake.person("g-1", known=True)
    place.fake.fate("sms", always="error:103")
    with captured(tmp_path / "log") as log:
        place.here.ask("0912345678")
        assert wait_for(lambda: "sign-in link did not leave" in log(), 15)
    assert place.come() == []
    assert {one["channel"] for one in place.fake.sends()} == {"sms"}


def test_two_people_with_one_telephone_get_a_link_each(place: Place) -> None:
    place.here.reach("thon-07", SMS)
    place.here.reach("thon-08", SMS)
    place.here.ask("0912345678")
    assert wait_for(lambda: len(place.come()) == 2, 15)
    paths = [LINK.findall(text)[0] for _, text in place.come()]
    names = {re.findall(r"<b>([^<]+)</b>", place.here.web.stranger().get(path).text)[0] for path in paths}
    assert len(names) == 2


def test_addresses_that_refused_and_closed_channels_come_last(place: Place, clock: ManualClock) -> None:
    number, now = place.here.reach("thon-07", BOT, EMAIL, SMS), clock.now()
    closed = {
        "name": "zalo_bot",
        "closed_at": now,
        "closed_because": "Thử.",
        "try_again_at": now + timedelta(minutes=5),
    }

    def spoil(session: Any) -> None:
        session.execute(insert(ChannelState).values(closed))
        refused = (col(ContactPoint.person_id) == number) & (col(ContactPoint.channel) == "email")
        session.execute(update(ContactPoint).where(refused).values(refused_at=now, refused_reason="Thử."))

    place.here.web.world.do(spoil)
    place.here.ask(MAIL)
    assert place.first()[0] == "sms"
    place.fake.fate("sms", always="error:103")
    place.here.ask(MAIL)
    assert wait_for(lambda: len(place.come()) == 2, 15)
    assert place.fake.received("bot") != []
    place.fake.fate("bot", always="error:401")
    place.here.ask(MAIL)
    assert wait_for(lambda: bool(place.sink.messages), 15)


@pytest.mark.parametrize("points", [(BOT,), (OA,), (SMS,)])
def test_whoever_asks_at_night_is_answered_at_night(
    place: Place, clock: ManualClock, points: tuple[Point, ...]
) -> None:
    clock.set(datetime(2024, 4, 16, 23, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")))
    place.here.reach("thon-07", *points, EMAIL)
    place.here.ask(MAIL)
    assert place.first()[0] in {"bot", "oa_cs", "sms"}


def test_asking_too_often_for_one_number_is_answered_with_when_to_come_back_however_it_is_written(
    place: Place, clock: ManualClock
) -> None:
    place.here.reach("thon-07", BOT, SMS)
    answers = [
        place.here.ask(typed) for typed in ("0912345678", "+84912345678", "0912 345 678", "84912345678")
    ]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    unknown = [place.here.ask("0987654321").status_code for _ in range(4)]
    assert unknown == [200, 200, 200, 429]
    clock.set(clock.now() + timedelta(minutes=16))
    assert place.here.ask("0912345678").status_code == 200


def test_one_place_that_asks_for_many_numbers_is_stopped(place: Place) -> None:
    answers = [place.here.ask(f"09120000{number:02}").status_code for number in range(21)]
    assert answers == [200] * 20 + [429]


@pytest.mark.parametrize("typed", ["", "thieu", "12345", "0212 345 678", "0912 345 6789"])
def test_what_is_neither_address_nor_number_is_told_so(place: Place, typed: str) -> None:
    answer = place.here.ask(typed)
    assert answer.status_code == 422
    assert "hoặc số điện thoại di động" in answer.text


def test_no_log_line_has_the_link_the_number_the_address_or_the_chat(place: Place, tmp_path: Path) -> None:
    place.here.reach("thon-07", BOT, OA, NUMBER, EMAIL, SMS)
    place.fake.fate("bot", "error:401", "reset_after", "hang")
    place.fake.person("u-truong-thon", days_silent=8)
    with captured(tmp_path / "log") as log:
        for typed in (MAIL, "0912 345 678", MAIL):
            place.here.ask(typed)
        assert wait_for(lambda: len(place.come()) == 4, 20)
    assert "what was asked for did not leave" in log()
    tokens = {LINK.findall(text)[0].rpartition("/")[2] for _, text in place.come()}
    assert len(tokens) == 3
    secrets = Secrets(phones={PHONE})
    secrets.keep("token", [*tokens, defaults.BOT_TOKEN, defaults.FIRST_ACCESS])
    secrets.keep("address", [MAIL, "c-truong-thon", "u-truong-thon"])
    assert secrets.found(log()) == []


def test_one_person_is_not_flooded_by_way_of_a_second_address(place: Place) -> None:
    place.here.reach("thon-07", BOT, EMAIL, SMS)
    answers = [place.here.ask(typed) for typed in (MAIL, "0912345678", MAIL, "0912345678", MAIL)]
    assert {(one.status_code, one.text) for one in answers} == {(200, answers[0].text)}
    assert wait_for(lambda: len(place.come()) == 3, 15)
    place.here.reach("thon-08", Point("email", "khac@hoang-dong.example"))
    place.here.ask("khac@hoang-dong.example")
    assert wait_for(lambda: bool(place.sink.messages), 15)
    assert (len(place.come()), links(place)) == (4, 4)


def test_whoever_asks_all_day_for_somebodys_number_spends_no_more_than_a_day_allows(
    place: Place, clock: ManualClock
) -> None:
    """Mail and a bot cost nothing and go on; the next day is a new one."""
    place.here.reach("thon-07", SMS, EMAIL)
    for number in range(12):
        place.here.ask("0912345678")
        assert wait_for(lambda sent=number + 1: len(place.come()) == sent, 15)  # type: ignore[misc]
        clock.set(clock.now() + timedelta(minutes=16))
    assert [channel for channel, _ in place.come()] == ["sms"] * 10 + ["email"] * 2
    clock.set(clock.now() + timedelta(days=1))
    place.here.ask("0912345678")
    assert wait_for(lambda: len(place.fake.received("sms")) == 11, 15)


def test_what_a_whole_commune_may_spend_in_a_day_is_limited_too(place: Place, clock: ManualClock) -> None:
    place.here.reach("thon-07", SMS, EMAIL)
    now, other = clock.now(), place.here.web.person("thon-08")
    row = {
        "commune_id": place.here.web.world.commune_id, "person_id": other, "purpose": "sign_in", "created_at": now,
        "expires_at": now,
    }  # fmt: skip
    place.here.web.world.do(lambda s: s.execute(insert(AccessLink), [row] * 300))
    place.here.ask("0912345678")
    assert place.first()[0] == "email"
    assert place.fake.received("sms") == []


def test_a_letter_does_not_hold_up_the_pages_while_it_reads_whom_to_trust(
    tmp_path: Path, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That takes some 30 ms in the pages' own loop: whoever asks for the next page could tell a known address by it."""
    house = House(Settings.model_validate({"smtp": {"security": "starttls"}}), tmp_path, clock)
    made = []
    real = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda: made.append(1) or real())
    for _ in range(3):
        house.channels.make("email")
    house.store.close()
    assert len(made) == 1
