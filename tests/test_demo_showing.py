"""The demo ends with one sign-in link per role, and each leads to that role's first page."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from starlette.testclient import TestClient

from mangnon.demo.setting import prepare
from mangnon.demo.showing import invitations, shown
from web.app import create_app

BASE = "http://mangnon.example"


def test_each_role_gets_a_link_to_its_own_first_page(tmp_path: Path) -> None:
    season = prepare(tmp_path, until=date(2024, 4, 17))
    house = shown(season)
    places = {}
    for role, _, url in list(invitations(house, BASE)):
        client = TestClient(create_app(house.site()), base_url=BASE)
        entered = client.post(url.removeprefix(BASE))
        assert entered.status_code == 200, role
        places[role] = entered.url.path
    assert places == {
        "cán bộ điều phối": "/bang", "đơn vị": "/viec-cua-toi", "lãnh đạo": "/lanh-dao", "thành viên Hội đồng": "/bang",
        "cấp trên": "/bang", "người vận hành": "/thiet-bi",
    }  # fmt: skip
    season.house.store.close()
    house.store.close()
