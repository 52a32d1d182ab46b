"""VAO in a chat: the person's own sign-in link, in a chat of one person only, and written down nowhere."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from chat_world import ChatWorld
from hoang_dong import OPERATOR
from log_capture import captured
from sqlalchemy import insert, select, update
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import BASE, WebWorld, csrf, path_of

from db.store import Store
from db.tables import AccessLink, ChatCode, Member, Person
from notifications.channels.base import ChannelError
from notifications.chat_words import ENOUGH_LINKS, NOT_IN_A_GROUP
from notifications.inbox import UNDERSTOOD_NAMES, newest_incoming
from tasks.clock import ManualClock
from tasks.contact_rows import ContactRow
from tasks.people import bring_contacts
from web.chats.routes import BY_LINK

LINK = re.compile(rf"{re.escape(BASE)}/vao/\S+")


@pytest.fixture
def chats(store: Store, clock: ManualClock) -> ChatWorld:
    made = ChatWorld(WebWorld.build(store, clock))
    made.link()
    return made


def entrances(chats: ChatWorld) -> list[AccessLink]:
    rows = chats.rows(select(AccessLink).where(col(AccessLink.purpose) == "sign_in"))
    return [row[0] for row in rows]


@pytest.mark.parametrize("text", ["VAO", "vào", "Cho tôi vào với ạ"])
def test_vao_is_answered_with_a_link_that_signs_the_person_in_once(chats: ChatWorld, text: str) -> None:
    [answer] = chats.say(text)
    [url] = LINK.findall(answer)
    assert chats.web.stranger().post(path_of(url)).url.path == "/viec-cua-toi"
    assert chats.web.stranger().post(path_of(url)).status_code == 410


def test_the_link_ends_after_half_an_hour_as_the_answer_says(chats: ChatWorld, clock: ManualClock) -> None:
    [answer] = chats.say("VAO")
    assert "30 phút" in answer
    clock.set(clock.now() + timedelta(minutes=31))
    assert chats.web.stranger().post(path_of(LINK.findall(answer)[0])).status_code == 410


def test_the_oa_answers_as_the_bot_does(chats: ChatWorld) -> None:
    chats.keep("zalo_oa", chats.oa_text(f"LK {chats.code('thon-08', 'zalo_oa')}", "z8"))
    chats.keep("zalo_oa", chats.oa_text("vào ạ", "z8"))
    chats.round()
    to, answer = chats.oa.said[-1]
    assert to == "user:z8"
    chats.web.stranger().post(path_of(LINK.findall(answer)[0]))
    assert [row.person_id for row in entrances(chats) if row.used_at] == [chats.web.person("thon-08")]


def test_in_a_group_nobody_gets_a_link(chats: ChatWorld) -> None:
    chats.link("thon-08", "c2", group=True)
    assert chats.say("@Bot Măng Non VAO", "c2", group=True) == [NOT_IN_A_GROUP]
    assert chats.say("@Bot Măng Non VAO", "c2", group=True) == []
    assert entrances(chats) == []


@pytest.mark.parametrize("kind", ["SUPERGROUP", "channel"])
def test_in_a_chat_of_a_kind_that_nobody_knows_nobody_gets_a_link(chats: ChatWorld, kind: str) -> None:
    """Who else reads there is not known either."""
    for text in (f"LK {chats.code('thon-08')}", "VAO"):
        event = chats.bot_event(text, "c3")
        event["message"]["chat"]["chat_type"] = kind
        chats.keep("zalo_bot", event)
        chats.round()
    assert chats.bot.said[-1] == ("group:c3", NOT_IN_A_GROUP)
    assert entrances(chats) == []


def test_what_people_say_to_one_another_in_a_group_of_the_oa_is_not_answered(chats: ChatWorld) -> None:
    chats.keep("zalo_oa", chats.oa_text(f"LK {chats.code('thon-08', 'zalo_oa')}", "z8", group="g1"))
    chats.round()
    chats.oa.said.clear()
    chats.keep("zalo_oa", chats.oa_text("vào", "z8", group="g1"))
    chats.round()
    assert (chats.oa.said, entrances(chats)) == ([], [])


def test_a_chat_that_stands_for_nobody_or_for_somebody_who_left_gets_no_link(chats: ChatWorld) -> None:
    assert "chưa gắn với ai" in chats.say("VAO", "c9")[0]
    person = chats.web.person("thon-07")
    chats.web.world.do(
        lambda s: s.execute(update(Person).where(col(Person.id) == person).values(active=False))
    )
    assert "chưa gắn với ai" in chats.say("VAO")[0]
    assert entrances(chats) == []


def test_a_chat_that_became_somebody_elses_before_the_answer_left_gets_no_link(
    chats: ChatWorld, clock: ManualClock
) -> None:
    chats.bot.fates.append(ChannelError("retry", "Bận."))
    assert chats.say("VAO") == []
    chats.say(f"LK {chats.code('thon-08')}")
    clock.set(clock.now() + timedelta(minutes=1))
    chats.round()
    late = chats.bot.said[-1][1]
    assert f"  {BASE}/vao\n" in late
    assert {row.person_id for row in entrances(chats)} <= {chats.web.person("thon-07")}
    assert not LINK.search(late)


def test_asking_again_and_again_is_told_once_that_it_is_enough(chats: ChatWorld, clock: ManualClock) -> None:
    answers = [chats.say("VAO") for _ in range(6)]
    assert [len(LINK.findall(" ".join(one))) for one in answers] == [1, 1, 1, 0, 0, 0]
    assert answers[3:] == [[ENOUGH_LINKS], [], []]
    assert len(entrances(chats)) == 3
    clock.set(clock.now() + timedelta(minutes=16))
    assert LINK.search(chats.say("VAO")[0])


def test_neither_the_database_nor_the_coordinators_page_nor_the_log_has_the_link(
    chats: ChatWorld, tmp_path: Path
) -> None:
    with captured(tmp_path / "log") as log:
        [answer] = chats.say("VAO")
    token = LINK.findall(answer)[0].rpartition("/")[2]
    assert token not in str(chats.web.dump())
    with chats.web.site.store.read() as session:
        [line, *_] = newest_incoming(session, chats.web.world.commune_id, 1)
    assert (UNDERSTOOD_NAMES[line.understood], line.open) == ("xin liên kết đăng nhập", False)
    page = chats.web.signed_in("coordinator").get("/tin-den").text
    assert "xin liên kết đăng nhập" in page
    assert token not in page
    assert token not in log()


def _promoted(chats: ChatWorld) -> TestClient:
    """The browser of whoever has the task link of a unit's contact who coordinates, too."""
    number, commune = chats.web.person("thon-07"), chats.web.world.commune_id
    unit = chats.rows(select(col(Member.unit_id)).where(col(Member.person_id) == number))[0][0]
    more = {"commune_id": commune, "unit_id": unit, "person_id": number, "role": "coordinator"}
    chats.web.world.do(lambda s: s.execute(insert(Member).values(more)))
    client = chats.web.stranger()
    assert client.get(chats.web.link("thon-07", "bc.thon-07")).status_code == 200
    return client


def test_whoever_came_by_a_task_link_links_no_chat_that_would_sign_in_as_the_office(chats: ChatWorld) -> None:
    """A reminder that was passed on lets its reader do the unit's work; VAO would make a coordinator of that reader."""
    client = _promoted(chats)
    form = {"csrf": csrf(client.get("/zalo").text), "viec": "lay-ma", "kenh": "zalo_bot", "xac_nhan": "1"}
    before = len(chats.rows(select(ChatCode)))
    answer = client.post("/zalo", data=form)
    assert (answer.status_code, BY_LINK in answer.text) == (422, True)
    assert len(chats.rows(select(ChatCode))) == before


def test_a_code_of_the_office_is_not_shown_to_whoever_came_by_a_task_link(chats: ChatWorld) -> None:
    client, code = _promoted(chats), chats.code()
    page = client.get("/zalo")
    assert (page.status_code, f"LK {code}" in page.text) == (200, False)
    assert client.get("/zalo/ma.svg?kenh=zalo_bot").status_code == 404
    assert f"LK {code}" in chats.web.signed_in("unit").get("/zalo").text


def _brought(chats: ChatWorld, **other: Any) -> None:
    """A contacts file comes in, in which thon-07 is as now but for `other`."""
    person = chats.rows(select(Person).where(col(Person.key) == "thon-07"))[0][0]
    mails = [address for _, channel, address in chats.addresses() if channel == "email"]
    row = ContactRow("thon-07", "contact", "thon-07", person.name, person.greeting, mails[0], mails[1])
    chats.web.world.do(
        lambda s: bring_contacts(
            s, chats.web.world.commune_id, [replace(row, **other)], by=OPERATOR, now=chats.now
        )
    )


NEW_ADDRESS = {"email": "nguoi-moi@hoang-dong.example", "second_email": "", "phone": "84900000007"}


def test_whoever_takes_over_a_place_does_not_leave_its_chat_and_its_browser_to_the_one_before(
    chats: ChatWorld,
) -> None:
    """The old head's Zalo was the new one's first address: VAO signed in as the new head, and /vao wrote there."""
    [answer] = chats.say("VAO")
    before, code = chats.web.signed_in("unit"), chats.code()
    _brought(chats, name="Người Mới", **NEW_ADDRESS)
    assert "chưa gắn với ai" in chats.say("VAO")[0]
    assert chats.web.stranger().post(path_of(LINK.findall(answer)[0])).status_code == 410
    assert before.get("/viec-cua-toi").url.path == "/vao"
    assert "không đúng hoặc đã hết hạn" in chats.say(f"LK {code}")[0]
    chats.web.stranger().post("/vao", data={"thu": "0900 000 007"})
    [letter] = chats.web.letters
    assert letter.ways[0].address == "nguoi-moi@hoang-dong.example"
    assert {one.address for one in letter.ways} == {
        "nguoi-moi@hoang-dong.example", "phone:84900000007", "84900000007",
    }  # fmt: skip


@pytest.mark.parametrize("other", [{"name": "Tên Mới"}, NEW_ADDRESS, {"name": "Tên Mới", "second_email": ""}])
def test_a_new_name_or_a_new_address_alone_leaves_a_linked_chat_as_it_is(
    chats: ChatWorld, other: dict[str, str]
) -> None:
    browser = chats.web.signed_in("unit")
    _brought(chats, **other)
    assert LINK.search(chats.say("VAO")[0])
    assert browser.get("/viec-cua-toi").url.path == "/viec-cua-toi"
