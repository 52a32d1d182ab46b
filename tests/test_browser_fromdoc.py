"""A coordinator makes a plan from its document in Chromium, on a phone and at a desk, with and without scripts."""

from __future__ import annotations

import pytest
from browser_world import LOOKS, SIZES, Screen, served
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy import func, select
from sqlmodel import col
from web_world import WebWorld

from benchmarks.reading import FOLDER
from db.store import Store
from db.tables import Plan
from tasks.clock import ManualClock

pytestmark = pytest.mark.slow
NEXT_YEAR = (FOLDER / "hoang-dong-2024.txt").read_bytes().replace(b"2024", b"2025")


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def hand_in(page: Page, base: str, raw: bytes = NEXT_YEAR, name: str = "ke-hoach.txt") -> None:
    page.goto(f"{base}/ke-hoach/tu-van-ban")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/plain", "buffer": raw})
    page.get_by_role("button", name="Đọc văn bản").click()


def lit(one: Locator) -> bool:
    """Whether it stands out from its neighbours."""
    return bool(one.evaluate("it => it.matches(':target') || it.classList.contains('met')"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", SIZES)
def test_a_click_on_a_finding_marks_its_sentence_and_a_click_on_the_sentence_its_finding(
    browser: Browser, web: WebWorld, size: str, script: bool
) -> None:
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "danh-dau", size=size, scheme="light", script=script) as screen,
    ):
        screen.sign_in("coordinator")
        page = screen.page
        hand_in(page, base)
        station = page.locator("fieldset").filter(has=page.locator('input[value="Trạm Y tế"]'))
        link = station.locator(".sources a", has_text="Tiêu chí 5").first
        mark = page.locator(str(link.get_attribute("href")))
        assert not lit(mark)
        link.click()
        assert lit(mark)
        expect(mark).to_be_in_viewport()
        expect(mark).to_contain_text("5")
        number = page.locator("mark", has_text="75/KH-UBND").first
        number.locator("a").first.click()
        finding = page.locator('[id="f-number"]')
        assert lit(finding)
        expect(finding).to_be_in_viewport()
        expect(finding.locator("input")).to_have_value("75/KH-UBND")
        if script:
            assert lit(number)


@pytest.mark.parametrize("size", SIZES)
def test_beside_each_other_at_a_desk_and_one_under_the_other_on_a_phone(
    browser: Browser, web: WebWorld, size: str
) -> None:
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "bo-cuc", size=size, scheme="light") as screen,
    ):
        screen.sign_in("coordinator")
        hand_in(screen.page, base)
        paper = screen.page.locator(".paper").bounding_box()
        fields = screen.page.locator(".findings").bounding_box()
        assert paper
        assert fields
        if size == "desk":
            assert paper["x"] + paper["width"] <= fields["x"]
        else:
            assert paper["y"] + paper["height"] <= fields["y"]


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_on_the_way_to_a_new_plan(browser: Browser, web: WebWorld, size: str, scheme: str) -> None:
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "tu-van-ban", size=size, scheme=scheme) as screen,
    ):
        screen.sign_in("coordinator")
        page = screen.page
        screen.go("/ke-hoach")
        page.get_by_role("link", name="Tạo từ văn bản đã ký").click()
        page.locator("input[type=file]").set_input_files(
            {"name": "anh.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n" + b"0" * 99}
        )
        page.get_by_role("button", name="Đọc văn bản").click()
        expect(page.locator("#tep-sai")).to_contain_text("đây là ảnh")
        screen.look("tep-sai")
        hand_in(page, base, (FOLDER / "kim-boi.txt").read_bytes(), "kim-boi.txt")
        screen.look("con-thieu")
        hand_in(page, base, (FOLDER / "tam-son.docx").read_bytes(), "tam-son.docx")
        screen.look("co-bang")
        hand_in(page, base)
        page.get_by_role("button", name="Thêm đơn vị").click()
        new = page.locator("fieldset", has=page.get_by_text("Đơn vị mới", exact=True))
        expect(new).to_be_in_viewport()
        screen.look("don-vi-moi")
        new.get_by_label("Tên", exact=True).fill("Thư viện xã")
        new.get_by_label("Loại đơn vị").select_option("Công chức, bộ phận")
        page.get_by_role("button", name="Kiểm tra lại").first.click()
        expect(page.get_by_role("status")).to_contain_text("có thể lưu")
        screen.look("kiem-xong")
        page.get_by_role("button", name="Tiếp tục").click()
        screen.look("ke-hoach-moi")
        page.get_by_role("button", name="Nhập kế hoạch này").click()
        expect(page.get_by_role("status")).to_contain_text("Đã nhập kế hoạch")
        screen.look("da-nhap")
    years = web.world.do(lambda s: s.execute(select(col(Plan.year)).order_by(col(Plan.year))).scalars().all())
    assert years == [2024, 2025]


def test_going_back_finds_what_was_typed(browser: Browser, web: WebWorld) -> None:
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "quay-lai", size="desk", scheme="light") as screen,
    ):
        screen.sign_in("coordinator")
        page = screen.page
        hand_in(page, base)
        page.get_by_label("Tên kế hoạch").fill("Kế hoạch đã sửa năm 2025")
        page.get_by_role("button", name="Tiếp tục").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Kế hoạch mới")
        page.go_back()
        expect(page.get_by_label("Tên kế hoạch")).to_have_value("Kế hoạch đã sửa năm 2025")
        with page.expect_navigation():
            page.get_by_role("button", name="Kiểm tra lại").first.click()
        page.reload()
        expect(page.get_by_label("Tên kế hoạch")).to_have_value("Kế hoạch đã sửa năm 2025")
    assert web.world.do(lambda s: s.scalar(select(func.count(col(Plan.id))))) == 1
