"""The pages about messages: each one's way, what did not arrive, the channels, and what was said in chats."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from full_commune import MID_SEASON, SAID, live
from sqlalchemy import insert, select, update
from sqlmodel import col
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Attempt, ContactPoint, IncomingMessage, Message
from notifications.bubbles import MAY_HAVE_LEFT, talk
from notifications.clean_text import without_secrets
from tasks.clock import ManualClock

WRITTEN = re.compile(r'class="bubble')


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return live(WebWorld.build(store, clock))


def one(web: WebWorld, **wanted: Any) -> int:
    """A message with an attempt like that."""
    query = select(col(Attempt.message_id)).filter_by(**wanted).order_by(col(Attempt.message_id).desc())
    return int(web.world.do(lambda s: s.execute(query).scalars().first()))


def message(web: WebWorld, number: int) -> Message:
    with web.site.store.read() as session:
        return session.get_one(Message, number)


def test_the_way_of_a_message_is_told_and_no_number_or_chat_is_shown_whole(web: WebWorld) -> None:
    client = web.signed_in("operator")
    page = client.get(f"/thu/{one(web, channel='zalo_oa')}").text
    told = ["Đến đợt gửi", "Gửi qua Zalo theo số …234: bị từ chối", "Chuyển sang thư điện tử", "đã gửi</b>"]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "Vì Zalo theo số …234 bị từ chối." in page
    assert "Số này không dùng Zalo." in page
    seen = client.get(f"/thu/{one(web, channel='zalo_bot')}").text
    assert "Gửi qua Zalo (…123): đã gửi" in seen
    for number in (one(web, channel="zalo_oa"), one(web, channel="zalo_bot")):
        text = client.get(f"/thu/{number}").text
        assert "5550000123" not in text
        assert "84900001234" not in text
        assert client.get(f"/thu/{number}").text.count("/thu/hop-thu") == 0


def test_messages_are_filtered_by_the_channel_they_were_tried_on(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/thu?kenh=zalo_oa").text
    assert 0 < page.count('<th scope="row">') < 50
    older = re.search(r'href="(/thu\?[^"]*truoc=\d+)"', client.get("/thu?kenh=email").text)
    assert older
    assert "kenh=email" in older[1]
    assert client.get("/thu?kenh=<b>").status_code == 200


def test_what_did_not_arrive_is_listed_and_sent_again_one_by_one(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/thu/chua-den").text
    assert page.count('<th scope="row">') == 50
    assert set(re.findall(r"</span> ([^<]+)</span>", page)) == {"không gửi được", "chưa rõ"}
    # A message whose fate is unknown says each time that it may arrive twice.
    assert (
        page.count("có thể đến hai lần")
        == page.count("? </span>".replace(" ", ""))
        == page.count(">?</span>")
    )
    older = re.search(r'href="(/thu/chua-den\?truoc=\d+)"', page)
    assert older
    assert client.get(older[1]).text.count('<th scope="row">') == 50
    number = one(web, outcome="permanent", channel="email")
    form = {"csrf": csrf(page), "thu": str(number)}
    assert "xếp lại hàng chờ" in client.post("/thu/chua-den", data=form).text
    again = message(web, number)
    assert (again.state, again.fresh_from, again.attempts) == ("pending", 1, 1)
    refused = client.post("/thu/chua-den", data=form)
    assert (refused.status_code, "nên không gửi lại" in refused.text) == (422, True)


def test_all_that_failed_and_all_that_is_unknown_are_sent_again_apart(web: WebWorld) -> None:
    client = web.signed_in("operator")
    token = csrf(client.get("/thu/chua-den").text)
    client.post("/thu/chua-den", data={"csrf": token, "moi": "failed"})
    page = client.get("/thu/chua-den").text
    assert "Gửi lại thì người nhận có thể có hai thư giống nhau." in page
    assert "thư không gửi được" not in page
    client.post("/thu/chua-den", data={"csrf": token, "moi": "unknown"})
    assert "Không có thư nào chưa đến." in client.get("/thu/chua-den").text
    assert client.post("/thu/chua-den", data={"csrf": token, "moi": "sent"}).status_code == 422


def test_a_returned_message_begins_anew_and_takes_only_its_own_address_out(web: WebWorld) -> None:
    number = one(web, channel="zalo_bot", outcome="sent")
    person = message(web, number).person_id
    points: list[dict[str, Any]] = [
        {"channel": channel, "address": "user:5550000123", "position": place, "person_id": person}
        for place, channel in ((40, "zalo_bot"), (41, "zalo_oa"))
    ]
    here = col(ContactPoint.person_id) == person
    web.world.do(lambda s: s.execute(ContactPoint.__table__.delete().where(here)))  # type: ignore[attr-defined]
    rows = [row | {"commune_id": web.world.commune_id} for row in points]
    web.world.do(lambda s: s.execute(insert(ContactPoint), rows))
    client = web.signed_in("coordinator")
    form = {"csrf": csrf(client.get(f"/thu/{number}").text), "viec": "tra-ve"}
    assert client.post(f"/thu/{number}", data=form).status_code == 200
    with web.site.store.read() as session:
        refused = {
            row.channel: row.refused_at is not None
            for row in session.execute(select(ContactPoint).where(here)).scalars()
        }
    assert refused == {"zalo_bot": True, "zalo_oa": False}
    assert (message(web, number).state, message(web, number).fresh_from) == ("pending", 1)
    assert "ghi nhận thư bị trả về" in client.get(f"/thu/{number}").text


def test_the_channels_stand_in_a_table_that_adds_up(web: WebWorld) -> None:
    page = web.signed_in("operator").get("/kenh").text
    assert "Zalo OA đang dừng</b> từ 09:00, 12/11/2024: Zalo báo mã truy cập đã hết hạn." in page
    assert "480 tin" in page
    rows = [
        [int(one) for one in re.findall(r'class="number"[^>]*>(\d+)<', row)]
        for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    ]
    *lines, sums = [row for row in rows if row]
    assert len(lines) == 4
    assert [sum(column) for column in zip(*lines, strict=True)] == sums
    assert sum(sums) > 0


def test_what_was_sent_is_shown_as_it_was_sent_without_the_secret_of_its_links(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get(f"/thu/{one(web, channel='zalo_bot')}").text
    assert WRITTEN.findall(page) == ['class="bubble']
    assert "Rà soát trẻ em có hoàn cảnh đặc biệt" in page
    assert "http://mangnon.example/l/…" in page
    assert "bi-mat" not in page + client.get("/thu/hop-thu").text
    assert "bi-mat" in SAID


def test_a_conversation_stands_in_order_of_time_ours_on_the_right_with_ticks(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get(f"/thu/hop-thu?nguoi={web.person('thon-07')}").text
    sides = re.findall(r'class="bubble (ours|theirs)"', page)
    assert sides[-4:] == ["theirs", "ours", "theirs", "ours"]
    assert {"seen", "delivered", "sent"} == set(re.findall(r'class="tick (\w+)"', page))
    said = ["Rà soát trẻ em", ">nhan<", "Đã ghi nhận", "3 hộ mới chuyển đến", "Máy chưa hiểu tin này"]
    places = [page.index(words) for words in said]
    assert places == sorted(places)
    assert "máy chưa hiểu" in page
    assert "Người lạ" not in page
    everybody = client.get("/thu/hop-thu").text
    assert everybody.index("Người lạ (ví dụ)") < everybody.index("Cả cuộc trao đổi")


def test_the_api_tells_the_same_of_messages_channels_and_conversations(web: WebWorld) -> None:
    office = web.program("coordinator")
    assert {row["channel"] for row in office.get("messages?channel=zalo_bot").json()} == {"zalo_bot"}
    story = office.get(f"messages/{one(web, channel='zalo_oa')}").json()
    assert [(row["channel"], row["address"], row["outcome"]) for row in story["attempts"]] == [
        ("zalo_oa", "…234", "permanent"), ("email", "ai@commune.example", "sent"),
    ]  # fmt: skip
    report = office.get("channels").json()
    assert sum(row["sent"] for row in report["lines"]) == report["sent"] > 0
    talked = office.get("conversations?limit=10").json()
    more = office.get("conversations", params={"before": talked["older"], "limit": "200"}).json()
    shown = [row for part in (talked, more) for row in part["conversations"]]
    assert all(bubble["tick"] == "none" for row in shown for bubble in row["bubbles"] if not bubble["ours"])
    assert "bi-mat" not in str(shown) + str(office.get(f"messages/{one(web, channel='zalo_bot')}").json())
    mine = office.get(f"conversations?person_id={web.person('thon-07')}").json()["conversations"]
    assert [row["name"] for row in mine] == ["Trưởng thôn số 7 (ví dụ)"]
    assert office.get("conversations?before=2024-11-12T09:00:00").status_code == 422
    assert web.program("operator").get("conversations").status_code == 403
    assert web.program("operator").get("channels").status_code == 200


def test_only_the_coordinator_reads_what_people_wrote(web: WebWorld) -> None:
    for role, status in (("coordinator", 200), ("operator", 403), ("leadership", 403), ("unit", 403)):
        assert web.signed_in(role).get("/thu/hop-thu").status_code == status, role


def test_every_bubble_is_on_one_page_and_on_one_only(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    shown, address, pages = 0, "/thu/hop-thu", 0
    while address:
        page = client.get(address).text
        shown, pages = shown + len(WRITTEN.findall(page)), pages + 1
        older = re.search(r'href="(/thu/hop-thu\?[^"]*truoc=[^"]+)"', page)
        address = older[1].replace("&amp;", "&") if older else ""
    with web.site.store.read() as session:
        sent = select(Attempt).where(col(Attempt.channel) != "email", col(Attempt.outcome).in_(MAY_HAVE_LEFT))
        wanted = len(session.execute(sent).all()) + 2 * len(session.execute(select(IncomingMessage)).all())
    assert (shown, pages > 2) == (wanted, True)


def test_a_page_is_not_cut_between_what_left_in_the_same_instant(web: WebWorld) -> None:
    web.world.do(lambda s: s.execute(update(Attempt).values(started_at=MID_SEASON - timedelta(days=3))))
    with web.site.store.read() as session:
        first = talk(session, web.world.commune_id, 10)
        assert first.older == MID_SEASON - timedelta(days=3)
        rest = talk(session, web.world.commune_id, 10, before=first.older)
    assert sum(len(one.bubbles) for one in first.conversations) > 100
    assert (rest.conversations, rest.older) == ((), None)


def test_no_place_in_the_list_breaks_the_page(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    ends = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00")
    for place in ("x", "2024-11-12", "2024-11-12T09:00:00+07:00", "%00", "9" * 40, *ends):
        assert client.get(f"/thu/hop-thu?truoc={place}&nguoi=x").status_code == 200, place


def test_what_people_write_cannot_act_on_the_page(web: WebWorld) -> None:
    evil = '<script>alert(1)</script>\u202egnort " onmouseover="x'
    web.world.do(lambda s: s.execute(update(IncomingMessage).values(text=evil)))
    page = web.signed_in("coordinator").get("/thu/hop-thu").text
    assert "<script>alert" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;gnort &#34; onmouseover=&#34;x" in page


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("Mở việc: https://xa.example/l/abc.def-1~2", "Mở việc: https://xa.example/l/…"),
        ("https://xa.example/vao/abc (30 phút)", "https://xa.example/vao/… (30 phút)"),
        (
            "https://xa.example/viec/12\nhttps://xa.example/l/x",
            "https://xa.example/viec/12\nhttps://xa.example/l/…",
        ),
        ("http://localhost:8000/lich/abc.ics", "http://localhost:8000/lich/…"),
    ],
)
def test_a_personal_link_is_shown_without_what_opens_it(words: str, shown: str) -> None:
    assert without_secrets(words) == without_secrets(shown) == shown
