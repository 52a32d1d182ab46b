"""The Zalo demo's first days: everybody is reached by their own way, people write back, and the pages show it all."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Folder
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient

from db.errors import Refusal
from db.tables import Attempt, Message, Person, Task, Unit
from mangnon.demo import reach, stand_ins
from mangnon.demo.channel_figures import channel_figures, season_report
from mangnon.demo.outside import Outside
from mangnon.demo.season import Season, Story, live
from mangnon.demo.setting import SEASON_BEGINS, prepare
from mangnon.demo.showing import invitations, shown
from web.app import create_app

BASE = "http://mangnon.example"
LAST_DAY = date(2024, 4, 17)


@dataclass(frozen=True)
class Lived:
    season: Season
    story: Story
    outside: Outside
    mails: Path

    def rows(self, query: Any) -> list[Any]:
        with self.season.house.store.read() as session:
            return list(session.execute(query))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    folder = tmp_path_factory.mktemp("zalo")
    with stand_ins.outside(SEASON_BEGINS) as outside, stand_ins.mail_server(folder / "outbox") as server:
        season = prepare(folder, until=LAST_DAY, server=server, outside=outside)
        yield Lived(season, live(season), outside, folder / "outbox")
        season.house.store.close()


def test_three_in_ten_are_reached_by_each_way_and_one_in_ten_by_the_second(lived: Lived) -> None:
    everybody = {row[0] for row in lived.rows(select(col(Person.key)))}
    ways = (reach.BY_BOT, (*reach.BY_OA_USER, *reach.BY_OA_PHONE), reach.BY_MAIL)
    hard = (reach.MAILBOX_GONE, reach.NOT_IN_ZALO, reach.BOT_BLOCKED)
    assert everybody == {*ways[0], *ways[1], *ways[2], *hard}
    assert [round(10 * len(way) / len(everybody)) for way in (*ways, hard)] == [3, 3, 3, 1]


def test_everybody_gets_the_first_message_once_by_the_way_that_works(lived: Lived) -> None:
    query = (
        select(col(Person.key), col(Attempt.channel), col(Attempt.outcome))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .join(Person, col(Person.id) == col(Message.person_id))
        .order_by(col(Attempt.message_id), col(Attempt.number))
    )
    tried: dict[str, list[tuple[str, str]]] = {}
    for key, channel, outcome in lived.rows(query):
        tried.setdefault(key, []).append((channel, outcome))
    hard = {
        reach.MAILBOX_GONE: [("email", "permanent"), ("zalo_oa", "sent")],
        reach.NOT_IN_ZALO: [("zalo_oa", "permanent"), ("sms", "sent")],
        reach.BOT_BLOCKED: [("zalo_bot", "payload"), ("email", "sent")],
    }
    assert tried == {key: [(channel, "sent")] for key, channel in reach.FIRST_WAYS.items()} | hard


def test_what_was_sent_is_what_came_to_its_receivers(lived: Lived) -> None:
    house = lived.season.house
    with house.store.read() as session:
        commune_id = house.bearings(session).commune_id
        report = season_report(session, commune_id, house.clock.now(), house.settings.delivery.channels)
        found = channel_figures(session, commune_id, report, lived.outside, lived.mails)
    assert [one["channel"] for one in found] == ["zalo_bot", "zalo_oa", "email", "sms"]
    assert [one["sent"] + one["answers"] for one in found] == [one["received"] for one in found]
    assert sum(one["sent"] for one in found) == 27
    assert sum(one["taken_over"] for one in found) == 3


def test_nhan_in_zalo_acknowledges_the_work_and_is_answered(lived: Lived) -> None:
    told = Counter(str(one["text"]).partition(" ")[0] for one in lived.outside.fake.received("bot"))
    # Nine linked their chats, five said NHAN, eight were told of their work.
    assert told == {"Đã": 9 + 5, "UBND": 8}
    query = (
        select(col(Task.state))
        .join(Unit, col(Unit.id) == col(Task.unit_id))
        .where(col(Unit.key) == "thon-02")
    )
    assert {row[0] for row in lived.rows(query)} == {"acknowledged"}
    assert any("nhắn trong Zalo: «NHAN»" in sentence for _, sentence in lived.story.lines)


def test_the_outbox_page_shows_both_sides_as_chat_bubbles(lived: Lived) -> None:
    house = shown(lived.season)
    url = next(url for role, _, url in list(invitations(house, BASE)) if role == "cán bộ điều phối")
    client = TestClient(create_app(house.site()), base_url=BASE)
    client.post(url.removeprefix(BASE))
    number = lived.rows(select(col(Person.id)).where(col(Person.key) == "thon-01"))[0][0]
    page = client.get(f"/thu/hop-thu?nguoi={number}").text
    for words in ("NHAN", "Đã liên kết", "Đã ghi nhận", "VIỆC ĐƯỢC GIAO"):
        assert words in page, words
    house.store.close()


def test_the_command_adds_figures_for_each_channel_and_logs_nothing(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    ran = folder.run("demo", "--zalo-fake", "--until", "16/4/2024", "--no-web", "--json").done()
    figures = {one["channel"]: one for one in ran.data["channels"]}
    assert list(figures) == ["zalo_bot", "zalo_oa", "email", "sms"]
    assert all(one["sent"] + one["answers"] == one["received"] for one in figures.values())
    assert sum(one["sent"] for one in figures.values()) == sum(ran.data["messages"].values()) == 27
    assert len(list((tmp_path / "demo" / "outbox").glob("*.eml"))) == figures["email"]["received"]
    assert ran.err == ""
    plain = folder.run("demo", "--until", "16/4/2024", "--no-web", "--json").done()
    assert "channels" not in plain.data
    assert set(json.loads(plain.out)) | {"channels"} == set(ran.data)


def test_where_the_fake_did_not_come_with_the_program_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stand_ins, "TESTS", tmp_path)
    with pytest.raises(Refusal, match="thư mục mã nguồn"), stand_ins.outside(SEASON_BEGINS):
        pass
