"""The stages: what stands in the way is named with a link, and a step is taken once, by whom it is for."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import update
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import ContactPoint, Plan
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


def at_stage(web: WebWorld, stage: str) -> None:
    """Put the plan there directly: the way there is the workflow's own tests' business."""
    web.world.do(
        lambda s: s.execute(update(Plan).where(col(Plan.id) == web.world.plan_id).values(stage=stage))
    )


def test_the_superior_level_returns_the_dossier_with_a_reason(web: WebWorld) -> None:
    at_stage(web, "submitted")
    client = web.signed_in("superior")
    without = client.post("/giai-doan", data=sent(client, "return_dossier"))
    assert (without.status_code, "cần ghi rõ lý do" in without.text) == (422, True)
    answer = client.post("/giai-doan", data=sent(client, "return_dossier", ly_do="Thiếu biên bản họp."))
    assert (answer.status_code, stage(web)) == (200, "collecting")


def test_the_superior_level_recognises_with_the_decisions_number_date_and_holder(web: WebWorld) -> None:
    at_stage(web, "submitted")
    client = web.signed_in("superior")
    paper = {"so.recognition_decision": "12/QĐ-UBND", "noi_giu.recognition_decision": "Văn thư"}
    undated = client.post("/giai-doan", data=sent(client, "recognise", **paper))
    assert (undated.status_code, "xin ghi đủ số, ngày và nơi giữ" in undated.text) == (422, True)
    assert 'value="12/QĐ-UBND"' in undated.text
    paper["ngay.recognition_decision"] = "16/4/2024"
    answer = client.post("/giai-doan", data=sent(client, "recognise", **paper))
    assert ("Kế hoạch đã kết thúc" in answer.text, stage(web)) == (True, "recognised")


def test_leadership_passes_soft_obstacles_in_writing_and_the_coordinator_does_not(web: WebWorld) -> None:
    at_stage(web, "collecting")
    office, leader = web.signed_in("coordinator"), web.signed_in("leadership")
    assert "cho qua các vướng mắc" not in office.get("/giai-doan").text.partition("Trình Hội đồng")[2]
    by_hand = sent(leader, "convene", cho_qua="Gấp.") | {"csrf": csrf(office.get("/thiet-bi").text)}
    refused = office.post("/giai-doan", data=by_hand)
    assert (refused.status_code, stage(web)) == (422, "collecting")
    silent = leader.post("/giai-doan", data=sent(leader, "convene", cho_qua=" "))
    assert ("cho qua nếu ghi rõ lý do" in silent.text, stage(web)) == (True, "collecting")
    leader.post("/giai-doan", data=sent(leader, "convene", cho_qua="Họp Hội đồng ngày mai."))
    assert stage(web) == "council"


def test_a_hard_obstacle_holds_whoever_wants_to_pass_it(web: WebWorld) -> None:
    at_stage(web, "council")
    client = web.signed_in("leadership")
    paper = {
        "so.council_minutes": "1/BB",
        "ngay.council_minutes": "16/4/2024",
        "noi_giu.council_minutes": "Văn thư",
    }
    answer = client.post("/giai-doan", data=sent(client, "appraise", cho_qua="Gấp.", **paper))
    assert (answer.status_code, stage(web)) == (422, "council")
    assert "không ai cho qua được" in answer.text


def test_obstacles_lead_only_where_the_visitor_may_go(web: WebWorld) -> None:
    at_stage(web, "issued")
    web.world.do(lambda s: s.execute(update(ContactPoint).values(refused_at=web.site.clock.now())))
    for role, led in (("coordinator", True), ("leadership", False)):
        page = web.signed_in(role).get("/giai-doan").text
        assert "chưa có người đầu mối" in page
        assert ('<a href="/danh-ba">Trạm Y tế' in page) == led, role


def test_an_overlong_reason_is_refused_with_a_sentence(web: WebWorld) -> None:
    client = web.signed_in("leadership")
    answer = client.post("/giai-doan", data=sent(client, "cancel", ly_do="a" * 2001))
    assert (answer.status_code, "tối đa 2000" in answer.text) == (422, True)


def test_the_page_needs_few_queries(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    with web.counted() as statements:
        client.get("/giai-doan")
    assert len(statements) <= 12, statements
