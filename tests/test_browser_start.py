"""The first plan of an installation comes in by Chromium, on a phone and at a desk, with and without scripts."""

from __future__ import annotations

import pytest
from browser_world import SIZES, Screen, served
from playwright.sync_api import Browser, expect
from sqlalchemy import select
from sqlmodel import col
from web_world import BASE, WebWorld

from benchmarks.reading import FOLDER
from db.store import Store
from db.tables import Person, Plan
from tasks.clock import ManualClock

pytestmark = pytest.mark.slow
DOCUMENT = FOLDER / "hoang-dong-2024.txt"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("size", SIZES)
def test_somebody_with_the_link_and_the_signed_plan_ends_on_the_board_as_coordinator(
    browser: Browser, store: Store, clock: ManualClock, size: str, script: bool
) -> None:
    web = WebWorld.empty(store, clock)
    scheme = "light" if script else "dark"
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "bat-dau", size=size, scheme=scheme, script=script) as screen,
    ):
        page = screen.page
        screen.go("/", 503)
        page.goto(base + web.site.first_link.removeprefix(BASE))
        screen.look("moi")
        page.get_by_label("Họ và tên").fill("Người Điều Phối (ví dụ)")
        page.get_by_label("Thư điện tử").fill("dieu-phoi")
        page.get_by_label("Tệp kế hoạch").set_input_files(DOCUMENT)
        page.get_by_role("button", name="Đọc văn bản").click()
        expect(page.locator("#thu-sai")).to_contain_text("không phải địa chỉ thư")
        expect(page.get_by_label("Họ và tên")).to_have_value("Người Điều Phối (ví dụ)")
        screen.look("thu-sai")
        page.get_by_label("Thư điện tử").fill("dieu-phoi@xa.example")
        page.get_by_label("Tệp kế hoạch").set_input_files(DOCUMENT)
        page.get_by_role("button", name="Đọc văn bản").click()
        expect(page.get_by_label("Địa danh")).to_have_value("Hoàng Đồng")
        page.get_by_label("Cơ quan cấp trên").fill("")
        page.get_by_role("button", name="Tiếp tục").click()
        expect(page.locator("#superior-sai")).to_be_visible()
        screen.look("con-thieu")
        page.get_by_label("Cơ quan cấp trên").fill("UBND thành phố Lạng Sơn")
        page.get_by_role("button", name="Tiếp tục").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Kế hoạch mới")
        screen.look("xem-lan-cuoi")
        page.get_by_role("button", name="Nhập kế hoạch này").click()
        expect(page.get_by_role("status")).to_contain_text("đồng chí đã đăng nhập")
        expect(page.locator("main tr", has_text="Trạm Y tế").first).to_be_visible()
        screen.look("bang")
        page.get_by_role("link", name="Nhập danh bạ").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Nhập danh bạ")
    assert web.world.do(lambda s: s.execute(select(col(Person.name))).scalars().all()) == [
        "Người Điều Phối (ví dụ)"
    ]
    assert web.world.do(lambda s: s.execute(select(col(Plan.year))).scalars().all()) == [2024]
