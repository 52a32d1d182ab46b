"""Somebody goes on leave: the substitute is named, acts, and stops when the person is back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Substitution
from tasks.clock import ManualClock


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def name(web: WebWorld, client: TestClient, **fields: str) -> str:
    page = client.get("/nguoi-thay").text
    typed = {
        "nguoi_thay": str(web.person("thon-08")),
        "tu_ngay": "16/04/2024",
        "tro_lai": "22/04/2024",
        "ly_do": "",
    }
    return client.post("/nguoi-thay", data={"csrf": csrf(page), **typed, **fields}).text


def test_the_substitute_may_report_and_both_are_told(web: WebWorld) -> None:
    page = name(web, web.signed_in("unit"), ly_do="Nghỉ phép")
    assert "Đã cử người thay" in page
    assert "thứ Hai, 22/04/2024" in page
    other = web.entered(web.person("thon-08"))
    assert "trở lại" in other.get("/nguoi-thay").text
    assert "Báo cáo" in other.get(f"/viec/{web.task('bc.thon-07')}").text


def test_coming_back_early_ends_it_at_once(web: WebWorld) -> None:
    client = web.signed_in("unit")
    page = name(web, client)
    number = page.partition('name="so" value="')[2].partition('"')[0]
    assert "Đã ghi nhận" in client.post("/nguoi-thay/thoi", data={"csrf": csrf(page), "so": number}).text
    assert web.entered(web.person("thon-08")).get(f"/viec/{web.task('bc.thon-07')}").status_code == 404
    assert web.world.do(lambda s: s.execute(select(Substitution)).scalars().all()) == []
    again = client.post("/nguoi-thay/thoi", data={"csrf": csrf(page), "so": number})
    assert (again.status_code, "kết thúc rồi" in again.text) == (404, True)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("nguoi_thay", "", "chọn người thay"),
        ("nguoi_thay", "999999", "chọn người thay"),
        ("tu_ngay", "31/02/2024", "ngày/tháng/năm"),
        ("tro_lai", "hôm nào đó", "ngày/tháng/năm"),
        ("tro_lai", "15/04/2024", "sau hôm nay"),
        ("ly_do", "a" * 301, "tối đa 300"),
    ],
)
def test_what_is_wrong_is_told_beside_the_field_and_stays_typed(
    web: WebWorld, field: str, typed: str, said: str
) -> None:
    page = name(web, web.signed_in("unit"), **{field: typed})
    assert said in page.partition(f'id="{field}-sai"')[2].partition("</p>")[0]
    assert typed in page or field == "nguoi_thay"
    assert web.world.do(lambda s: s.execute(select(Substitution)).scalars().all()) == []


def test_nobody_ends_anothers_leave(web: WebWorld) -> None:
    page = name(web, web.signed_in("unit"))
    number = page.partition('name="so" value="')[2].partition('"')[0]
    other = web.entered(web.person("thon-08"))
    answer = other.post("/nguoi-thay/thoi", data={"csrf": csrf(other.get("/nguoi-thay").text), "so": number})
    assert answer.status_code == 404
    assert len(web.world.do(lambda s: s.execute(select(Substitution)).scalars().all())) == 1
