"""«Bắt đầu»: the first plan of an installation comes in by the browser, by one link, once."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from lxml import html
from read_once import RememberingDesk
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from typed_form import TypedForm
from web_world import BASE, WebWorld

from benchmarks.reading import FOLDER
from db.store import Store
from db.tables import Commune, ContactPoint, JournalEntry, Member, Person, Plan, Task, Unit, WebSession
from tasks.clock import ManualClock
from web.api import PREFIX
from web.app import create_app
from web.fromdoc import taking
from web.rendering import ONWARD
from web.site import FIRST

DOCUMENT = (FOLDER / "hoang-dong-2024.txt").read_bytes()
WHO = {"ho_ten": "Người Điều Phối (ví dụ)", "thu": "dieu-phoi@xa.example", "dien_thoai": "0912 345 678"}
TABLES = (Commune, Plan, Unit, Task, Person, Member, ContactPoint, WebSession, JournalEntry)


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "DESK", RememberingDesk())


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.empty(store, clock)


def link(web: WebWorld) -> str:
    return web.site.first_link.removeprefix(BASE)


def handed_in(web: WebWorld, raw: bytes = DOCUMENT, name: str = "ke-hoach.txt", **who: str) -> TypedForm:
    client = web.stranger()
    answer = client.post(link(web), data=WHO | who, files={"tep": (name, raw)})
    return TypedForm(client, answer, f"{link(web)}/sua")


def counted(web: WebWorld) -> dict[str, int]:
    return {
        one.__name__: len(web.world.do(lambda s, one=one: s.execute(select(one)).all())) for one in TABLES
    }


def told(answer: Any, path: str) -> str:
    found = html.fromstring(answer.text).xpath(f'//*[@id="{path}-sai"]')
    return found[0].text_content().strip() if found else ""


def nothing(web: WebWorld) -> bool:
    return not any(counted(web).values())


def test_every_page_of_an_installation_without_a_commune_says_where_the_first_link_is(web: WebWorld) -> None:
    client = web.stranger()
    for path in (
        "/",
        "/bang",
        "/vao",
        "/vao/mat-khau",
        "/vao/x",
        "/l/x",
        "/lich/x.ics",
        "/ke-hoach/tu-van-ban",
    ):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, "liên kết bắt đầu" in answer.text) == (503, True), path
        assert web.site.first_secret not in answer.text
    assert client.post("/vao", data={"thu": "a@xa.example"}).status_code == 503
    assert nothing(web)


def test_what_is_about_the_machine_and_not_the_commune_answers_as_ever(web: WebWorld) -> None:
    client = web.stranger()
    assert client.get("/khong-co").status_code == 404
    assert client.get("/healthz").json()["database"] == "ok"
    assert client.get("/metrics").status_code == 200
    assert client.get("/static/mangnon.svg").status_code == 200
    assert client.get(f"{PREFIX}/tasks").status_code == 401
    assert client.post("/webhook/zalo-bot").status_code == 200


@pytest.mark.parametrize("wrong", ["", "x", "x" * 43, "đ"])
def test_without_the_secret_nothing_is_shown_and_nothing_taken(web: WebWorld, wrong: str) -> None:
    client = web.stranger()
    place = f"{FIRST}/{wrong}"
    answers = (
        client.get(place),
        client.post(place, data=WHO, files={"tep": ("a.txt", DOCUMENT)}),
        client.post(f"{place}/sua", data=WHO | {"viec": "nhap"}),
    )
    assert {one.status_code for one in answers} == {404}
    assert not any("Họ và tên" in one.text for one in answers)
    assert nothing(web)


def test_wrong_links_from_one_place_are_soon_refused_and_the_right_one_still_opens(
    web: WebWorld, clock: ManualClock
) -> None:
    client = web.stranger()
    codes = [client.get(f"{FIRST}/thu-{no}").status_code for no in range(22)]
    assert codes == [404] * 20 + [429] * 2
    assert client.get(link(web)).status_code == 200
    clock.set(clock.now() + web.site.limits.window + timedelta(seconds=1))
    assert client.get(f"{FIRST}/thu").status_code == 404


def test_every_process_has_a_secret_of_its_own_that_is_not_shown(web: WebWorld) -> None:
    other = WebWorld.empty(web.world.store, web.world.clock)
    assert web.site.first_secret != other.site.first_secret
    assert web.stranger().get(other.site.first_link).status_code == 404
    assert web.site.first_secret not in repr(web.site)
    assert len(web.site.first_secret) >= 40


def test_another_sites_form_begins_nothing(web: WebWorld) -> None:
    answer = web.stranger().post(
        link(web), data=WHO, files={"tep": ("a.txt", DOCUMENT)}, headers={"sec-fetch-site": "cross-site"}
    )
    assert (answer.status_code, "Trang đã cũ" in answer.text) == (403, True)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"ho_ten": " "}, "ho_ten", "ống"),
        ({"ho_ten": "x" * 199}, "ho_ten", "Dài quá"),
        ({"thu": "không phải thư"}, "thu", "không phải địa chỉ thư"),
        ({"thu": "", "dien_thoai": ""}, "thu", "điện thoại"),
        ({"dien_thoai": "024 3825 0000"}, "dien_thoai", "di động"),
    ],
)
def test_a_contact_that_cannot_be_reached_is_told_at_its_field_and_what_was_typed_is_shown_again(
    web: WebWorld, typed: dict[str, str], field: str, words: str
) -> None:
    answer = handed_in(web, **typed).answer
    assert (answer.status_code, words in told(answer, field)) == (422, True), told(answer, field)
    fields = dict(html.fromstring(answer.text).forms[-1].form_values())
    assert {name: fields[name] or "" for name in WHO} == {
        name: value.strip() for name, value in (WHO | typed).items()
    }
    assert "chọn lại tệp" in told(answer, "tep")
    assert nothing(web)


@pytest.mark.parametrize("only", ["thu", "dien_thoai"])
def test_one_address_is_enough(web: WebWorld, only: str) -> None:
    form = handed_in(web, **{name: "" for name in ("thu", "dien_thoai") if name != only})
    assert form.press("nhap").answer.url.path == "/bang"


@pytest.mark.parametrize(
    ("raw", "name", "words"),
    [
        (b"", "", "Hãy chọn tệp"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * 99, "anh.png", "đây là ảnh"),
        ("Giấy mời họp thôn.".encode(), "giay-moi.txt", "kế hoạch"),
    ],
)
def test_a_bad_document_is_refused_beside_its_field_and_the_contact_stays(
    web: WebWorld, raw: bytes, name: str, words: str
) -> None:
    answer = handed_in(web, raw, name).answer
    assert answer.status_code == 422
    assert words in told(answer, "tep")
    assert html.fromstring(answer.text).forms[-1].fields["ho_ten"] == WHO["ho_ten"]
    assert nothing(web)


def test_reading_correcting_and_taking_the_file_write_nothing(web: WebWorld) -> None:
    form = handed_in(web).press("them.units").press("bo.bases.0")
    assert form.dangling() == set()
    assert form.press("tai").answer.headers["content-type"].startswith("application/toml")
    assert form.press("luu").answer.status_code == 422
    assert form.press("nhap").answer.status_code == 422
    assert nothing(web)


@pytest.mark.parametrize(
    ("path", "typed"),
    [("issuer", ""), ("place", ""), ("superior", ""), ("year", "hai nghìn"), ("report_on", "31/02/2024")],
)
def test_what_cannot_be_a_plan_is_told_at_its_field_with_all_that_was_typed(
    web: WebWorld, path: str, typed: str
) -> None:
    form = handed_in(web).press("nhap", title="Kế hoạch đã sửa", **{path: typed})
    assert form.answer.status_code == 422
    assert form.problem(path)
    assert (form.fields[path], form.fields["title"]) == (typed, "Kế hoạch đã sửa")
    assert {name: form.fields[name] for name in WHO} == WHO
    assert f'href="#f-{path}"' in form.page
    assert form.dangling() == set()
    assert nothing(web)


def test_where_the_document_names_no_superior_it_is_asked_for(web: WebWorld) -> None:
    form = handed_in(web, (FOLDER / "son-ha.txt").read_bytes(), "son-ha.txt").press("kiem")
    assert form.fields["superior"] == ""
    assert form.problem("superior").startswith("Xin điền mục này")
    assert "Cơ quan cấp trên nhận hồ sơ" in form.text
    assert form.press("kiem", superior="UBND tỉnh Ví Dụ").problem("superior") == ""


def test_the_commune_is_read_from_the_plan_and_may_be_corrected(web: WebWorld) -> None:
    form = handed_in(web)
    assert (form.fields["issuer"], form.fields["place"]) == ("UBND xã Hoàng Đồng", "Hoàng Đồng")
    done = form.press(
        "nhap", issuer="UBND phường Đông Kinh", place="Đông Kinh", superior="UBND tỉnh Lạng Sơn"
    )
    assert done.answer.url.path == "/bang"
    commune, plan = web.world.do(
        lambda s: (s.execute(select(Commune)).scalar_one(), s.execute(select(Plan)).scalar_one())
    )
    assert (commune.key, commune.name, commune.place) == ("dong-kinh", "UBND phường Đông Kinh", "Đông Kinh")
    assert (commune.superior, plan.key) == ("UBND tỉnh Lạng Sơn", "dong-kinh-2024")


def test_the_last_look_carries_everything_on_and_back(web: WebWorld) -> None:
    looked = handed_in(web).press("luu", superior="UBND tỉnh Lạng Sơn")
    assert (looked.answer.status_code, "Kế hoạch mới số 75/KH-UBND" in looked.text) == (200, True)
    back = looked.press("sua")
    assert {name: back.fields[name] for name in WHO} == WHO
    assert back.fields["superior"] == "UBND tỉnh Lạng Sơn"
    assert nothing(web)
    assert looked.press("nhap").answer.url.path == "/bang"


def test_saving_brings_plan_coordinator_and_session_and_leads_to_the_board(web: WebWorld) -> None:
    form = handed_in(web).press("luu").press("nhap")
    assert (form.answer.status_code, str(form.answer.url)) == (200, f"{BASE}/bang?xong=bat-dau")
    assert "nhập danh bạ" in form.text
    assert WHO["ho_ten"] in form.text
    assert "Trạm Y tế" in form.text
    for place, words in ONWARD["bat-dau"]:
        assert f'href="{place}">{words}' in form.page
        assert form.client.get(place, follow_redirects=False).status_code == 200, place
    person, role, unit = web.world.do(
        lambda s: s.execute(
            select(Person, col(Member.role), col(Unit.key))
            .join(Member, col(Member.person_id) == col(Person.id))
            .join(Unit, col(Unit.id) == col(Member.unit_id))
        ).one()
    )
    plan = web.world.do(lambda s: s.execute(select(Plan)).scalar_one())
    assert (person.name, role, unit) == (WHO["ho_ten"], "coordinator", plan.source["receiver"])
    points = web.world.do(lambda s: s.execute(select(col(ContactPoint.address))).scalars().all())
    assert {WHO["thu"], "84912345678"} <= set(points)
    deeds = web.world.do(
        lambda s: s.execute(
            select(col(JournalEntry.action), col(JournalEntry.actor)).order_by(col(JournalEntry.seq))
        ).all()
    )
    assert [one.action for one in deeds] == ["plan.imported", "person.added", "session.opened"]
    assert {one.actor for one in deeds} == {WHO["ho_ten"]}
    assert web.stranger().get("/vao").status_code == 200


def test_the_link_is_of_no_use_once_there_is_a_commune(web: WebWorld) -> None:
    early = handed_in(web)
    handed_in(web).press("nhap")
    before = web.dump()
    for client in (early.client, web.stranger()):
        answers = (
            client.get(link(web)),
            client.post(link(web), data=WHO, files={"tep": ("a.txt", DOCUMENT)}),
            client.post(f"{link(web)}/sua", data=early.fields | {"viec": "nhap"}),
            client.get(f"{FIRST}/x"),
        )
        assert {one.status_code for one in answers} == {410}
        assert all("Xã đã có kế hoạch" in one.text for one in answers)
    assert web.dump() == before


def test_of_two_at_once_one_begins_and_the_other_is_told(web: WebWorld) -> None:
    app = create_app(web.site)
    first, second = handed_in(web), handed_in(web, ho_ten="Người thứ hai (ví dụ)")
    both, answers = threading.Barrier(2), list[Any]()

    def press(form: TypedForm) -> None:
        client = TestClient(app, base_url=BASE)
        both.wait(timeout=30)
        answers.append(client.post(form.action, data=form.fields | {"viec": "nhap"}, follow_redirects=False))

    threads = [threading.Thread(target=press, args=(one,)) for one in (first, second)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    codes = sorted(one.status_code for one in answers)
    assert codes[0] == 303
    assert codes[1] in {409, 410}
    found = counted(web)
    assert (found["Commune"], found["Plan"], found["Person"], found["WebSession"]) == (1, 1, 1, 1)


def test_somebody_who_was_first_between_the_look_and_the_write_is_told_of_and_nothing_is_written(
    web: WebWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = handed_in(web)
    handed_in(web, ho_ten="Người đến trước (ví dụ)").press("nhap")
    before = web.dump()
    late.client.app.state.waiting.here = _always  # type: ignore[attr-defined]
    answer = late.press("nhap")
    assert (answer.answer.status_code, "Chưa ghi gì" in answer.text) == (409, True)
    assert answer.fields["ho_ten"] == WHO["ho_ten"]
    assert web.dump() == before


async def _always() -> bool:
    return True


def test_a_contact_changed_on_the_way_leaves_nothing_half_written(web: WebWorld) -> None:
    form = handed_in(web).press("nhap", thu="khong phai thu")
    assert (form.answer.status_code, "không phải địa chỉ thư" in form.text) == (422, True)
    assert nothing(web)


def test_a_document_that_was_not_packed_here_is_asked_for_again(web: WebWorld) -> None:
    form = handed_in(web).press("nhap", van_ban="x")
    assert (form.answer.status_code, "Hãy chọn lại tệp" in form.text) == (422, True)
    assert form.fields["ho_ten"] == WHO["ho_ten"]
    assert nothing(web)


def test_the_secret_is_in_no_log_line(web: WebWorld, capsys: pytest.CaptureFixture[str]) -> None:
    handed_in(web).press("nhap")
    said = "".join(capsys.readouterr())
    assert f"{FIRST}/{{token}}" in said
    assert web.site.first_secret not in said
    assert WHO["thu"] not in said


def test_the_cookie_is_for_secure_ways_only_where_the_address_is(web: WebWorld) -> None:
    web.site = replace(web.site, base_url="https://xa.example")
    form = handed_in_at(web)
    answer = form.client.post(form.action, data=form.fields | {"viec": "nhap"}, follow_redirects=False)
    assert "Secure" in answer.headers["set-cookie"]
    assert "HttpOnly" in answer.headers["set-cookie"]


def handed_in_at(web: WebWorld) -> TypedForm:
    place, client = f"{FIRST}/{web.site.first_secret}", web.stranger()
    return TypedForm(client, client.post(place, data=WHO, files={"tep": ("a.txt", DOCUMENT)}), f"{place}/sua")
