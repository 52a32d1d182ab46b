"""The navigation: every entry there on each page, the one a page belongs to marked, folded on a phone without a script."""

from __future__ import annotations

import re

import pytest
from browser_world import SIZES, Screen, served
from playwright.sync_api import Browser, expect
from web_world import WebWorld

from db.store import Store
from tasks.clock import ManualClock
from web.rendering import NAVIGATION, STATIC


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


@pytest.mark.parametrize(
    ("role", "path", "entry", "how"),
    [
        ("coordinator", "/hoi-dong", "/hoi-dong", "page"),
        ("coordinator", "/hoi-dong/cham-diem", "/hoi-dong", "true"),
        ("coordinator", "/ho-so/kiem-tra", "/ho-so", "true"),
        ("coordinator", "/danh-ba/nhap", "/danh-ba", "true"),
        ("coordinator", "/kenh", "/thu", "true"),
        ("leadership", "/viec/1", "/bang", "true"),
        ("unit", "/viec-cua-toi", "/viec-cua-toi", "page"),
    ],
)
def test_a_page_marks_the_entry_it_belongs_to(
    web: WebWorld, role: str, path: str, entry: str, how: str
) -> None:
    text = web.signed_in(role).get(path).text
    marked = re.findall(r'<li><a href="([^"]+)" aria-current="([^"]+)"', text.partition("</header>")[0])
    assert set(marked) == {(entry, how)}


def test_no_template_takes_a_name_of_the_frame_around_it() -> None:
    frame = {"here", "navigation", "path", "marks", "notice", "visitor", "csrf", "chats_on"}
    for template in (STATIC.parent / "templates").rglob("*.html"):
        outside = template.read_text(encoding="utf-8").partition("{% block main")[0]
        assert not frame & set(re.findall(r"{%-? *set (\w+)", outside)), template.name


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_the_entries_take_one_line_and_all_are_within_reach(
    browser: Browser, web: WebWorld, size: str
) -> None:
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "muc", size=size, scheme="light", script=False) as screen,
    ):
        screen.sign_in("coordinator")
        page = screen.page
        screen.go("/danh-ba/nhap")
        navigation = page.get_by_role("navigation", name="Các trang")
        box = navigation.bounding_box()
        assert box is not None and box["height"] < 60
        if size == "phone":
            navigation.locator("summary").click()
        expect(navigation.get_by_role("link")).to_have_count(
            sum("coordinator" in who for _, _, who in NAVIGATION)
        )
        screen.look("mo-muc")
        navigation.get_by_role("link", name="Nhật ký").click()
        expect(page).to_have_url(f"{base}/nhat-ky")


@pytest.mark.slow
def test_the_board_fits_a_desk_and_names_every_sign(browser: Browser, web: WebWorld) -> None:
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "bang", size="desk", scheme="light") as screen,
    ):
        screen.sign_in("coordinator")
        screen.go("/bang")
        room = screen.page.get_by_role("region", name="Bảng theo đơn vị")
        assert room.evaluate("it => it.scrollWidth <= it.clientWidth")
        row = screen.page.get_by_role("row", name="Trạm Y tế")
        expect(row.get_by_role("link", name="Mới giao").first).to_be_visible()
