"""The late list, reminding out of turn, and the calendar of reminders to come."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from full_commune import COORDINATOR, live
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import BASE, WebWorld, csrf

from db.store import Store
from db.tables import Nudge, Reminder, ReminderHold, Task
from notifications.contents import compose, read
from notifications.rendering import render
from tasks import reviewing
from tasks.clock import ManualClock

_SEAL = re.compile(r'name="dau" value="(\w+)"')


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return live(WebWorld.build(store, clock))


def picked(page: str) -> list[str]:
    return re.findall(r'name="viec" value="(\d+)"', page)


def letters(client: TestClient, tasks: list[str], words: str = "") -> tuple[str, dict[str, object]]:
    """The preview page and the form that sends it."""
    form = {"csrf": csrf(client.get("/tre-han?muc=het").text), "viec": tasks, "loi_nhan": words}
    page = client.post("/nhac", data=form).text
    seal = _SEAL.search(page)
    return page, form | {"dau": seal[1] if seal else ""}


def nudged(web: WebWorld) -> list[int]:
    """The messages that carry a nudge."""
    query = select(col(Reminder.message_id)).where(col(Reminder.kind) == "nudged").distinct()
    return web.world.do(lambda s: list(s.execute(query).scalars()))


def test_the_latest_stand_first_with_when_they_were_last_reminded(web: WebWorld) -> None:
    page = web.signed_in("coordinator").get("/tre-han").text
    late = [int(days) for days in re.findall(r"trễ (\d+) ngày làm việc", page)]
    assert late == sorted(late, reverse=True)
    assert late
    assert re.search(r'<a href="/thu/10\d+">\d\d:\d\d, \d\d/\d\d/2024</a>, [^:]+: ', page)
    every = web.signed_in("leadership").get("/tre-han?muc=het").text
    assert every.count('<th scope="row">') >= page.count('<th scope="row">')
    assert 'name="viec"' not in every


def test_the_letters_shown_are_the_letters_sent_and_nothing_is_kept_before(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    tasks = picked(client.get("/tre-han").text)
    form = {
        "csrf": csrf(client.get("/tre-han").text),
        "viec": tasks,
        "loi_nhan": "Mong <b>sớm</b> nhận được ạ.",
    }
    before = web.dump()
    page = client.post("/nhac", data=form).text
    assert web.dump() == before
    assert "Mong &lt;b&gt;sớm&lt;/b&gt; nhận được ạ." in page
    shown = re.findall(r'<pre class="letter"[^>]*>(.*?)</pre>', page, re.DOTALL)
    seal = _SEAL.search(page)
    assert seal
    answer = client.post("/nhac", data=form | {"dau": seal[1]})
    assert "xếp thư nhắc vào hàng gửi" in answer.text
    messages = nudged(web)
    assert len(messages) == len(shown) > 1
    sent = web.world.do(
        lambda s: compose(
            s,
            web.world.commune_id,
            messages,
            read(s, web.world.commune_id, web.site.clock.now(), web.site.desk()),
            web.site.desk(),
        )
    )
    plain = lambda text: re.sub(r"(?:https?://\S+)", "…", text).replace("&#39;", "'")  # noqa: E731
    unescaped = {plain(one.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')) for one in shown}
    assert {plain(render(one.digest).text) for one in sent.values() if one.digest} == unescaped
    assert all(f"{BASE}/l/" in render(one.digest).text for one in sent.values() if one.digest)


def test_all_that_the_list_shows_is_taken_with_one_button(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    shown = client.get("/tre-han").text
    page = client.post("/nhac", data={"csrf": csrf(shown), "muc": "", "tat_ca": "1"}).text
    assert set(picked(page)) == set(picked(shown))


def test_a_task_is_reminded_out_of_turn_once_a_day(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    tasks = picked(client.get("/tre-han").text)[:2]
    _, form = letters(client, tasks)
    assert client.post("/nhac", data=form).status_code == 200
    page, again = letters(client, tasks)
    assert page.count("Hôm nay đã nhắc việc này.") == 2
    assert again["dau"] == ""
    assert client.post("/nhac", data=form).status_code == 409
    assert len(web.world.do(lambda s: s.execute(select(Nudge)).all())) == 2


def test_what_changed_since_the_letters_were_shown_is_shown_again_and_nothing_sent(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    waiting = web.world.do(
        lambda s: s.execute(select(col(Task.id)).where(col(Task.state) == "submitted")).scalars().first()
    )
    web.world.do(
        lambda s: reviewing.send_back(s, waiting, reason="Thiếu.", by=COORDINATOR, now=web.site.clock.now())
    )
    tasks = [*picked(client.get("/tre-han").text)[:2], str(waiting)]
    _, form = letters(client, tasks)
    unit = web.world.do(lambda s: s.get_one(Task, int(tasks[0])).unit_id)
    web.for_unit(unit).get(f"/viec/{tasks[0]}")
    web.world.do(lambda s: _hand_in(s, int(tasks[0])))
    answer = client.post("/nhac", data=form)
    assert (answer.status_code, "Vừa có thay đổi" in answer.text) == (409, True)
    assert "Đơn vị đã báo cáo." in answer.text
    assert nudged(web) == []
    fresh = _SEAL.search(answer.text)
    assert fresh
    assert client.post("/nhac", data=form | {"dau": fresh[1]}).status_code == 200
    assert nudged(web)


def _hand_in(session: object, task_id: int) -> None:
    session.get_one(Task, task_id).state = "accepted"  # type: ignore[attr-defined]


def test_a_nudge_speaks_for_the_reminders_of_the_same_day(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    owed = select(col(Task.id)).where(col(Task.state) == "assigned", col(Task.last_valid_on).is_not(None))
    task = web.world.do(lambda s: s.execute(owed).scalars().first())
    _, form = letters(client, [str(task)])
    client.post("/nhac", data=form)
    mine = select(Reminder).where(col(Reminder.message_id) == nudged(web)[0])
    rows = web.world.do(lambda s: list(s.execute(mine).scalars()))
    assert {row.state for row in rows if row.kind == "nudged"} == {"wanted"}
    assert {row.state for row in rows if row.kind == "overdue"} == {"covered"}
    assert task in {row.task_id for row in rows if row.state == "wanted"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Chưa chọn việc nào"),
        ({"viec": ["x", "<script>", "-1", "99999999999"]}, "Chưa chọn việc nào"),
        ({"viec": ["1"], "loi_nhan": "dài " * 100}, "399 ký tự"),
    ],
)
def test_a_bad_choice_is_told_and_what_was_typed_stays(
    web: WebWorld, fields: dict[str, object], said: str
) -> None:
    client = web.signed_in("coordinator")
    before = web.dump()
    answer = client.post("/nhac", data={"csrf": csrf(client.get("/tre-han").text), **fields})
    assert (answer.status_code, said in answer.text) == (422, True), answer.text
    assert str(fields.get("loi_nhan", "")).strip() in answer.text
    assert web.dump() == before


def test_a_task_that_is_not_there_is_left_out(web: WebWorld) -> None:
    page, form = letters(web.signed_in("coordinator"), ["4711"])
    assert "0 thư sẽ gửi" in page
    assert "Không có việc này" in page
    assert form["dau"] == ""


def test_leadership_looks_and_does_not_send(web: WebWorld) -> None:
    client = web.signed_in("leadership")
    token = csrf(client.get("/giai-doan").text)
    assert client.post("/nhac", data={"csrf": token, "viec": ["1"]}).status_code == 403
    assert client.post("/lich-nhac", data={"csrf": token, "nguoi": "moi-nguoi"}).status_code == 403


# -------------------------------------------------------------------- the calendar


def test_the_calendar_shows_messages_by_day_and_lets_one_go(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/lich-nhac?ngay=30").text
    days = re.findall(r'<h2 id="ngay-(\d{4}-\d\d-\d\d)">', page)
    assert days == sorted(days)
    assert len(days) > 2
    skip = re.search(r'href="(/lich-nhac/bo-qua\?nguoi=(\d+)&amp;ngay=([\d-]+))"', page)
    assert skip
    asked = client.get(skip[1].replace("&amp;", "&")).text
    form = {"csrf": csrf(asked), "nguoi": skip[2], "ngay": skip[3]}
    empty = client.post("/lich-nhac/bo-qua", data=form | {"ly_do": "  "})
    assert (empty.status_code, "Xin ghi lý do" in empty.text) == (422, True)
    done = client.post("/lich-nhac/bo-qua", data=form | {"ly_do": "Đã gọi điện."})
    assert "Đã bỏ qua phần nhắc việc" in done.text
    assert skip[1] not in client.get("/lich-nhac?ngay=30").text
    again = client.post("/lich-nhac/bo-qua", data=form | {"ly_do": "Đã gọi điện."})
    assert again.status_code == 409
    lifted = client.post(_lift(client), data={"csrf": form["csrf"]})
    assert "Thư nhắc lại theo lịch" in lifted.text
    assert skip[1] in client.get("/lich-nhac?ngay=30").text


def _lift(client: TestClient) -> str:
    found = re.search(r'action="(/lich-nhac/bo/\d+)"', client.get("/lich-nhac").text)
    assert found
    return found[1]


def test_a_pause_empties_its_days_and_ends_when_taken_back(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/lich-nhac").text
    today = web.site.clock.now().date()
    first, last = today + timedelta(days=1), today + timedelta(days=3)
    form = {
        "csrf": csrf(page), "nguoi": "moi-nguoi", "tu": f"{first:%d/%m/%Y}", "den": f"{last:%d/%m/%Y}",
        "ly_do": "Bão số 9, xã tập trung phòng chống.",
    }  # fmt: skip
    answer = client.post("/lich-nhac", data=form)
    assert "Đã tạm dừng." in answer.text
    assert "Bão số 9" in answer.text
    assert not {f'id="ngay-{first + timedelta(days=n)}"' for n in range(3)} & set(
        re.findall(r'id="ngay-[\d-]+"', answer.text)
    )
    assert client.post(_lift(client), data={"csrf": form["csrf"]}).status_code == 200
    assert len(web.world.do(lambda s: s.execute(select(ReminderHold)).all())) == 1
    gone = client.post("/lich-nhac/bo/1", data={"csrf": form["csrf"]})
    assert (gone.status_code, "đã được bỏ trước đó" in gone.text) == (409, True)
    assert client.post("/lich-nhac/bo/4711", data={"csrf": form["csrf"]}).status_code == 404


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("nguoi", "", "Chưa chọn"),
        ("nguoi", "4711", "Không có người"),
        ("tu", "31/02/2024", "Từ ngày"),
        ("den", "<script>", "Đến hết ngày"),
        ("ly_do", " ", "lý do"),
    ],
)
def test_a_pause_that_cannot_be_is_told_and_what_was_typed_stays(
    web: WebWorld, field: str, value: str, said: str
) -> None:
    client = web.signed_in("coordinator")
    form = {"nguoi": "moi-nguoi", "tu": "20/11/2024", "den": "21/11/2024", "ly_do": "Bão."} | {field: value}
    answer = client.post("/lich-nhac", data={"csrf": csrf(client.get("/lich-nhac").text), **form})
    assert (answer.status_code in {404, 422}, said in answer.text) == (True, True), answer.text
    assert 'value="21/11/2024"' in answer.text or field == "den"
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "address", ["nguoi=1&ngay=2024-13-01", "nguoi=x&ngay=", "nguoi=1&ngay=2099-01-01", ""]
)
def test_a_message_that_is_not_coming_is_told(web: WebWorld, address: str) -> None:
    assert web.signed_in("coordinator").get(f"/lich-nhac/bo-qua?{address}").status_code == 404


def test_outside_office_hours_the_calendar_begins_with_the_next_slot(web: WebWorld) -> None:
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    web.world.clock.set(datetime.combine(web.site.clock.now().date(), time(22), zone))
    page = web.signed_in("coordinator").get("/lich-nhac").text
    assert 'id="ngay-2024-11-12"' not in page
    assert 'id="ngay-2024-11-13"' in page
