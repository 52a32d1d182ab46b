"""The office's pages: the board with its filters, and reports decided in place."""

from __future__ import annotations

import gzip
from datetime import date

import pytest
from sqlalchemy import select
from sqlmodel import Session, col
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Review, Task
from tasks import extending, reporting
from tasks.actor import Actor
from tasks.clock import ManualClock
from web.rendering import STATIC

UNIT = Actor("Người báo cáo (ví dụ)", "unit")


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def hand_in(web: WebWorld, *keys: str) -> None:
    """Reports in words for tasks."""

    tasks = {key: web.task(key) for key in keys}

    def deed(session: Session) -> None:
        for key, number in tasks.items():
            note, now = f"Kết quả của {key}.", web.site.clock.now()
            reporting.submit_report(session, number, figures=(), note=note, by=UNIT, now=now)

    web.world.do(deed)


def test_the_board_shows_every_unit_the_stage_and_the_days_left(web: WebWorld) -> None:
    text = web.signed_in("leadership").get("/bang").text
    assert text.count('<th scope="row">') == 25
    for said in (
        "09/11/2024",
        "ngày làm việc cuối: 08/11/2024",
        "còn",
        "0/50 việc",
        'aria-current="step"',
        "TC13",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("query", "units"),
    [
        ("?don_vi=thon-07", 1),
        ("?trang_thai=submitted", 2),
        ("?tieu_chi=10", 2),
        ("?trang_thai=tre-han", 0),
        ("?don_vi=<script>", 0),
    ],
)
def test_filters_live_in_the_address(web: WebWorld, query: str, units: int) -> None:
    hand_in(web, "bc.thon-07", "bc.thon-08")
    text = web.signed_in("coordinator").get(f"/bang{query}").text
    assert text.count('<th scope="row">') == units
    assert ("Bỏ lọc" in text) == (units == 0)
    assert "<script>" not in text


def test_a_report_is_accepted_in_place(web: WebWorld) -> None:
    hand_in(web, "bc.thon-07")
    client = web.signed_in("coordinator")
    page = client.get("/duyet").text
    assert "Kết quả của bc.thon-07." in page
    done = client.post(f"/duyet/{web.task('bc.thon-07')}", data=answer(page, viec="duyet"))
    assert "Đã duyệt báo cáo" in done.text
    assert "Không có báo cáo nào đang chờ" in done.text
    assert web.world.task("bc.thon-07").state == "accepted"


def test_a_report_is_returned_with_a_reason_that_the_unit_reads(web: WebWorld) -> None:
    hand_in(web, "bc.thon-07")
    client = web.signed_in("coordinator")
    page = client.get("/duyet").text
    path = f"/duyet/{web.task('bc.thon-07')}"
    empty = client.post(path, data=answer(page, viec="tra"))
    assert (empty.status_code, "Hãy ghi lý do trả lại" in empty.text) == (422, True)
    client.post(path, data=answer(page, viec="tra", ly_do="Thiếu số liệu <thôn>."))
    seen = web.signed_in("unit").get(f"/viec/{web.task('bc.thon-07')}").text
    assert "Thiếu số liệu &lt;thôn&gt;." in seen
    assert "Nộp báo cáo" in seen


def test_a_reason_that_is_too_long_stays_typed(web: WebWorld) -> None:
    hand_in(web, "bc.thon-07")
    client = web.signed_in("coordinator")
    typed = answer(client.get("/duyet").text, viec="tra", ly_do="b" * 2_001)
    said = client.post(f"/duyet/{web.task('bc.thon-07')}", data=typed)
    assert (said.status_code, "2001 ký tự, tối đa 2000" in said.text, "b" * 2_001 in said.text) == (
        422,
        True,
        True,
    )


def test_of_two_coordinators_the_second_is_told_and_decides_nothing(web: WebWorld) -> None:
    hand_in(web, "bc.thon-07")
    one, other = web.signed_in("coordinator"), web.signed_in("coordinator")
    late = answer(other.get("/duyet").text, viec="tra", ly_do="Thiếu chữ ký.")
    one.post(f"/duyet/{web.task('bc.thon-07')}", data=answer(one.get("/duyet").text, viec="duyet"))
    said = other.post(f"/duyet/{web.task('bc.thon-07')}", data=late)
    assert said.status_code == 422
    assert "vừa được xử lý" in said.text
    assert "Thiếu chữ ký." in said.text
    assert web.world.do(lambda s: s.execute(select(col(Review.decision))).scalars().all()) == ["accepted"]


def test_a_full_board_and_a_long_queue_need_few_queries_and_little_weight(web: WebWorld) -> None:
    keys = web.world.do(
        lambda s: s.execute(select(col(Task.key)).where(col(Task.kind) == "report")).scalars().all()
    )
    hand_in(web, *keys)
    client = web.signed_in("coordinator")
    for path in ("/bang", "/duyet"):
        with web.counted() as statements:
            text = client.get(path).text
        assert len(statements) <= 12, statements
        parts = (
            text.encode(),
            *((STATIC / name).read_bytes() for name in ("mangnon.css", "mangnon.js", "mangnon.svg")),
        )
        assert sum(len(gzip.compress(part)) for part in parts) <= 60_000


def answer(page: str, **fields: str) -> dict[str, str]:
    """A decision about the first report of the queue."""
    return {
        "csrf": csrf(page),
        "bao_cao": page.partition('name="bao_cao" value="')[2].partition('"')[0],
        **fields,
    }


def asked_for_time(web: WebWorld) -> int:
    """The number of a village's request for more time."""
    number, now = web.task("bc.thon-07"), web.site.clock.now()
    return int(
        web.world.do(
            lambda s: extending.request(
                s,
                number,
                wanted_on=date(2024, 11, 20),
                reason="Chờ trường gửi số liệu.",
                by=Actor("Thôn 7", "unit"),
                now=now,
            )
        )
    )


def test_more_time_is_granted_in_place_and_the_second_coordinator_is_told(web: WebWorld) -> None:
    number = asked_for_time(web)
    one, other = web.signed_in("coordinator"), web.signed_in("coordinator")
    page = one.get("/duyet").text
    assert "xin lùi đến <b>thứ Tư, 20/11/2024</b>" in page
    late = {"csrf": csrf(other.get("/duyet").text), "viec": "khong", "ly_do": "Đã muộn."}
    done = one.post(f"/gia-han/{number}", data={"csrf": csrf(page), "viec": "dong-y"})
    assert "Đã đồng ý gia hạn" in done.text
    assert web.world.task("bc.thon-07").last_valid_on == date(2024, 11, 20)
    answer = other.post(f"/gia-han/{number}", data=late)
    assert (answer.status_code, "vừa được trả lời" in answer.text, "Đã muộn." in answer.text) == (
        422,
        True,
        True,
    )


def test_more_time_may_be_granted_to_another_day_than_asked_for(web: WebWorld) -> None:
    number, client = asked_for_time(web), web.signed_in("coordinator")
    form = {"csrf": csrf(client.get("/duyet").text), "viec": "dong-y"}
    for day, said in (("31/02/2024", "không có trong lịch"), ("09/11/2024", ""), ("<b>", "")):
        wrong = client.post(f"/gia-han/{number}", data=form | {"den": day})
        assert wrong.status_code == 422
        assert 'aria-invalid="true"' in wrong.text
        assert said in wrong.text
    client.post(f"/gia-han/{number}", data=form | {"den": "15/11/2024"})
    task = web.world.task("bc.thon-07")
    assert (task.last_valid_on, task.due_wording) == (date(2024, 11, 15), "gia hạn đến ngày 15/11/2024")
    page = web.signed_in("unit").get(f"/viec/{task.id}").text
    assert "Xin đến 20/11/2024, đồng ý đến 15/11/2024." in page


def test_a_refusal_of_more_time_needs_a_reason_beside_its_field(web: WebWorld) -> None:
    number = asked_for_time(web)
    client = web.signed_in("coordinator")
    form = {"csrf": csrf(client.get("/duyet").text), "viec": "khong"}
    answer = client.post(f"/gia-han/{number}", data=form | {"ly_do": " "})
    beside = answer.text.partition(f'id="gia-han-{number}-sai"')[2].partition("</p>")[0]
    assert (answer.status_code, "lý do" in beside) == (422, True)
    long = client.post(f"/gia-han/{number}", data=form | {"ly_do": "a" * 2001})
    assert (long.status_code, "tối đa 2000" in long.text, "a" * 2001 in long.text) == (422, True, True)
    assert (
        "không đồng ý" in client.post(f"/gia-han/{number}", data=form | {"ly_do": "Hạn của cấp trên."}).text
    )
    assert web.world.task("bc.thon-07").last_valid_on == date(2024, 11, 9)
