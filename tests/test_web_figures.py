"""The page on which a unit, or the coordinator for it, brings its figures in from a spreadsheet."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from test_tasks_unit_figures import GOOD, TC5, TC7, TC8, book, drafts, reported
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Report, ReportDraft
from tasks.clock import ManualClock

PLACE = "/viec-cua-toi/so-lieu"
UNIT = "tram-y-te"


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def station(web: WebWorld) -> TestClient:
    return web.entered(web.person("tram-y-te"))


def sent(client: TestClient, raw: bytes, unit: str = UNIT, name: str = "so-lieu.xlsx") -> Any:
    token = csrf(client.get(f"{PLACE}?don_vi={UNIT}").text)
    return client.post(PLACE, data={"csrf": token, "don_vi": unit}, files={"tep": (name, io.BytesIO(raw))})


def agreed(client: TestClient, page: str, deed: str = "nhap", **more: str) -> Any:
    carried = re.search(r'name="da_xem" value="([^"]+)"', page)
    assert carried, page
    fields = {"csrf": csrf(page), "don_vi": UNIT, "da_xem": carried[1], "viec": deed} | more
    return client.post(f"{PLACE}/ghi", data=fields)


def test_a_unit_downloads_its_table_fills_it_in_looks_and_keeps_drafts(web: WebWorld) -> None:
    client = station(web)
    assert f'href="{PLACE}"' in client.get("/viec-cua-toi").text
    page = client.get(PLACE).text
    assert f'href="{PLACE}.xlsx?don_vi={UNIT}"' in page, "the only unit needs no choosing"
    answer = client.get(f"{PLACE}.xlsx?don_vi={UNIT}")
    assert answer.headers["content-disposition"] == 'attachment; filename="so-lieu-tram-y-te.xlsx"'
    assert len(list(load_workbook(io.BytesIO(answer.content))["Số liệu"].iter_rows())) == 6
    seen = sent(client, book(*GOOD)).text
    assert "lưu 3 bản nháp" in seen
    assert "trống → 96/100" in seen
    assert drafts(web.world) == {}
    done = agreed(client, seen)
    assert "Đã lưu 3 bản nháp." in done.text
    assert set(drafts(web.world)) == {web.task(key) for key in (TC5, TC7, TC8)}
    task = client.get(f"/viec/{web.task(TC7)}").text
    assert 'value="96"' in task
    again = sent(client, book(*GOOD)).text
    assert "giống hệt số đang có" not in again, "they can still be handed in"
    assert "Nộp luôn 3 báo cáo" in again
    assert "lưu 3 bản nháp" not in again


def test_a_unit_may_hand_in_what_is_complete(web: WebWorld) -> None:
    client = station(web)
    seen = sent(client, book(*GOOD[:3])).text
    assert "Nộp luôn 2 báo cáo đã đủ" in seen
    assert "Chưa nộp được" in seen
    done = agreed(client, seen, "nop")
    assert "Đã nộp 2 báo cáo và đã lưu 1 bản nháp." in done.text
    assert len(reported(web.world)) == 2
    same = sent(client, book(*GOOD[:3])).text
    assert "giống hệt số đang có" in same
    assert "<button name=" not in same


def test_wrong_rows_are_listed_and_nothing_can_be_agreed_to(web: WebWorld) -> None:
    client = station(web)
    raw = book(GOOD[0], (TC7, "tiem-chung", 101, 100, None), ("tc01.vhxh", "co-phan-cong", "có", None, None))
    seen = sent(client, raw)
    assert seen.status_code == 422
    assert "Hãy sửa 2 chỗ" in seen.text
    assert "Dòng 3" in seen.text
    assert "Tử số 101 lớn hơn mẫu số 100" in seen.text
    assert "Dòng 4" in seen.text
    assert "da_xem" not in seen.text
    assert drafts(web.world) == {}


def test_the_coordinator_keeps_drafts_for_a_unit_and_hands_nothing_in(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    assert f'href="{PLACE}?don_vi={UNIT}"' in client.get(PLACE).text, "the coordinator chooses the unit"
    seen = sent(client, book(*GOOD)).text
    assert "Nộp luôn" not in seen
    refused = agreed(client, seen, "nop")
    assert (refused.status_code, "do chính đơn vị nộp" in refused.text) == (422, True)
    assert (web.world.do(lambda s: s.execute(select(Report)).first()), drafts(web.world)) == (None, {})
    assert "Đã lưu 3 bản nháp" in agreed(client, seen).text
    by = web.world.do(lambda s: s.execute(select(col(ReportDraft.by_name))).scalars().all())
    assert set(by) == {"Người giữ vai coordinator (ví dụ)"}
    number = web.world.do(lambda s: s.execute(select(col(ReportDraft.task_id))).scalars().first())
    assert "Người giữ vai coordinator" in station(web).get(f"/viec/{number}").text


def test_nobody_sees_or_fills_the_figures_of_another_unit(web: WebWorld) -> None:
    other = web.signed_in("unit")
    assert other.get(f"{PLACE}?don_vi={UNIT}").status_code == 404
    assert other.get(f"{PLACE}.xlsx?don_vi={UNIT}").status_code == 404
    token = csrf(other.get("/viec-cua-toi").text) if "csrf" in other.get("/viec-cua-toi").text else ""
    seen = sent(station(web), book(*GOOD)).text
    carried = re.search(r'name="da_xem" value="([^"]+)"', seen)
    assert carried
    token = token or csrf(other.get(f"/viec/{web.task('bc.thon-07')}").text)
    fields = {"csrf": token, "don_vi": UNIT, "da_xem": carried[1], "viec": "nhap"}
    assert other.post(f"{PLACE}/ghi", data=fields).status_code == 404
    coordinator = web.signed_in("coordinator")
    page = coordinator.get(f"{PLACE}?don_vi=vhxh").text
    fields = {"csrf": csrf(page), "don_vi": "vhxh", "da_xem": carried[1], "viec": "nhap"}
    moved = coordinator.post(f"{PLACE}/ghi", data=fields)
    assert (moved.status_code, "không còn dùng được" in moved.text) == (422, True)
    assert drafts(web.world) == {}


def test_a_preview_that_was_tampered_with_or_sent_twice_writes_nothing_more(web: WebWorld) -> None:
    client = station(web)
    seen = sent(client, book(*GOOD)).text
    assert agreed(client, seen, da_xem="abc.def").status_code == 422
    assert drafts(web.world) == {}
    agreed(client, seen)
    before = drafts(web.world)
    second = agreed(client, seen)
    assert (second.status_code, "chọn lại tệp" in second.text) == (409, True)
    assert drafts(web.world) == before


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "so-lieu.xlsx", "tệp trống"),
        (b"PK\x03\x04", "so-lieu.xlsx", "tệp hỏng"),
        (b"%PDF-1.7", "so-lieu.pdf", "hàng tiêu đề"),
        (b"\xd0\xcf\x11\xe0", "so-lieu.xls", "đời cũ"),
        (b"a" * 2_000_001, "so-lieu.csv", "lớn quá 2 MB, không giống bảng số liệu của một đơn vị"),
    ],
)
def test_a_file_that_is_no_table_is_refused_in_one_sentence(
    web: WebWorld, raw: bytes, name: str, words: str
) -> None:
    answer = sent(station(web), raw, name=name)
    assert answer.status_code == 422
    said = re.search(r'<div class="problem" role="alert"><p>(.*?)</p>', answer.text)
    assert said, answer.text
    assert words in said[1]


def test_without_a_file_the_page_says_what_to_choose(web: WebWorld) -> None:
    client = station(web)
    token = csrf(client.get(PLACE).text)
    answer = client.post(PLACE, data={"csrf": token, "don_vi": UNIT})
    assert (answer.status_code, "Hãy chọn tệp số liệu" in answer.text) == (422, True)


def test_who_came_by_a_task_link_may_look_and_is_asked_to_sign_in_before_a_file_is_sent(
    web: WebWorld,
) -> None:
    client = web.stranger()
    client.get(web.link("tram-y-te", TC5))
    page = client.get(PLACE).text
    assert 'type="file"' not in page
    assert 'href="/vao"' in page
    assert client.get(f"{PLACE}.xlsx?don_vi={UNIT}").status_code == 200


def test_a_unit_without_figures_is_told_so(web: WebWorld) -> None:
    page = web.signed_in("unit").get(PLACE).text
    assert "không có việc nào cần số liệu" in page
    assert PLACE not in web.signed_in("unit").get("/viec-cua-toi").text


def test_the_page_needs_few_queries(web: WebWorld) -> None:
    client = station(web)
    for path in (PLACE, f"{PLACE}.xlsx?don_vi={UNIT}"):
        with web.counted() as statements:
            assert client.get(path).status_code == 200
        assert len(statements) <= 12, statements
