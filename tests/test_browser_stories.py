"""Three people's stories in Chromium, from the first tap to the last, on a phone and at a desk, light and dark."""

from __future__ import annotations

import pytest
from browser_world import LOOKS, Screen, served
from full_commune import live
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select
from sqlmodel import col
from web_world import WebWorld

from db.store import Store
from db.tables import ExtensionRequest, IndicatorValue, Member, Person, Task
from tasks.clock import ManualClock

pytestmark = pytest.mark.slow


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def birth_registration(web: WebWorld) -> tuple[Task, str]:
    """The task that asks for one share only (criterion 2), and the key of the person who reports it."""
    query = (
        select(Task, col(Person.key))
        .join(Member, col(Member.unit_id) == col(Task.unit_id))
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Task.kind) == "criterion", col(Task.criterion_no) == 2, col(Member.role) == "contact")
    )
    task, key = web.world.do(lambda s: s.execute(query).first())
    return task, str(key)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_unit_reports_one_figure_with_three_taps_and_the_typing(
    browser: Browser, web: WebWorld, size: str, scheme: str
) -> None:
    task, person = birth_registration(web)
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "chuyen-don-vi", size=size, scheme=scheme) as screen,
    ):
        screen.go(web.link(person, task.key))  # the first tap: the link in the message
        page = screen.page
        page.get_by_label("Đạt (tử số)").fill("48")
        page.get_by_label("Tổng số (mẫu số)").fill("50")
        expect(page.locator("output")).to_have_text("= 96 %")
        page.get_by_role("button", name="Nộp báo cáo").click()
        screen.look("xac-nhan")
        page.get_by_role("button", name="Đúng là tôi, gửi đi").click()
        expect(page.get_by_role("status")).to_contain_text("Đã nộp báo cáo")
        screen.look("da-nop")
    values = web.world.do(lambda s: s.execute(select(IndicatorValue)).scalars().all())
    assert [(one.numerator, one.denominator) for one in values] == [(48, 50)]


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_without_javascript_a_unit_does_all_it_has_to(browser: Browser, web: WebWorld, size: str) -> None:
    number = web.task("bc.thon-07")
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "khong-js", size=size, scheme="light", script=False) as screen,
    ):
        page = screen.page
        page.goto(base + web.link("thon-07", "bc.thon-07"))
        page.get_by_label("Kết quả thực hiện").fill("Mới rà soát được một nửa số hộ.")
        page.get_by_role("button", name="Lưu tạm").click()
        page.get_by_role("button", name="Đúng là tôi, gửi đi").click()
        expect(page.get_by_role("status")).to_contain_text("Đã lưu tạm")
        page.get_by_text("Thêm minh chứng").click()
        page.get_by_label("Tên văn bản").fill("Biên bản rà soát")
        page.get_by_label("Hoặc gửi tệp").set_input_files(
            files=[{"name": "bien-ban.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4\n%%EOF\n"}]
        )
        page.get_by_role("button", name="Nộp báo cáo").click()
        expect(page.get_by_role("status")).to_contain_text("Đã nộp báo cáo")
        expect(page.get_by_role("link", name="bien-ban.pdf")).to_be_visible()
    assert web.world.task("bc.thon-07").state == "submitted"
    assert number


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_coordinator_follows_decides_and_moves_the_plan_on(
    browser: Browser, web: WebWorld, size: str, scheme: str
) -> None:
    live(web)
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "chuyen-dieu-phoi", size=size, scheme=scheme) as screen,
    ):
        screen.sign_in("coordinator")
        page = screen.page
        follow(page, "Bảng theo dõi")
        page.get_by_label("Trạng thái").select_option("tre-han")
        page.get_by_role("button", name="Lọc").click()
        assert "trang_thai=tre-han" in page.url
        screen.look("tre-han")
        _decide(screen, page)
        follow(page, "Giai đoạn")
        expect(page.get_by_text("vướng mắc").first).to_be_visible()
        screen.look("giai-doan")
        follow(page, "Thư")
        page.get_by_role("link", name="60 thư không gửi được").click()
        page.locator("tbody a").first.click()
        page.get_by_role("button", name="Gửi lại").click()
        expect(page.get_by_role("status")).to_contain_text("xếp lại hàng chờ")
        screen.look("thu-gui-lai")
    granted = web.world.do(lambda s: s.execute(select(col(ExtensionRequest.state))).scalars().all())
    assert granted.count("granted") == 1


def follow(page: Page, entry: str) -> None:
    """Go where the navigation leads; on a phone it is unfolded first."""
    navigation = page.get_by_role("navigation", name="Các trang")
    if navigation.locator("summary").is_visible():
        navigation.locator("summary").click()
    navigation.get_by_role("link", name=entry, exact=True).click()


def _decide(screen: Screen, page: Page) -> None:
    """Grant more time once, accept one report, return another with a reason."""
    follow(page, "Chờ duyệt")
    page.get_by_role("button", name="Đồng ý gia hạn").first.click()
    expect(page.get_by_role("status")).to_contain_text("Đã đồng ý gia hạn")
    page.get_by_role("button", name="Duyệt", exact=True).first.click()
    expect(page.get_by_role("status")).to_contain_text("Đã duyệt báo cáo")
    page.get_by_text("Trả lại để bổ sung").first.click()
    page.get_by_label("Lý do (đơn vị sẽ đọc)").locator("visible=true").first.fill("Xin ghi rõ mẫu số.")
    page.get_by_role("button", name="Trả lại", exact=True).locator("visible=true").first.click()
    expect(page.get_by_role("status")).to_contain_text("Đã trả lại báo cáo")
    screen.look("duyet-xong")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_leadership_sees_stage_days_share_and_risks_without_scrolling(
    browser: Browser, web: WebWorld, size: str, scheme: str
) -> None:
    live(web)
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "chuyen-lanh-dao", size=size, scheme=scheme) as screen,
    ):
        screen.sign_in("leadership")
        page = screen.page
        expect(page.get_by_role("heading", name="Tổng quan")).to_be_visible()
        height = page.evaluate("window.innerHeight")
        for words in ("Thu thập số liệu", "đã qua 2 ngày làm việc", "20/50 việc", "Tiêu chí 13: "):
            box = page.get_by_text(words).first.bounding_box()
            assert box is not None
            assert box["y"] + box["height"] <= height, words
        screen.look("tong-quan")
        page.locator(".risks a").first.click()
        expect(page.get_by_text("Hạn:")).to_be_visible()
        screen.look("viec-dang-lo")


def test_the_keyboard_alone_is_enough_to_report(browser: Browser, web: WebWorld) -> None:
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "ban-phim", size="desk", scheme="light") as screen,
    ):
        page = screen.page
        page.goto(base + web.link("thon-07", "bc.thon-07"))
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Đến nội dung chính")).to_be_focused()
        page.get_by_label("Kết quả thực hiện").focus()
        page.keyboard.type("Đã rà soát đủ.")
        for _ in range(2):
            page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Nộp báo cáo")).to_be_focused()
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Đúng là tôi, gửi đi").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Đã nộp báo cáo")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_coordinator_reminds_the_late_units_and_pauses_a_person(
    browser: Browser, web: WebWorld, size: str, scheme: str
) -> None:
    live(web)
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "don-doc", size=size, scheme=scheme) as screen,
    ):
        screen.sign_in("coordinator")
        screen.go("/tre-han")
        page = screen.page
        for box in page.get_by_role("checkbox").all()[:3]:
            box.check()
        page.get_by_label("Lời nhắn thêm").fill("Mong các đồng chí gửi trong tuần này.")
        page.get_by_role("button", name="Xem thư trước khi gửi").click()
        expect(page.get_by_role("article").first).to_contain_text("Mong các đồng chí gửi trong tuần này.")
        screen.look("xem-thu")
        page.get_by_role("button", name="Gửi").click()
        expect(page.get_by_role("status")).to_contain_text("Đã xếp thư nhắc")
        screen.look("da-nhac")
        screen.go("/lich-nhac")
        page.get_by_text("Tạm dừng nhắc", exact=True).click()
        page.get_by_label("Với ai").select_option("moi-nguoi")
        page.get_by_label("Đến hết ngày").fill("14/11/2024")
        page.get_by_label("Lý do").fill("Xã tập trung phòng chống bão.")
        screen.look("tam-dung")
        page.get_by_role("button", name="Tạm dừng", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Đã tạm dừng")
        screen.look("da-dung")
        page.get_by_role("link", name="Bỏ qua").first.click()
        screen.look("bo-qua")
