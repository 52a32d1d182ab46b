"""How people are reached, on the pages, in the API and by the settings: order, refusals, chats, what is switched on."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from hoang_dong import OFFICER
from sqlalchemy import select, update
from sqlmodel import Session, col
from web_world import PEOPLE, WebWorld, csrf

from db.store import Store
from db.tables import ContactPoint, Member, Unit
from mangnon.settings import Delivery, Settings, ZaloOa
from mangnon.ways_in_use import ways_in_use
from tasks import directory
from tasks.address_rows import load_points, point_of, put_points
from tasks.clock import ManualClock
from tasks.person_facts import PersonFacts
from tasks.ways import EVERY_WAY, Point, Way, points_of
from workflow.stepping import blockers

PHONE = "84900001234"
MAIL = "thon-07@hoang-dong.example"
CHAT = Point("zalo_bot", "user:5550000123")


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    made = WebWorld.build(store, clock)
    person = made.person(PEOPLE["unit"])
    points = [CHAT, *points_of([MAIL], PHONE)]
    made.world.do(lambda s: put_points(s, made.world.commune_id, person, points))
    return made


def order(web: WebWorld) -> list[str]:
    with web.site.store.read() as session:
        return [point_of(row).way for row in load_points(session, web.person(PEOPLE["unit"]))]


def numbers(web: WebWorld) -> list[int]:
    with web.site.store.read() as session:
        return [row.id or 0 for row in load_points(session, web.person(PEOPLE["unit"]))]


def refuse(web: WebWorld, channel: str) -> None:
    mark = update(ContactPoint).where(
        col(ContactPoint.person_id) == web.person(PEOPLE["unit"]), col(ContactPoint.channel) == channel
    )
    reason = {"refused_at": web.site.clock.now(), "refused_reason": "Thuê bao không nhận tin."}
    web.world.do(lambda s: s.execute(mark.values(**reason)))


def reduced(web: WebWorld, *points: Point) -> None:
    """The village's head is reached by these alone."""
    person = web.person(PEOPLE["unit"])
    web.world.do(lambda s: put_points(s, web.world.commune_id, person, points))


def test_a_person_shows_all_addresses_in_order_and_which_were_refused(web: WebWorld) -> None:
    refuse(web, "sms")
    page = web.signed_in("coordinator").get(f"/danh-ba/nguoi/{web.person(PEOPLE['unit'])}").text
    told = ["Zalo (đã liên kết)", "Thư điện tử</b>", "Zalo theo số điện thoại", "Tin nhắn SMS"]
    places = [page.index(words) for words in told]
    assert places == sorted(places)
    assert "…123" in page
    assert "5550000123" not in page
    assert "Thuê bao không nhận tin. Không gửi tới nữa" in page
    assert page.count("Dùng lại") == 1
    assert page.count("Bỏ liên kết") == 1
    assert 'value="0900 001 234"' in page


def test_an_address_is_moved_by_a_button_unless_somebody_was_first(web: WebWorld) -> None:
    client, person = web.signed_in("coordinator"), web.person(PEOPLE["unit"])
    ids = numbers(web)
    form = {"csrf": csrf(client.get(f"/danh-ba/nguoi/{person}").text), "thu_tu": ",".join(map(str, ids))}
    place = f"/danh-ba/nguoi/{person}/lien-lac"
    moved = client.post(place, data=form | {"so": str(ids[1]), "viec": "len"})
    assert "Đã đổi thứ tự" in moved.text
    assert order(web) == ["email", "bot_user", "oa_phone", "sms"]
    late = client.post(place, data=form | {"so": str(ids[1]), "viec": "xuong"})
    assert (late.status_code, "vừa được người khác thay đổi" in late.text) == (409, True)
    form["thu_tu"] = ",".join(map(str, numbers(web)))
    assert "Không có gì thay đổi" in client.post(place, data=form | {"so": str(ids[3]), "viec": "xuong"}).text
    assert order(web) == ["email", "bot_user", "oa_phone", "sms"]
    assert 'value="thư, zalo bot, zalo số điện thoại, tin nhắn"' in moved.text


def test_a_refused_address_is_used_again_and_a_chat_taken_away_but_not_the_last_way(web: WebWorld) -> None:
    refuse(web, "sms")
    client, person = web.signed_in("coordinator"), web.person(PEOPLE["unit"])
    ids = numbers(web)
    form = {"csrf": csrf(client.get(f"/danh-ba/nguoi/{person}").text)}
    place = f"/danh-ba/nguoi/{person}/lien-lac"
    again = client.post(place, data=form | {"so": str(ids[3]), "viec": "dung-lai"})
    assert ("Đã dùng lại" in again.text, "Bị từ chối từ" in again.text) == (True, False)
    wrong = client.post(place, data=form | {"so": str(ids[1]), "viec": "bo"})
    assert (wrong.status_code, "Chỉ Zalo đã liên kết" in wrong.text) == (422, True)
    reduced(web, CHAT)
    last = client.post(place, data=form | {"so": str(numbers(web)[0]), "viec": "bo"})
    assert (last.status_code, "cách liên lạc duy nhất" in last.text) == (422, True)
    reduced(web, CHAT, Point("email", MAIL))
    assert "Đã bỏ liên kết" in client.post(place, data=form | {"so": str(numbers(web)[0]), "viec": "bo"}).text
    assert order(web) == ["email"]
    for odd in ({"viec": "len", "so": "x"}, {"viec": "?", "so": "1"}, {}):
        assert client.post(place, data=form | odd).status_code in {404, 409, 422}
    assert (
        client.post("/danh-ba/nguoi/99999/lien-lac", data=form | {"so": "1", "viec": "len"}).status_code
        == 404
    )


def test_the_form_takes_a_number_and_an_order_and_keeps_what_was_typed_when_it_cannot(web: WebWorld) -> None:
    client, person = web.signed_in("coordinator"), web.person(PEOPLE["unit"])
    page = client.get(f"/danh-ba/nguoi/{person}").text
    shown, name = (
        re.search(rf'name="{field}"[^>]* value="([^"]*)"', page) for field in ("dang_co", "ho_ten")
    )
    assert shown
    assert name
    form = {
        "csrf": csrf(page), "dang_co": shown[1].replace("&#34;", '"'), "ho_ten": name[1], "xung_ho": "anh",
        "vai_tro.0": "contact", "don_vi.0": "thon-07", "thu": "", "dien_thoai": "024 3825 1234", "kenh": "bồ câu",
    }  # fmt: skip
    wrong = client.post(f"/danh-ba/nguoi/{person}", data=form)
    assert wrong.status_code == 422
    assert 'value="024 3825 1234" aria-invalid="true"' in wrong.text
    assert 'value="bồ câu" aria-invalid="true"' in wrong.text
    done = client.post(
        f"/danh-ba/nguoi/{person}", data=form | {"dien_thoai": "+84 900 009 999", "kenh": "tin nhắn"}
    )
    assert "Đã lưu thay đổi" in done.text, done.text
    assert order(web) == ["sms", "bot_user", "oa_phone"]
    assert "0900 009 999" in client.get("/danh-ba").text


def test_a_table_with_numbers_is_shown_before_it_is_brought_in(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    head = "đơn vị;vai trò;mã người;họ tên;xưng hô;thư điện tử;thư dự phòng;điện thoại;kênh"
    row = (
        "thon-07;đầu mối;thon-07;Trưởng thôn số 7 (ví dụ);đồng chí Trưởng thôn số 7;;;0900.005.678;thư, zalo"
    )
    files = {"tep": ("danh-ba.csv", io.BytesIO(f"{head}\n{row}".encode()))}
    seen = client.post("/danh-ba/nhap", data={"csrf": csrf(client.get("/danh-ba/nhap").text)}, files=files)
    assert "điện thoại: «0900 001 234» → «0900 005 678»" in seen.text, seen.text
    carried = re.search(r'name="da_xem" value="([^"]+)"', seen.text)
    assert carried
    done = client.post("/danh-ba/nhap/ghi", data={"csrf": csrf(seen.text), "da_xem": carried[1]})
    assert "Đã nhập danh bạ" in done.text
    assert order(web) == ["bot_user", "oa_phone", "sms"]


@pytest.mark.parametrize(
    ("ways", "reached"),
    [(EVERY_WAY, True), ({"email"}, False), ({"sms"}, True), ({"oa_phone"}, True), ({"bot_user", "oa_group"}, False)],
)  # fmt: skip
def test_a_unit_with_only_a_number_is_reached_only_by_a_channel_that_uses_numbers(
    web: WebWorld, ways: set[Way], reached: bool
) -> None:
    reduced(web, *points_of([], PHONE))
    web.site = replace(web.site, ways=frozenset(ways))
    page = web.signed_in("coordinator").get("/danh-ba").text.partition("<table")[0]
    assert (">Thôn số 7</a>" in page) == (not reached)
    units = {one["key"]: one["reachable"] for one in web.program("coordinator").get("units").json()}
    assert units["thon-07"] == reached
    with web.site.store.read() as session:
        stops = blockers(session, web.world.plan_id, "collect", web.site.clock.now().date(), frozenset(ways))
    assert any("Thôn số 7: chưa có người đầu mối" in one.text for one in stops) == (not reached)


def test_a_way_that_is_not_switched_on_says_so(web: WebWorld) -> None:
    web.site = replace(web.site, ways=frozenset({"email", "second_email"}))
    page = web.signed_in("coordinator").get(f"/danh-ba/nguoi/{web.person(PEOPLE['unit'])}").text
    assert page.count("kênh này chưa bật") == 3


@pytest.mark.parametrize(
    ("channels", "oa", "ways"),
    [
        (["file"], {}, EVERY_WAY),
        (["email"], {}, {"email", "second_email"}),
        (["email", "sms"], {}, {"email", "second_email", "sms"}),
        (["zalo_oa"], {}, {"oa_group"}),
        (["zalo_oa"], {"template_phone": "12"}, {"oa_group", "oa_phone"}),
        (["zalo_bot", "zalo_oa"], {"template_user": "7"}, {"bot_user", "bot_group", "oa_user", "oa_group"}),
    ],
)
def test_the_settings_say_which_ways_are_open(
    channels: list[str], oa: dict[str, str], ways: set[Way]
) -> None:
    delivery = Delivery(channels=channels)  # type: ignore[arg-type]
    settings = Settings(delivery=delivery, zalo_oa=ZaloOa(**oa))  # type: ignore[arg-type]
    assert ways_in_use(settings) == ways


def test_the_api_tells_the_same_and_changes_it_from_the_version_that_was_seen(web: WebWorld) -> None:
    refuse(web, "sms")
    office, person = web.program("coordinator"), web.person(PEOPLE["unit"])
    first = office.get(f"people/{person}")
    body = first.json()
    assert [(one["way"], one["address"]) for one in body["addresses"]] == [
        ("bot_user", "…123"), ("email", MAIL), ("oa_phone", PHONE), ("sms", PHONE)
    ]  # fmt: skip
    assert body["refused"] == [[PHONE, "Thuê bao không nhận tin."]]
    assert (body["phone"], body["ways"], body["reachable"]) == (PHONE, "", True)
    place = f"people/{person}/addresses"
    ids = [one["id"] for one in body["addresses"]]
    tag = {"If-Match": first.headers["etag"]}
    moved = office.post(f"{place}/{ids[3]}/move", json={"to": "earlier"}, headers=tag)
    assert [one["id"] for one in moved.json()["addresses"]] == [ids[0], ids[1], ids[3], ids[2]], moved.text
    assert office.post(f"{place}/{ids[3]}/move", json={"to": "earlier"}, headers=tag).status_code == 412
    assert office.post(f"{place}/{ids[3]}/move", json={"to": "earlier"}).status_code == 428
    assert office.post(f"{place}/{ids[3]}/reuse").json()["refused"] == []
    assert office.delete(f"{place}/{ids[1]}").status_code == 422
    assert office.delete(f"{place}/{ids[0]}").json()["ways"] == "thư, tin nhắn, zalo số điện thoại"
    assert office.delete(f"{place}/{ids[0]}").status_code == 404


def test_a_program_that_knows_no_numbers_takes_none_away(web: WebWorld) -> None:
    office, person = web.program("coordinator"), web.person(PEOPLE["unit"])
    seen = office.get(f"people/{person}")
    old = {
        name: seen.json()[name] for name in ("name", "greeting", "parts", "email", "second_email", "quiet")
    }
    kept = office.put(
        f"people/{person}", json=old | {"name": "Tên mới"}, headers={"If-Match": seen.headers["etag"]}
    )
    assert (kept.json()["phone"], len(kept.json()["addresses"])) == (PHONE, 4)
    gone = office.put(
        f"people/{person}", json=old | {"phone": "", "email": ""}, headers={"If-Match": kept.headers["etag"]}
    )
    assert [one["way"] for one in gone.json()["addresses"]] == ["bot_user"]


def test_a_round_of_reminders_says_where_each_letter_goes_without_a_chats_number(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    page = client.get("/tre-han?muc=het").text
    task = web.task("bc.thon-07")
    seen = client.post("/nhac", data={"csrf": csrf(page), "viec": str(task), "loi_nhan": ""})
    assert "Gửi đến Zalo (đã liên kết) …123; nếu không được thì thon-07@" in seen.text, seen.text[:3000]
    assert "5550000123" not in seen.text


def test_somebody_new_is_added_with_a_number_alone(web: WebWorld) -> None:
    def deed(session: Session) -> None:
        facts = PersonFacts("Người Mới", "anh", (("contact", "thon-08"),), "", phone="0900 007 777")
        directory.add_person(session, web.world.commune_id, facts, by=OFFICER, now=web.site.clock.now())

    web.world.do(deed)
    unit = web.world.do(
        lambda s: s.execute(select(col(Unit.id)).where(col(Unit.key) == "thon-08")).scalar_one()
    )
    assert "0900 007 777" in web.signed_in("coordinator").get(f"/danh-ba/don-vi/{unit}").text
    assert (
        web.world.do(lambda s: len(s.execute(select(Member).where(col(Member.unit_id) == unit)).all())) == 2
    )
