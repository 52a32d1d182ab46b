"""The office's pages: the board with its filters, and reports decided in place."""

from __future__ import annotations

import gzip

import pytest
from sqlalchemy import select
from sqlmodel import Session, col
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Review, Task
from tasks import reporting
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
    for said in ("08/11/2024", "còn", "0/50 việc", 'aria-current="step"', "TC13"):
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
