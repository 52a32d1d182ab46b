"""Coming in: links that change nothing when opened, sessions that end, forms that are ours, roles that hold."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import APIRouter
from sqlalchemy import select, update
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import BASE, PEOPLE, WebWorld, csrf, hidden, path_of

from db.store import Store
from db.tables import AccessLink, JournalEntry, Person, WebSession
from tasks.address_rows import put_points
from tasks.clock import ManualClock
from tasks.ways import Point
from web import tokens
from web.app import ROUTERS
from web.links import revoke_links
from web.roles import PUBLIC, ROLES, page_routes, refuse_undeclared, roles_of
from web.visitor import LINK_COOKIE


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def test_opening_a_task_link_shows_the_task_and_changes_nothing(web: WebWorld) -> None:
    path = web.link("thon-07", "bc.thon-07")
    before = web.dump()
    client = web.stranger()
    page = client.get(path)
    assert page.status_code == 200
    assert "Báo cáo" in page.text
    assert client.head(path).status_code in {405, 303, 200}
    assert web.dump() == before


def test_the_first_write_after_a_link_asks_for_one_tap_and_then_keeps_the_browser_signed_in(
    web: WebWorld,
) -> None:
    client = web.stranger()
    page = client.get(web.link("thon-07", "bc.thon-07"))
    form = hidden(page.text.partition("/bao-cao")[2].partition("</form>")[0]) or {}
    form |= {"csrf": csrf(page.text), "phien_ban": "1", "ghi_chu": 'Đã rà soát <xong> "cả thôn".'}
    asked = client.post(str(page.url.path) + "/bao-cao", data=form)
    assert "Xin xác nhận một lần" in asked.text
    assert web.world.task("bc.thon-07").state == "assigned"
    again = {
        name: value.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"')
        for name, value in hidden(asked.text).items()
    }
    done = client.post(str(page.url.path) + "/bao-cao", data=again)
    assert "Đã nộp báo cáo" in done.text
    assert web.world.task("bc.thon-07").state == "submitted"
    assert "Đã rà soát &lt;xong&gt; &#34;cả thôn&#34;." in done.text
    assert client.get("/thiet-bi").text.count("Đăng xuất thiết bị này") == 1


@pytest.mark.parametrize("spoil", ["expired", "revoked", "forged", "other purpose", "long"])
def test_a_link_that_is_no_longer_good_says_how_to_get_another(
    web: WebWorld, clock: ManualClock, spoil: str
) -> None:
    path = web.link("thon-07", "bc.thon-07")
    now = clock.now()
    if spoil == "expired":
        clock.set(now + timedelta(days=91))
    elif spoil == "revoked":
        web.world.do(lambda s: revoke_links(s, web.world.commune_id, web.person("thon-07"), now))
    elif spoil == "forged":
        path = path[:-2] + ("aa" if path[-2:] != "aa" else "bb")
    elif spoil == "other purpose":
        path = "/l/" + tokens.sign("k" * 48, tokens.SIGN_IN, 1)
    else:
        path = "/l/" + "a" * 5000
    page = web.stranger().get(path)
    assert page.status_code == 410
    assert "Nhận liên kết mới" in page.text


def test_revoking_the_links_ends_the_sessions_that_came_by_them(web: WebWorld, clock: ManualClock) -> None:
    client = web.stranger()
    page = client.get(web.link("thon-07", "bc.thon-07"))
    sent = {"csrf": csrf(page.text), "xac_nhan": "1"}
    assert client.post(f"{page.url.path}/da-nhan", data=sent).status_code == 200
    assert client.get("/viec-cua-toi").status_code == 200
    web.world.do(lambda s: revoke_links(s, web.world.commune_id, web.person("thon-07"), clock.now()))
    assert client.get("/viec-cua-toi").url.path == "/vao"


def test_a_coordinator_who_comes_by_a_task_link_is_only_a_unit(web: WebWorld) -> None:
    client = web.stranger()
    assert client.get(web.link("vhxh", "bc.tu-phap")).status_code in {403, 404}
    assert client.get("/bang").status_code == 403
    assert web.signed_in("coordinator").get("/bang").status_code == 200


def test_a_unit_sees_no_other_units_task(web: WebWorld) -> None:
    client = web.signed_in("unit")
    assert client.get(f"/viec/{web.task('bc.thon-07')}").status_code == 200
    other = client.get(f"/viec/{web.task('bc.thon-08')}")
    assert other.status_code == 404
    assert "Không tìm thấy việc này" in other.text


def test_a_sign_in_link_comes_by_mail_and_works_once(web: WebWorld) -> None:
    client = web.stranger()
    known = client.post("/vao", data={"thu": "THON-07@hoang-dong.example"})
    unknown = client.post("/vao", data={"thu": "ai-do@hoang-dong.example"})
    assert known.text == unknown.text
    assert [one.ways[0].address for one in web.letters] == ["thon-07@hoang-dong.example"]
    path = path_of(web.letters[0].entry.url)
    before = web.dump()
    assert "Đăng nhập" in client.get(path).text
    assert web.dump() == before
    assert client.post(path).url.path == "/viec-cua-toi"
    assert web.stranger().post(path).status_code == 410


def test_where_all_goes_into_files_a_number_brings_a_link_too(web: WebWorld) -> None:
    number = web.person("thon-07")
    points = [
        Point("zalo_bot", "group:g1"),
        Point("zalo_oa", "phone:84912345678"),
        Point("sms", "84912345678"),
    ]
    web.world.do(lambda s: put_points(s, web.world.commune_id, number, points))
    web.stranger().post("/vao", data={"thu": "0912 345 678"})
    [letter] = web.letters
    assert [(one.channel, one.address) for one in letter.ways] == [
        ("file", "phone:84912345678"),
        ("file", "84912345678"),
    ]


def test_a_sign_in_link_ends_after_half_an_hour(web: WebWorld, clock: ManualClock) -> None:
    web.stranger().post("/vao", data={"thu": "thon-07@hoang-dong.example"})
    clock.set(clock.now() + timedelta(minutes=31))
    assert web.stranger().post(path_of(web.letters[0].entry.url)).status_code == 410


def test_asking_too_often_is_answered_with_when_to_come_back(web: WebWorld, clock: ManualClock) -> None:
    client = web.stranger()
    answers = [client.post("/vao", data={"thu": "thon-07@hoang-dong.example"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    clock.set(clock.now() + timedelta(minutes=16))
    assert client.post("/vao", data={"thu": "thon-07@hoang-dong.example"}).status_code == 200


def test_a_place_that_was_stopped_no_longer_counts_against_the_addresses_it_names(web: WebWorld) -> None:
    """Else it keeps their owners out, and by naming ever new ones has the counts of the old ones forgotten."""
    stopped = web.stranger()
    for number in range(20):
        stopped.post("/vao", data={"thu": f"ai-{number}@hoang-dong.example"})
    answers = [stopped.post("/vao", data={"thu": "thon-07@hoang-dong.example"}) for _ in range(4)]
    assert [one.status_code for one in answers] == [429] * 4
    elsewhere = TestClient(stopped.app, base_url=BASE, client=("192.0.2.7", 50000))
    assert elsewhere.post("/vao", data={"thu": "thon-07@hoang-dong.example"}).status_code == 200


@pytest.mark.parametrize("token", ["", "0" * 64, "khác"])
def test_a_form_that_is_not_ours_changes_nothing(web: WebWorld, token: str) -> None:
    client = web.signed_in("unit")
    before = web.dump()
    answer = client.post(f"/viec/{web.task('bc.thon-07')}/da-nhan", data={"csrf": token})
    assert answer.status_code == 403
    assert "tải lại trang" in answer.text
    assert web.dump() == before


def test_signing_out_and_ending_a_device_end_it_at_once(web: WebWorld) -> None:
    one, other = web.signed_in("unit"), web.signed_in("unit")
    page = one.get("/thiet-bi").text
    ids = web.world.do(
        lambda s: s.execute(select(col(WebSession.id)).order_by(col(WebSession.id))).scalars().all()
    )
    assert one.post("/thiet-bi", data={"csrf": csrf(page), "phien": str(ids[-1])}).status_code == 200
    assert other.get("/viec-cua-toi").url.path == "/vao"
    assert one.post("/ra", data={"csrf": csrf(page)}).url.path == "/vao"
    assert one.get("/viec-cua-toi").url.path == "/vao"


def test_a_session_keeps_no_secret_and_the_journal_no_address(web: WebWorld) -> None:
    client = web.signed_in("unit")
    secret = client.cookies["phien"]
    assert secret not in str(web.dump())
    last = web.world.do(
        lambda s: s.execute(select(JournalEntry).order_by(col(JournalEntry.seq).desc())).scalars().first()
    )
    assert (last.action, "@" in last.payload) == ("session.opened", False)


def test_every_route_and_role_is_decided_and_kept(web: WebWorld) -> None:
    clients = {role: web.signed_in(role) for role in ROLES}
    stranger = web.stranger()
    checked = 0
    for route in page_routes(ROUTERS):
        allowed = roles_of(route)
        path = route.path.replace("{task_id}", str(web.task("bc.thon-07"))).replace("{token}", "x")
        for method in sorted(route.methods & {"GET", "POST"}):
            for role, client in clients.items():
                answer = client.request(method, path, follow_redirects=False)
                refused = answer.status_code == 403 and "Chưa được phép" in answer.text
                assert refused == (role not in allowed and PUBLIC not in allowed), (method, path, role)
                checked += 1
            answer = stranger.request(method, path, follow_redirects=False)
            sent_away = answer.status_code == 303 and answer.headers["location"].startswith("/vao?")
            assert sent_away == (PUBLIC not in allowed), (method, path)
        if path == "/ra":
            clients = {role: web.signed_in(role) for role in ROLES}
    assert checked > 80


def test_a_route_that_does_not_say_who_may_use_it_keeps_the_application_from_starting() -> None:
    router = APIRouter()
    router.add_api_route("/quen", lambda: None)
    with pytest.raises(LookupError, match="/quen"):
        refuse_undeclared([router])


def test_every_answer_forbids_scripts_from_elsewhere_and_keeps_itself_out_of_caches(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    for path in (
        "/bang",
        "/danh-ba/nguoi/1",
        "/thu/hop-thu",
        "/kenh",
        "/vao",
        "/khong-co",
        web.link("thon-07", "bc.thon-07"),
    ):
        headers = client.get(path, follow_redirects=False).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")
        assert headers["cache-control"] == "no-store"
        page = client.get(path).text
        assert " style=" not in page
        assert "<script>" not in page


def test_the_log_names_routes_and_never_a_token(web: WebWorld, capsys: pytest.CaptureFixture[str]) -> None:
    path = web.link("thon-07", "bc.thon-07")
    web.stranger().get(path)
    said = capsys.readouterr().out
    assert "/l/{token}" in said
    assert path.rpartition("/")[2] not in said


def test_a_sign_in_link_of_somebody_who_left_meanwhile_lets_nobody_in_and_names_nobody(web: WebWorld) -> None:
    web.stranger().post("/vao", data={"thu": "thon-07@hoang-dong.example"})
    path, number = path_of(web.letters[0].entry.url), web.person("thon-07")
    sessions = select(WebSession).where(col(WebSession.person_id) == number)
    before = len(web.world.do(lambda s: s.execute(sessions).all()))
    web.world.do(lambda s: s.execute(update(Person).where(col(Person.id) == number).values(active=False)))
    looked, entered = web.stranger().get(path), web.stranger().post(path)
    assert (looked.status_code, entered.status_code) == (410, 410)
    assert len(web.world.do(lambda s: s.execute(sessions).all())) == before


def test_a_person_who_left_is_no_longer_let_in(web: WebWorld) -> None:
    client = web.signed_in("unit")
    web.world.do(
        lambda s: s.execute(update(Person).where(col(Person.key) == PEOPLE["unit"]).values(active=False))
    )
    assert client.get("/viec-cua-toi").url.path == "/vao"


def test_a_link_stands_once_and_is_renewed_before_it_ends(web: WebWorld, clock: ManualClock) -> None:
    first = web.link("thon-07", "bc.thon-07")
    clock.set(clock.now() + timedelta(days=60))
    assert web.link("thon-07", "bc.thon-07") == first
    rows = web.world.do(lambda s: s.execute(select(AccessLink)).scalars().all())
    assert [row.expires_at for row in rows] == [clock.now() + timedelta(days=90)]
    assert LINK_COOKIE in web.stranger().get(first, follow_redirects=False).headers["set-cookie"]
    assert BASE.startswith("http://")
