"""Every page of a full commune in mid-season: few queries, little weight, no other host."""

from __future__ import annotations

import gzip
import re

import pytest
from full_commune import live
from web_world import PEOPLE, WebWorld

from db.store import Store
from tasks.clock import ManualClock
from web.app import ROUTERS
from web.rendering import STATIC
from web.roles import PUBLIC, page_routes, roles_of

MOST_QUERIES, MOST_BYTES = 12, 60_000
ASIDE = {"/healthz", "/metrics", "/static/{path}"}
"""Not pages: nobody reads them in a browser."""


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return live(WebWorld.build(store, clock))


def pages_of(role: str) -> list[str]:
    """The addresses of the pages that a role may open, with numbers filled in."""
    wanted = [one.path for one in page_routes(ROUTERS) if "GET" in one.methods and role in roles_of(one)]
    return [path for path in wanted if path not in ASIDE and not path.endswith((".xlsx", ".ics"))]


def filled(web: WebWorld, path: str, role: str) -> str:
    """A path with a row of the full commune in it."""
    unit = role == "unit"
    numbers = {
        "task_id": web.task("bc.thon-07") if unit else 1, "person_id": web.person(PEOPLE["unit"]), "unit_id": 1, "no": 2,
        "key": "con-lai", "number": 10_005,
    }  # fmt: skip
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda match: str(numbers[match[1]]), path)


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_needs_few_queries_and_little_weight(web: WebWorld, role: str) -> None:
    client = web.signed_in(role)
    styles = len(gzip.compress((STATIC / "mangnon.css").read_bytes()))
    seen = 0
    for path in pages_of(role):
        if "token" in path or "de-nghi" in path or "minh-chung" in path:
            continue
        address = filled(web, path, role)
        with web.counted() as statements:
            answer = client.get(address, follow_redirects=False)
        assert answer.status_code in {200, 303}, (path, answer.text)
        assert len(statements) <= MOST_QUERIES, (path, len(statements), statements)
        weight = len(gzip.compress(answer.content)) + styles
        assert weight <= MOST_BYTES, (path, weight)
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text), path
        seen += answer.status_code == 200
    assert seen >= {"unit": 4, "operator": 4}.get(role, 5), role


def test_the_pages_for_strangers_are_light_too(web: WebWorld) -> None:
    client = web.stranger()
    for path in (
        one.path for one in page_routes(ROUTERS) if roles_of(one) == {PUBLIC} and "GET" in one.methods
    ):
        if "{" not in path and path not in ASIDE:
            answer = client.get(path)
            assert (answer.status_code, len(gzip.compress(answer.content)) < 20_000) == (200, True), path


def test_the_messages_are_listed_by_fifty_and_filtered_in_the_address(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/thu").text
    assert page.count('<th scope="row">') == 50
    older = re.search(r'href="(/thu\?[^"]*truoc=\d+)"', page)
    assert older
    assert client.get(older[1].replace("&amp;", "&")).text.count('<th scope="row">') == 50
    failed = client.get("/thu?trang_thai=failed").text
    assert failed.count("không gửi được</span>") == 50
    assert "60 thư không gửi được" in failed
    assert client.get("/thu?trang_thai=<script>&nguoi=x&loai=y&truoc=z").status_code == 200


def test_a_message_is_sent_again_or_noted_as_returned(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    story = client.get("/thu/10005").text
    assert "Hộp thư đầy" in story
    token = re.search(r'name="csrf" value="(\w+)"', story)
    assert token
    sent = client.post("/thu/10005", data={"csrf": token[1], "viec": "gui-lai"})
    assert "xếp lại hàng chờ" in sent.text
    assert "chờ gửi" in sent.text
    again = client.post("/thu/10005", data={"csrf": token[1], "viec": "gui-lai"})
    assert (again.status_code, "nên không gửi lại" in again.text) == (422, True)
    back = client.post(
        "/thu/10001", data={"csrf": token[1], "viec": "tra-ve", "ly_do": "550 không có người này"}
    )
    assert "550 không có người này" in back.text
    assert client.post("/thu", data={"csrf": token[1]}).status_code == 200
    assert "thư không gửi được</a>" not in client.get("/thu").text


def test_the_journal_is_read_by_page_and_proved_on_demand(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/nhat-ky").text
    assert page.count("nộp báo cáo") > 1
    older = re.search(r'href="(/nhat-ky\?[^"]*truoc=\d+)"', page)
    assert older
    assert client.get(older[1].replace("&amp;", "&")).status_code == 200
    assert "Nhật ký nguyên vẹn" in client.get("/nhat-ky?kiem=1").text
    only = client.get("/nhat-ky?viec=task.returned").text
    assert "trả lại báo cáo</a>" in only
    assert "nộp báo cáo</a>" not in only


def test_leadership_sees_the_worst_first_and_no_number_from_nowhere(web: WebWorld) -> None:
    client = web.signed_in("leadership")
    page = client.get("/").text
    assert "Tiêu chí 3: số liệu" not in page
    assert re.search(r"trễ 2 ngày làm việc", page)
    assert "chưa xác nhận theo Phụ lục" in page
    assert "<polyline" in page
    assert 'style="' not in page
    sheet = client.get("/lanh-dao/in").text
    assert "In ngày 12/11/2024" in sheet
