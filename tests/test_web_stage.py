"""The stages: what stands in the way is named with a link, and a step is taken once, by whom it is for."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Plan
from tasks.clock import ManualClock


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def stage(web: WebWorld) -> str:
    return str(web.world.do(lambda s: s.get_one(Plan, web.world.plan_id).stage))


def sent(client: TestClient, trigger: str, **fields: str) -> dict[str, str]:
    page = client.get("/giai-doan").text
    version = re.search(r'name="phien_ban" value="(\d+)"', page)
    return {
        "csrf": csrf(page) if version else "",
        "buoc": trigger,
        "phien_ban": version[1] if version else "",
        **fields,
    }


def test_the_stages_are_shown_with_what_comes_next(web: WebWorld) -> None:
    page = web.signed_in("coordinator").get("/giai-doan").text
    assert 'aria-current="step">Đã ban hành kế hoạch' in page
    assert "Bắt đầu thu thập số liệu" in page


def test_a_step_is_taken_and_the_next_one_shown_with_its_obstacles(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    answer = client.post("/giai-doan", data=sent(client, "collect"))
    assert "Đã chuyển giai đoạn" in answer.text
    assert stage(web) == "collecting"
    page = client.get("/giai-doan").text
    assert "vướng mắc" in page
    assert re.search(r'<a href="/viec/\d+">[^<]*Tiêu chí', page) or "/viec/" in page


def test_a_step_back_needs_a_reason_and_what_was_typed_stays(web: WebWorld) -> None:
    client = web.signed_in("leadership")
    form = sent(client, "cancel", ly_do="  ")
    answer = client.post("/giai-doan", data=form)
    assert (answer.status_code, "cần ghi rõ lý do" in answer.text, stage(web)) == (422, True, "issued")


def test_the_second_of_two_is_told_that_the_plan_has_moved_on(web: WebWorld) -> None:
    one, other = web.signed_in("coordinator"), web.signed_in("leadership")
    late = sent(other, "collect")
    one.post("/giai-doan", data=sent(one, "collect"))
    answer = other.post("/giai-doan", data=late)
    assert (answer.status_code, "vừa được người khác chuyển bước" in answer.text) == (409, True)


def test_who_may_not_take_a_step_is_told_who_may(web: WebWorld) -> None:
    client = web.signed_in("council")
    page = client.get("/giai-doan").text
    assert "do cán bộ điều phối hoặc lãnh đạo UBND thực hiện" in page
    assert "Thực hiện bước này" not in page
    token = csrf(client.get("/thiet-bi").text)
    answer = client.post("/giai-doan", data={"csrf": token, "buoc": "collect", "phien_ban": "2"})
    assert (answer.status_code in {409, 422}, stage(web)) == (True, "issued")


def test_an_overlong_reason_is_refused_with_a_sentence(web: WebWorld) -> None:
    client = web.signed_in("leadership")
    answer = client.post("/giai-doan", data=sent(client, "cancel", ly_do="a" * 2001))
    assert (answer.status_code, "tối đa 2000" in answer.text) == (422, True)


def test_the_page_needs_few_queries(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    with web.counted() as statements:
        client.get("/giai-doan")
    assert len(statements) <= 12, statements
