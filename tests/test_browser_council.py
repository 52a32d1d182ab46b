"""The council in Chromium without a script, on a phone and at a desk: a problem and a conflict lose nothing."""

from __future__ import annotations

import pytest
from browser_world import SIZES, Screen, served
from council_world import convened, found, give
from playwright.sync_api import Browser
from web_world import WebWorld

from db.store import Store
from tasks.clock import ManualClock
from tasks.council_findings import Finding

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("size", SIZES)
def test_a_coordinator_scores_meets_a_problem_and_another_coordinator(
    browser: Browser, store: Store, clock: ManualClock, size: str, script: bool
) -> None:
    web = WebWorld.build(store, clock)
    convened(web.world)
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "cham-diem", size=size, scheme="light", script=script) as screen,
    ):
        page = screen.page
        cookie = {"name": "phien", "value": web.signed_in("coordinator").cookies["phien"], "url": base}
        page.context.add_cookies([cookie])  # type: ignore[list-item]
        # What axe looks with is a script.
        look = screen.look if script else lambda _what: None
        page.goto(base + "/hoi-dong")
        page.get_by_role("link", name="Chấm điểm").click()
        page.get_by_role("link", name="8. Dưới 5 tuổi").click()
        page.get_by_label("Điểm thống nhất").fill("50")
        page.get_by_label("Lý do").fill("")
        page.get_by_label("Nhận xét").first.fill("Nhận xét chưa có điểm")
        page.get_by_role("button", name="Lưu điểm tiêu chí 8").click()
        look("co-cho-sai")
        assert page.get_by_text("cần ghi lý do").is_visible()
        assert page.get_by_text("Có nhận xét mà chưa có điểm").is_visible()
        assert page.get_by_label("Nhận xét").first.input_value() == "Nhận xét chưa có điểm"
        give(web.world, 8, Finding(45, reason="Lý do của người kia"), seen=1)
        page.get_by_label("Điểm", exact=True).first.fill("45")
        page.get_by_label("Lý do").fill("Lý do của tôi")
        page.get_by_role("button", name="Lưu điểm tiêu chí 8").click()
        look("nguoi-khac-vua-luu")
        assert page.get_by_text("Lý do của người kia").is_visible()
        assert page.get_by_label("Lý do").input_value() == "Lý do của tôi"
        page.get_by_role("button", name="Lưu điểm tiêu chí 8").click()
        assert page.get_by_text("Đã lưu điểm của Hội đồng.").is_visible()
        assert found(web.world, 8).reason == "Lý do của tôi"
        page.get_by_label("Tiêu chí 9", exact=True).fill("30")
        page.get_by_role("button", name="Tính thử").click()
        assert page.get_by_text("Nếu tiêu chí 9 đạt 30 điểm thì tổng").is_visible()
        look("tinh-thu")
        page.goto(base + "/hoi-dong/hop/1")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải dự thảo biên bản").click()
        assert download.value.suggested_filename == "bien-ban-hop-2024.docx"
