"""The pages about Zalo: a code of one's own, one for somebody on the telephone, and what people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from chat_world import ChatWorld
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import CHATS, PEOPLE, WebWorld, csrf, hidden

from db.store import Store
from db.tables import ChatCode, ContactPoint
from notifications.code_mail import code_mail
from notifications.linking import Code
from tasks.clock import ManualClock
from web.app import create_app
from web.site import Chats

INVITE = "https://zalo.example/bot-mang-non"


@pytest.fixture
def chats(store: Store, clock: ManualClock) -> ChatWorld:
    return ChatWorld(WebWorld.build(store, clock))


@pytest.fixture
def unit(chats: ChatWorld) -> Iterator[TestClient]:
    with chats.web.signed_in("unit") as client:
        yield client


def asked(
    client: TestClient, deed: str = "lay-ma", channel: str = "zalo_bot", path: str = "/zalo", **more: str
) -> str:
    token = csrf(client.get(path).text)
    return client.post(path, data={"csrf": token, "viec": deed, "kenh": channel} | more).text


def code_in(page: str) -> str:
    found = re.search(r'<p class="code">(\d{3}) (\d{3})</p>', page)
    assert found, page
    return found[1] + found[2]


def test_looking_writes_nothing_and_a_button_makes_a_code_that_works(
    chats: ChatWorld, unit: TestClient
) -> None:
    before = chats.web.dump()
    assert "Lấy mã" in unit.get("/zalo").text
    assert unit.get("/zalo/ma.svg?kenh=zalo_bot").status_code == 404
    assert chats.web.dump() == before
    page = asked(unit)
    assert "08:15, 16/04/2024" in page
    assert "Đã liên kết" in chats.say(f"LK {code_in(page)}")[0]
    linked = unit.get("/zalo").text
    assert "đang dùng" in linked
    assert "nơi nhận đầu tiên" in linked
    assert '<p class="code">' not in linked


def test_the_code_is_shown_until_it_ends_and_another_one_replaces_it(
    chats: ChatWorld, unit: TestClient, clock: ManualClock
) -> None:
    first = code_in(asked(unit))
    assert code_in(unit.get("/zalo").text) == first
    second = code_in(asked(unit))
    assert second != first
    assert len(chats.rows(select(ChatCode))) == 1
    clock.set(clock.now() + timedelta(minutes=15))
    assert '<p class="code">' not in unit.get("/zalo").text


def test_the_picture_holds_the_invitation_or_else_what_is_to_be_typed(
    chats: ChatWorld, unit: TestClient
) -> None:
    asked(unit)
    plain = unit.get("/zalo/ma.svg?kenh=zalo_bot")
    assert plain.headers["content-type"] == "image/svg+xml"
    assert "style=" not in plain.text
    assert "no-store" in plain.headers["cache-control"]
    inviting = TestClient(
        create_app(replace(chats.web.site, chats=replace(CHATS, invite_url=INVITE))),
        base_url=str(unit.base_url),
    )
    inviting.cookies = unit.cookies
    invited = inviting.get("/zalo/ma.svg?kenh=zalo_bot")
    assert invited.text != plain.text
    page = inviting.get("/zalo").text
    assert f'href="{INVITE}"' in page
    assert unit.get("/zalo/ma.svg?kenh=email").status_code == 404


def test_the_code_goes_to_ones_own_mail_box(chats: ChatWorld, unit: TestClient) -> None:
    page = asked(unit, "gui-thu")
    assert "Đã gửi mã vào thư" in page
    [letter] = chats.web.codes
    assert (letter.address, letter.code.code) == ("thon-07@hoang-dong.example", code_in(page))


def test_the_mail_says_the_code_its_end_and_how(chats: ChatWorld) -> None:
    code = Code("zalo_bot", "012345", chats.now + timedelta(minutes=15))
    mail = code_mail(
        name="Bà Hoa", greeting="chị <Hoa>", address="a@b.example", code=code, invite_url=INVITE, at=chats.now,
        time_zone="Asia/Ho_Chi_Minh",
    )  # fmt: skip
    for part in (mail.text, mail.html):
        for word in ("012345", "LK 012345", "08 giờ 15 ngày 16/04/2024", INVITE):
            assert word in part
    assert "chị &lt;Hoa&gt;" in mail.html
    assert "{{" not in mail.text + mail.html
    plain = code_mail(
        name="Bà Hoa", greeting="", address="a@b.example", code=code, invite_url="", at=chats.now, time_zone="Asia/Ho_Chi_Minh"
    )  # fmt: skip
    assert "Kính gửi Bà Hoa" in plain.text
    assert ": ." not in plain.text
    assert "https://" not in plain.text


def test_without_a_mail_address_the_code_is_only_shown(chats: ChatWorld) -> None:
    client = chats.web.signed_in("operator")
    assert "Gửi mã vào thư" not in client.get("/zalo").text
    answer = client.post(
        "/zalo", data={"csrf": csrf(client.get("/zalo").text), "viec": "gui-thu", "kenh": "zalo_bot"}
    )
    assert (answer.status_code, "chưa có địa chỉ thư" in answer.text) == (422, True)


def test_too_many_codes_are_answered_with_when_to_come_back(chats: ChatWorld, unit: TestClient) -> None:
    token = csrf(unit.get("/zalo").text)
    answers = [
        unit.post("/zalo", data={"csrf": token, "viec": "lay-ma", "kenh": "zalo_bot"}) for _ in range(7)
    ]
    assert [one.status_code for one in answers] == [200] * 6 + [429]
    assert int(answers[-1].headers["retry-after"]) > 0


def test_a_unit_that_came_by_a_reminders_link_gets_a_code_after_one_tap(chats: ChatWorld) -> None:
    client = chats.web.stranger()
    client.get(chats.web.link("thon-07", "bc.thon-07"))
    page = client.get("/zalo").text
    confirm = client.post("/zalo", data={"csrf": csrf(page), "viec": "lay-ma", "kenh": "zalo_bot"})
    assert "Xin xác nhận một lần" in confirm.text
    assert chats.rows(select(ChatCode)) == []
    assert code_in(client.post("/zalo", data=hidden(confirm.text)).text)


def test_a_linked_chat_is_taken_back_on_the_page_and_only_ones_own(
    chats: ChatWorld, unit: TestClient
) -> None:
    chats.link()
    chats.link("thon-08", "c8")
    numbers = dict(
        chats.rows(
            select(col(ContactPoint.address), col(ContactPoint.id)).where(
                col(ContactPoint.channel) == "zalo_bot"
            )
        )
    )
    assert chats.addresses("thon-08")[0][1] == "zalo_bot"
    foreign = unit.post(
        "/zalo", data={"csrf": csrf(unit.get("/zalo").text), "viec": "go", "so": str(numbers["user:c8"])}
    )
    assert (foreign.status_code, chats.addresses("thon-08")[0][1]) == (404, "zalo_bot")
    page = asked(unit, "go", so=str(numbers["user:c1"]))
    assert "Đã gỡ liên kết" in page
    assert [one[1] for one in chats.addresses()] == ["email", "email"]


def test_where_no_chat_is_on_the_page_says_so_and_nothing_leads_to_it(chats: ChatWorld) -> None:
    chats.web.site = replace(chats.web.site, chats=Chats())
    client = chats.web.signed_in("unit")
    page = client.get("/zalo").text
    assert "chưa bật kênh Zalo" in page
    assert "Lấy mã" not in page
    assert 'href="/zalo"' not in client.get("/viec-cua-toi").text + client.get("/thiet-bi").text
    answer = client.post(
        "/zalo", data={"csrf": csrf(client.get("/thiet-bi").text), "viec": "lay-ma", "kenh": "zalo_bot"}
    )
    assert (answer.status_code, "chưa bật kênh Zalo" in answer.text) == (422, True)
    assert 'href="/tin-den"' not in chats.web.signed_in("coordinator").get("/bang").text


def test_where_a_chat_is_on_units_and_coordinators_find_their_pages(
    chats: ChatWorld, unit: TestClient
) -> None:
    assert unit.get("/viec-cua-toi").text.count('href="/zalo"') == 2
    assert 'href="/zalo"' in chats.web.signed_in("leadership").get("/thiet-bi").text
    assert 'href="/tin-den"' in chats.web.signed_in("coordinator").get("/bang").text
    number = chats.web.person("thon-07")
    assert (
        f'href="/danh-ba/nguoi/{number}/zalo"'
        in chats.web.signed_in("coordinator").get(f"/danh-ba/nguoi/{number}").text
    )


# ------------------------------------------------------------------- on the telephone


def test_the_coordinator_reads_out_a_code_that_is_shown_once_and_journalled(chats: ChatWorld) -> None:
    client, number = chats.web.signed_in("coordinator"), chats.web.person("thon-07")
    path = f"/danh-ba/nguoi/{number}/zalo"
    page = asked(client, path=path)
    code = code_in(page)
    assert '<p class="code">' not in client.get(path).text
    assert chats.deeds()[-1][1:] == ("chat.offered", f"person:{number}")
    assert "Đã liên kết" in chats.say(code)[0]
    linked = client.get(path).text
    assert "đang dùng" in linked
    contact = re.search(r'name="so" value="(\d+)"', linked)
    assert contact
    assert "Chưa có Zalo nào" in asked(client, "go", path=path, so=contact[1])


def test_the_coordinator_offers_nothing_to_who_left_or_is_not_there(chats: ChatWorld) -> None:
    client = chats.web.signed_in("coordinator")
    token = (
        csrf(client.get("/danh-ba").text)
        if 'name="csrf"' in client.get("/danh-ba").text
        else csrf(client.get("/thiet-bi").text)
    )
    assert client.get("/danh-ba/nguoi/4711/zalo").status_code == 404
    form = {"csrf": token, "kenh": "zalo_bot"}
    assert client.post("/danh-ba/nguoi/4711/zalo", data=form).status_code == 404
    number = chats.web.person("thon-08")
    client.post(f"/danh-ba/nguoi/{number}/thoi", data={"csrf": token})
    answer = client.post(f"/danh-ba/nguoi/{number}/zalo", data=form)
    assert (answer.status_code, "đã thôi trong danh bạ" in answer.text) == (422, True)
    assert chats.rows(select(ChatCode)) == []


# ------------------------------------------------------------------- what came in


def test_messages_are_listed_with_who_what_was_understood_and_the_answers_fate(chats: ChatWorld) -> None:
    chats.link()
    chats.say("xong")
    chats.say("Mai <b>họp</b> mấy giờ?")
    chats.say("Cho hỏi", "c9", name="Ông Lạ")
    page = chats.web.signed_in("coordinator").get("/tin-den").text
    assert page.index("Cho hỏi") < page.index("họp") < page.index("xin liên kết báo cáo")
    assert "Mai &lt;b&gt;họp&lt;/b&gt; mấy giờ?" in page
    assert "Ông Lạ" in page
    assert page.count("chưa liên kết với ai") == 1
    assert page.count("máy không hiểu") == 2
    assert "Trả lời: đã gửi" in page
    assert not re.search(r"/l/|user:c|\bc9\b", page)


def test_what_was_seen_to_leaves_the_list_of_what_waits(chats: ChatWorld) -> None:
    chats.say("Cho hỏi", name="Ông Lạ")
    client = chats.web.signed_in("coordinator")
    page = client.get("/tin-den?loc=chua-xem").text
    assert "Chờ người xem (1)" in page
    number = chats.incoming()[-1].id
    done = client.post(f"/tin-den/{number}", data={"csrf": csrf(page), "loc": "1"})
    assert "Không có tin nào chờ xem" in done.text
    assert f"Người giữ vai {'coordinator'} (ví dụ) đã xem" in client.get("/tin-den").text
    again = client.post(f"/tin-den/{number}", data={"csrf": csrf(page)})
    assert (again.status_code, "đã có người xem" in again.text) == (409, True)


def test_the_board_says_how_many_wait(chats: ChatWorld) -> None:
    client = chats.web.signed_in("coordinator")
    assert ">Tin đến</a>" in client.get("/bang").text
    chats.say("Cho hỏi")
    with chats.web.counted() as statements:
        page = client.get("/bang").text
    assert 'Tin đến (1<span class="unseen"> chờ xem</span>)</a>' in page
    assert len(statements) <= 12


def test_a_long_list_is_read_by_fifty(chats: ChatWorld) -> None:
    for number in range(60):
        chats.keep("zalo_bot", chats.bot_event(f"Tin {number}", f"c{number}"))
    chats.round()
    client = chats.web.signed_in("operator")
    with chats.web.counted() as statements:
        page = client.get("/tin-den").text
    assert len(statements) <= 12
    assert page.count('<li class="card"') == 50
    older = re.search(r'href="(/tin-den\?truoc=\d+)"', page)
    assert older
    assert client.get(older[1]).text.count('<li class="card"') == 10
    assert client.get("/tin-den?truoc=x&loc=%3Cscript%3E").status_code == 200


def test_the_journal_tells_of_chats_in_words(chats: ChatWorld) -> None:
    chats.link()
    page = chats.web.signed_in("coordinator").get("/nhat-ky").text
    assert "liên kết Zalo" in page
    assert PEOPLE["unit"] == "thon-07"
