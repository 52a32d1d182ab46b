"""Every page in Chromium, on a phone and at a desk, light and dark: axe finds nothing, nothing sticks out."""

from __future__ import annotations

from pathlib import Path

import pytest
from browser_world import LOOKS, SHOTS, Screen, served
from chat_world import ChatWorld
from council_world import convened
from dossier_world import finish
from full_commune import live
from hoang_dong import FILE, OFFICER
from playwright.sync_api import Browser
from sqlmodel import Session
from test_tasks_unit_figures import GOOD, TC7, TC8, book
from web_world import WebWorld

from db.store import Store
from documents.dossier.checking import check
from plans.toml_source import shipped
from tasks.clock import ManualClock
from tasks.proposing import propose

pytestmark = pytest.mark.slow


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_of_a_unit(browser: Browser, web: WebWorld, size: str, scheme: str) -> None:
    with served(web) as base, Screen.opened(browser, web, base, "don-vi", size=size, scheme=scheme) as screen:
        screen.go("/vao")
        screen.go("/vao/mat-khau")
        screen.sign_in("unit")
        for path in ("/viec-cua-toi", f"/viec/{web.task('bc.thon-07')}", "/nguoi-thay", "/thiet-bi", "/lich"):
            screen.go(path)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_on_which_figures_come_from_a_spreadsheet(
    browser: Browser, web: WebWorld, tmp_path: Path, size: str, scheme: str
) -> None:
    wrong, good = tmp_path / "so-lieu-sai.xlsx", tmp_path / "so-lieu.xlsx"
    wrong.write_bytes(book(GOOD[0], (TC7, "tiem-chung", 101, 100, None), (TC8, "nhe-can", 5, None, None)))
    good.write_bytes(book(*GOOD[:3], (TC8, "thap-coi", 0, 210, "cháu Nguyễn Văn A chưa cân")))
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "so-lieu", size=size, scheme=scheme) as screen,
    ):
        screen.sign_in_as("tram-y-te")
        screen.go("/viec-cua-toi/so-lieu")
        for name, file in (("sai", wrong), ("xem-truoc", good)):
            screen.page.locator("input[type=file]").set_input_files(file)
            screen.page.get_by_role("button", name="Xem trước").click()
            screen.look(name)
        screen.page.get_by_role("button", name="bản nháp").click()
        screen.look("da-luu")
        screen.page.context.clear_cookies()
        screen.sign_in("coordinator")
        screen.go("/viec-cua-toi/so-lieu")
        screen.go("/viec-cua-toi/so-lieu?don_vi=tram-y-te")


OFFICE = {
    "coordinator": (
        "/bang", "/lanh-dao", "/giai-doan", "/duyet", "/ke-hoach", "/quy-tac", "/quy-tac/2", "/quy-tac/muc/con-lai", "/danh-ba",
        "/danh-ba/don-vi/1", "/danh-ba/nguoi/1", "/danh-ba/nguoi/16", "/danh-ba/nguoi/moi", "/danh-ba/nhap", "/thu", "/thu/10005", "/thu/10009", "/thu/10002", "/thu/chua-den", "/thu/hop-thu", "/kenh", "/nhat-ky", "/mat-khau", "/ma-truy-cap",
        "/tre-han?muc=het", "/lich-nhac?ngay=30", "/hoi-dong", "/hoi-dong/thanh-vien/moi", "/hoi-dong/thanh-vien/1",
        "/hoi-dong/hop/moi", "/hoi-dong/hop/1", "/hoi-dong/dieu-kien", "/hoi-dong/cham-diem?tc8=60&tc9=30", "/hoi-dong/tieu-chi/3",
        "/hoi-dong/tieu-chi/6", "/ho-so", "/ho-so/thong-tin", "/ho-so/kiem-tra",
    ),
    "leadership": ("/lanh-dao", "/lanh-dao/in", "/viec/1", "/hoi-dong", "/hoi-dong/cham-diem", "/hoi-dong/hop/1", "/hoi-dong/tieu-chi/6", "/ho-so"),
    "superior": ("/giai-doan",),
}  # fmt: skip


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
@pytest.mark.parametrize("role", OFFICE)
def test_the_pages_of_the_office(browser: Browser, web: WebWorld, role: str, size: str, scheme: str) -> None:
    live(web)
    with served(web) as base, Screen.opened(browser, web, base, role, size=size, scheme=scheme) as screen:
        screen.sign_in(role)
        for path in OFFICE[role]:
            screen.go(path)


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_that_are_only_seen_on_the_way(
    browser: Browser, web: WebWorld, size: str, scheme: str
) -> None:
    number = web.world.do(lambda s: propose_later_deadline(s, web))
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "giua-duong", size=size, scheme=scheme) as screen,
    ):
        page = screen.page
        screen.go("/l/khong-con", 410)
        screen.go("/khong-co-trang-nay", 404)
        page.goto(base + "/vao")
        page.get_by_label("Địa chỉ thư hoặc số").fill("thieu")
        page.get_by_role("button", name="Gửi").click()
        screen.look("vao-sai")
        screen.sign_in("coordinator")
        screen.go(f"/ke-hoach/de-nghi/{number}")
        page.goto(base + "/lich")
        page.get_by_role("button", name="Lấy địa chỉ lịch").click()
        screen.look("co-lich")
        page.goto(base + "/ma-truy-cap")
        page.get_by_label("Tên mã").fill("Bảng tính của văn phòng")
        page.get_by_role("button", name="Tạo mã").click()
        screen.look("co-ma")
        page.goto(base + "/danh-ba/nhap")
        page.locator("input[type=file]").set_input_files(shipped("contacts-example.csv"))
        page.get_by_role("button").last.click()
        screen.look("xem-truoc-danh-ba")


@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_the_pages_about_zalo(browser: Browser, web: WebWorld, size: str, scheme: str) -> None:
    chats = ChatWorld(web)
    chats.link("thon-08", "c8")
    chats.say(
        "Chị Hoa ơi, mai họp lúc mấy giờ? Tôi đang ở trên nương, có về kịp không, đường mưa lầy lắm.",
        "c8",
        name="Hoa Mai",
    )
    chats.say("xong", "c8")
    chats.say("Cho hỏi đây có phải số của xã không ạ", "c9", name="Người lạ")
    with served(web) as base, Screen.opened(browser, web, base, "zalo", size=size, scheme=scheme) as screen:
        screen.sign_in("unit")
        screen.go("/zalo")
        screen.page.get_by_role("button", name="Lấy mã").first.click()
        screen.look("co-ma")
        assert screen.page.locator("img.qr").evaluate("one => one.complete && one.naturalWidth > 100")
        chats.link()
        screen.go("/zalo")
        screen.page.context.clear_cookies()
        screen.sign_in("coordinator")
        screen.go(f"/danh-ba/nguoi/{web.person('thon-08')}/zalo")
        screen.page.get_by_role("button", name="Tạo mã").first.click()
        screen.look("doc-ma")
        screen.go("/tin-den")
        screen.go("/tin-den?loc=chua-xem")


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("size", "scheme"), LOOKS)
def test_a_dossier_is_made_and_checked_in_the_browser_with_and_without_a_script(
    browser: Browser, web: WebWorld, tmp_path: Path, size: str, scheme: str, script: bool
) -> None:
    finish(web.world, web.site.evidence_folder)
    convened(web.world)
    name = "ho-so" if script else "ho-so-khong-script"
    with (
        served(web) as base,
        Screen.opened(browser, web, base, name, size=size, scheme=scheme, script=script) as screen,
    ):
        page = screen.page
        look = screen.look
        screen.sign_in("coordinator")
        page.goto(base + "/ho-so")
        look("truoc")
        page.get_by_role("button", name="Lập hồ sơ").click()
        look("hoi-lai")
        page.get_by_role("button", name="Lập hồ sơ").click()
        assert page.get_by_text("Xin đánh dấu").count() == 0, "the browser itself asks for the mark"
        if script:
            page.locator("[name=da_xem]").evaluate("it => { it.value = 'x'; }")
            page.get_by_label("Tôi biết hồ sơ còn thiếu").check()
            page.get_by_role("button", name="Lập hồ sơ").click()
            assert page.get_by_text("vừa thay đổi").is_visible()
        page.get_by_label("Tôi biết hồ sơ còn thiếu").check()
        assert not page.get_by_text("vừa thay đổi").is_visible(), "a download leaves the page as it is"
        with page.expect_download() as caught:
            page.get_by_role("button", name="Lập hồ sơ").click()
        caught.value.save_as(tmp_path / "ho-so.zip")
        page.get_by_role("link", name="Quay lại").click()
        look("sau")
        seal = page.locator("code").first.inner_text()
        page.get_by_role("link", name="Kiểm tra hồ sơ").click()
        page.get_by_label("Tệp hồ sơ").set_input_files(tmp_path / "ho-so.zip")
        page.get_by_label("Dấu đã ghi lại").fill(seal)
        page.get_by_role("button", name="Kiểm tra").click()
        assert page.get_by_text("Hồ sơ nguyên vẹn").is_visible()
        assert page.get_by_text("Có dấu này").is_visible()
        look("kiem-tra")
    assert check(tmp_path / "ho-so.zip", seal).problems == []


def propose_later_deadline(session: Session, web: WebWorld) -> int:
    """A changed plan that waits for a yes."""
    changed = FILE.read_bytes().replace(b"10/11/2024", b"15/11/2024")
    now = web.site.clock.now()
    return propose(session, web.world.commune_id, "ke-hoach.toml", changed, by=OFFICER, now=now)


def test_leaderships_sheet_fits_on_one_page_of_paper(browser: Browser, web: WebWorld) -> None:
    live(web)
    with (
        served(web) as base,
        Screen.opened(browser, web, base, "to-in", size="desk", scheme="light") as screen,
    ):
        screen.sign_in("leadership")
        screen.go("/lanh-dao/in")
        paper = screen.page.pdf(path=SHOTS / "to-in.pdf", format="A4", prefer_css_page_size=True)
    assert paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ") == 1, paper.count(b"/Type /Page")
