"""In Chromium, with and without a script: who joins later, which meeting the papers are of, a newer plan, a date of its own."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_world import SIZES, Screen, served
from council_world import convened, meet_again, newer_plan
from playwright.sync_api import Browser, expect
from web_world import WebWorld

from benchmarks.reading import FOLDER
from db.store import Store
from tasks.clock import ManualClock

pytestmark = pytest.mark.slow
DOCUMENT = FOLDER / "hoang-dong-2024.txt"


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_coordinator_adds_a_member_chooses_a_meeting_and_meets_a_newer_plan(
    browser: Browser, web: WebWorld, tmp_path: Path, size: str, script: bool
) -> None:
    convened(web.world)
    meet_again(web.world)
    with (
        served(web) as base,
        Screen.opened(
            browser, web, base, f"giay-to-{script}", size=size, scheme="light", script=script
        ) as screen,
    ):
        screen.sign_in("coordinator")
        page = screen.page
        screen.go("/hoi-dong/thanh-vien/moi")
        page.get_by_label("Họ và tên").fill("Ủy viên B")
        page.get_by_role("button", name="Lưu").click()
        expect(page.locator("#tu_ngay-sai")).to_contain_text("Đã có cuộc họp kết thúc")
        screen.look("thieu-ngay")
        page.get_by_label("Tham gia từ ngày").fill("22/11/2024")
        page.get_by_role("button", name="Lưu").click()
        expect(page.get_by_text("Tham gia từ 22/11/2024")).to_be_visible()
        expect(page.get_by_text("Có mặt 02/03 thành viên")).to_be_visible()
        expect(page.get_by_text("Có mặt 01/04 thành viên")).to_be_visible()
        screen.look("hoi-dong")
        screen.go("/ho-so")
        page.get_by_label("theo cuộc họp").select_option("14 giờ 00 ngày 18/11/2024")
        page.get_by_role("button", name="Dùng cuộc họp này").click()
        expect(page.get_by_label("theo cuộc họp")).to_have_value("1")
        screen.look("cuoc-hop-da-chon")
        page.get_by_role("button", name="Lập hồ sơ").click()
        expect(page.get_by_text("theo cuộc họp 14 giờ 00 ngày 18/11/2024")).to_be_visible()
        screen.look("hoi-lai")
        page.goto(base + "/hoi-dong/tieu-chi/8")
        page.get_by_label("Điểm thống nhất").fill("50")
        page.get_by_label("Lý do").fill("Lý do tôi ghi")
        page.get_by_label("Nhận xét").first.fill("Nhận xét tôi ghi")
        newer_plan(web.world, tmp_path)
        page.get_by_role("button", name="Lưu điểm tiêu chí 8").click()
        expect(page.get_by_role("alert")).to_contain_text("là kế hoạch năm 2025")
        expect(page.get_by_role("alert")).to_contain_text("Nhận xét tôi ghi")
        expect(page.get_by_label("Lý do")).to_have_value("Lý do tôi ghi")
        screen.look("ke-hoach-moi-hon")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_criterion_is_given_a_date_of_its_own(
    browser: Browser, web: WebWorld, tmp_path: Path, size: str, script: bool
) -> None:
    with (
        served(web) as base,
        Screen.opened(
            browser, web, base, f"han-rieng-{script}", size=size, scheme="light", script=script
        ) as screen,
    ):
        screen.sign_in("coordinator")
        page = screen.page
        page.goto(base + "/ke-hoach/tu-van-ban")
        page.locator("input[type=file]").set_input_files(DOCUMENT)
        page.get_by_role("button", name="Đọc văn bản").click()
        station = page.locator("fieldset", has=page.locator("legend", has_text="Trạm Y tế"))
        station.get_by_text("Ghi hạn riêng cho một tiêu chí").click()
        screen.look("cac-tieu-chi")
        station.get_by_role("button", name="Tiêu chí 7 ghi hạn riêng").click()
        day = station.get_by_label("Hạn riêng của tiêu chí 7", exact=True)
        expect(day).to_be_in_viewport()
        day.fill("15/10/2024")
        screen.look("da-them")
        newer_plan(web.world, tmp_path)
        page.get_by_role("button", name="Kiểm tra lại").first.click()
        expect(page.get_by_role("alert").first).to_contain_text("là kế hoạch năm 2025")
        expect(day).to_have_value("15/10/2024")
        screen.look("ke-hoach-moi-hon")
        station.get_by_role("button", name="Bỏ hạn riêng của tiêu chí 7").click()
        expect(day).to_have_count(0)
