"""The JSON API as another program uses it: tokens with scopes, problems in words, no update lost."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import pytest
from full_commune import live
from hoang_dong import FILE
from starlette.testclient import TestClient
from web_world import BASE, PEOPLE, WebWorld, csrf

from db.store import Store
from db.tables import ApiToken, Person
from tasks.clock import ManualClock
from web.api import PREFIX
from web.api.application import api_routes, refuse_undeclared
from web.api.callers import SCOPE_MARK
from web.keys.scopes import SCOPES
from web.roles import MARK

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["detail"]
    return body


def share(client: TestClient, web: WebWorld) -> tuple[int, dict[str, Any], str]:
    """The task that asks for one share, a right report of it, and its tag."""
    number = web.task("tc02.tu-phap")
    answer = client.get(f"tasks/{number}")
    indicator = answer.json()["indicators"][0]["key"]
    return (
        number,
        {"figures": [{"indicator": indicator, "numerator": 48, "denominator": 50}]},
        answer.headers["etag"],
    )


def clerk(web: WebWorld) -> TestClient:
    """A program of the office that owes criterion 2."""
    return clerk_of(web, "tu-phap")


def clerk_of(web: WebWorld, person: str) -> TestClient:
    """A program of one unit's contact."""
    PEOPLE["unit"], kept = person, PEOPLE["unit"]
    try:
        return web.program("unit")
    finally:
        PEOPLE["unit"] = kept


# -------------------------------------------------------------------- coming in


def test_a_token_is_shown_once_used_and_taken_back(web: WebWorld, clock: ManualClock) -> None:
    page = web.signed_in("coordinator")
    form = {"csrf": csrf(page.get("/ma-truy-cap").text), "ten": "Bảng tính", "quyen": ["read"], "han": "90"}
    made = page.post("/ma-truy-cap", data=form).text
    secret = made.partition('id="ma" value="')[2].partition('"')[0]
    assert secret.startswith("mn_"), made
    assert secret not in page.get("/ma-truy-cap").text
    assert all(secret not in repr(rows) for rows in web.dump().values())
    program = TestClient(web.stranger().app, base_url=BASE, headers={"Authorization": f"Bearer {secret}"})
    me = program.get(f"{PREFIX}/me").json()
    assert (me["roles"], me["scopes"]) == (["coordinator"], ["read"])
    row = web.world.do(lambda s: s.get_one(ApiToken, 1))
    assert row.last_used_at == clock.now()
    ended = page.post("/ma-truy-cap/1/thu-hoi", data={"csrf": form["csrf"]})
    assert "Đã thu hồi" in ended.text
    problem(program.get(f"{PREFIX}/me"), 401)
    assert page.post("/ma-truy-cap/1/thu-hoi", data={"csrf": form["csrf"]}).status_code == 409


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Basic eDp5", f"Bearer {'a' * 9000}", "bearer mn_"]
)
def test_without_a_good_token_nothing_is_told(web: WebWorld, header: str) -> None:
    answer = web.stranger().get(f"{PREFIX}/plan", headers={"Authorization": header} if header else {})
    assert "Authorization" in str(problem(answer, 401)["detail"]) or "Mã truy cập" in answer.text
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_token_ends_with_its_day_and_with_its_owner(web: WebWorld, clock: ManualClock) -> None:
    program = web.program("leadership")
    assert program.get("me").status_code == 200
    web.world.do(lambda s: setattr(s.get_one(Person, web.person(PEOPLE["leadership"])), "active", False))
    problem(program.get("me"), 401)
    other = web.program("coordinator")
    clock.set(clock.now() + timedelta(days=31))
    problem(other.get("me"), 401)


def test_a_token_cannot_be_made_by_somebody_who_only_opened_a_link(web: WebWorld) -> None:
    client = web.stranger()
    page = client.get(web.link("thon-07", "bc.thon-07"))
    client.post(f"{page.url.path}/da-nhan", data={"csrf": csrf(page.text), "xac_nhan": "1"})
    form = {"csrf": csrf(client.get("/ma-truy-cap").text), "ten": "Lâu dài", "quyen": ["read"]}
    refused = client.post("/ma-truy-cap", data=form)
    assert (refused.status_code, "liên kết trong thư" in refused.text) == (422, True)


def test_every_route_declares_its_roles_and_scope(web: WebWorld) -> None:
    refuse_undeclared([])
    for route in api_routes():
        extra = route.openapi_extra or {}
        assert extra[MARK], route.path
        assert extra[SCOPE_MARK] in SCOPES, route.path
        reading = route.methods == {"GET"} and not route.path.endswith("/draft")
        assert reading == (extra[SCOPE_MARK] == "read"), route.path


@pytest.mark.parametrize("role", PEOPLE)
def test_every_route_is_open_to_just_its_roles_with_just_its_scope(web: WebWorld, role: str) -> None:
    programs = {
        scope: (web.program(role, scope), web.program(role, *(set(SCOPES) - {scope}))) for scope in SCOPES
    }
    for route in api_routes():
        extra = route.openapi_extra or {}
        path = route.path.format(
            task_id=1, number=1, person_id=1, member_id=1, meeting_id=1, no=1, key="x", trigger="x"
        )
        with_it, with_all_others = programs[extra[SCOPE_MARK]]
        for method in route.methods or ():
            answer = with_it.request(method, path.lstrip("/"), json={})
            allowed = role in extra[MARK]
            assert (answer.status_code == 403) != allowed, (role, method, path, answer.text)
            assert answer.status_code < 500
            assert with_all_others.request(method, path.lstrip("/"), json={}).status_code == 403


# -------------------------------------------------------------------- a unit's work


def test_a_report_is_handed_in_and_accepted(web: WebWorld) -> None:
    unit, office = clerk(web), web.program("coordinator")
    number, body, tag = share(unit, web)
    done = unit.post(f"tasks/{number}/reports", json=body, headers={"If-Match": tag})
    assert (done.status_code, done.json()["state"]) == (201, "submitted")
    assert done.json()["reports"][0]["figures"][0]["numerator"] == 48
    waiting = office.get("reports/waiting").json()
    assert [one["task_id"] for one in waiting] == [number]
    fresh = office.get(f"tasks/{number}").headers["etag"]
    decided = office.post(
        f"tasks/{number}/review", json={"decision": "accepted"}, headers={"If-Match": fresh}
    )
    assert decided.json()["state"] == "accepted"


def test_the_second_of_two_is_told_and_sees_both_versions(web: WebWorld) -> None:
    unit = clerk(web)
    number, body, tag = share(unit, web)
    assert unit.post(f"tasks/{number}/acknowledge", headers={"If-Match": tag}).status_code == 200
    before = web.dump()
    late = problem(unit.post(f"tasks/{number}/reports", json=body, headers={"If-Match": tag}), 412)
    assert late["current"]["state"] == "acknowledged"
    assert late["yours"]["figures"][0]["numerator"] == 48
    problem(unit.post(f"tasks/{number}/reports", json=body), 428)
    assert web.dump() == before


def test_figures_that_cannot_be_are_refused_and_odd_ones_asked_about(web: WebWorld) -> None:
    unit = clerk(web)
    number, body, tag = share(unit, web)
    figure = body["figures"][0]
    headers = {"If-Match": tag}
    for wrong in ({"denominator": 0}, {"numerator": 51}, {"numerator": -1}, {"indicator": "khong-co"}):
        problem(
            unit.post(f"tasks/{number}/reports", json={"figures": [figure | wrong]}, headers=headers), 422
        )
    for wrong in ({"numerator": 10**20}, {"numerator": "nhiều"}, {"value": "NaN"}, {"x": 1}):
        told = problem(
            unit.post(f"tasks/{number}/reports", json={"figures": [figure | wrong]}, headers=headers), 422
        )
        assert told["errors"]
    odd = {"figures": [figure | {"numerator": 49_000, "denominator": 50_000}]}
    before = web.dump()
    doubted = problem(unit.post(f"tasks/{number}/reports", json=odd, headers=headers), 422)
    assert "looked" in str(doubted["detail"])
    assert web.dump() == before
    assert (
        unit.post(f"tasks/{number}/reports", json=odd | {"looked": True}, headers=headers).status_code == 201
    )


def test_a_draft_is_kept_and_a_second_writer_is_told(web: WebWorld) -> None:
    unit = clerk(web)
    number, _, _ = share(unit, web)
    first = unit.get(f"tasks/{number}/draft")
    kept = unit.put(
        f"tasks/{number}/draft",
        json={"fields": {"ghi_chu": "Đang gom"}},
        headers={"If-Match": first.headers["etag"]},
    )
    assert (kept.status_code, kept.json()["version"]) == (200, 1)
    late = unit.put(
        f"tasks/{number}/draft",
        json={"fields": {"ghi_chu": "Bản khác"}},
        headers={"If-Match": first.headers["etag"]},
    )
    body = problem(late, 412)
    assert body["current"]["fields"] == {"ghi_chu": "Đang gom"}
    assert body["yours"]["fields"] == {"ghi_chu": "Bản khác"}
    unknown = unit.put(
        f"tasks/{number}/draft", json={"fields": {"la": "x"}}, headers={"If-Match": kept.headers["etag"]}
    )
    problem(unknown, 422)


def test_more_time_is_asked_for_and_answered_once(web: WebWorld) -> None:
    unit, office = clerk(web), web.program("coordinator")
    number, _, tag = share(unit, web)
    body = {"wanted_on": "2024-11-20", "reason": "Chờ số liệu."}
    assert (
        unit.post(f"tasks/{number}/extension-requests", json=body, headers={"If-Match": tag}).status_code
        == 201
    )
    asked = office.get("extension-requests").json()
    assert asked[0]["wanted"] == "2024-11-20"
    problem(office.post(f"extension-requests/{asked[0]['number']}/answer", json={"granted": False}), 422)
    assert office.post(f"extension-requests/{asked[0]['number']}/answer", json={"granted": True}).json() == []
    problem(office.post(f"extension-requests/{asked[0]['number']}/answer", json={"granted": True}), 409)
    problem(office.post("extension-requests/4711/answer", json={"granted": True}), 404)
    assert office.get(f"tasks/{number}").json()["last_valid_on"] == "2024-11-20"


def test_a_unit_sees_its_own_tasks_only(web: WebWorld) -> None:
    unit = web.program("unit")
    assert {one["unit_key"] for one in unit.get("tasks").json()} == {"thon-07"}
    problem(unit.get(f"tasks/{web.task('bc.thon-08')}"), 404)
    assert len(web.program("superior").get("tasks").json()) == 50
    late = web.program("coordinator").get("tasks?state=assigned&criterion=2").json()
    assert [one["key"] for one in late] == ["tc02.tu-phap"]


# -------------------------------------------------------------------- the office's work


def test_a_step_is_taken_once(web: WebWorld) -> None:
    office = web.program("coordinator")
    seen = office.get("plan")
    assert seen.json()["stage"] == "issued"
    taken = office.post("plan/steps/collect", json={}, headers={"If-Match": seen.headers["etag"]})
    assert taken.json()["stage"] == "collecting"
    again = problem(
        office.post("plan/steps/collect", json={}, headers={"If-Match": seen.headers["etag"]}), 412
    )
    assert again["current"]["stage"] == "collecting"
    problem(office.post("plan/steps/x", json={}, headers={"If-Match": taken.headers["etag"]}), 404)
    blocked = problem(
        office.post("plan/steps/convene", json={}, headers={"If-Match": taken.headers["etag"]}), 422
    )
    assert "chưa nộp báo cáo" in str(blocked["detail"])


def test_evidence_is_added_read_and_taken_back(web: WebWorld) -> None:
    unit, office = web.program("unit"), web.program("coordinator")
    number = web.task("bc.thon-07")
    noted = unit.post(
        f"tasks/{number}/evidence/references",
        json={"title": "Biên bản rà soát", "number": "02/BB", "dated_on": "2024-10-01"},
    )
    assert (noted.status_code, noted.json()[0]["dated_on"]) == (201, "2024-10-01")
    kept = unit.post(f"tasks/{number}/evidence/files", files={"file": ("anh.png", PIXEL, "text/plain")})
    assert (kept.status_code, kept.json()[1]["media_type"]) == (201, "image/png"), kept.text
    got = office.get(f"tasks/{number}/evidence/{kept.json()[1]['id']}/file")
    assert (got.content, got.headers["content-type"]) == (PIXEL, "application/octet-stream")
    problem(
        unit.post(f"tasks/{number}/evidence/files", files={"file": ("a.pdf", b"MZ", "application/pdf")}), 422
    )
    restricted = web.task("tc08.tram-y-te")
    problem(clerk_of(web, "tram-y-te").post(
        f"tasks/{restricted}/evidence/files", files={"file": ("anh.png", PIXEL, "image/png")}
    ), 422)  # fmt: skip
    gone = unit.delete(f"tasks/{number}/evidence/{kept.json()[1]['id']}")
    assert [one["kind"] for one in gone.json()] == ["reference"]
    problem(unit.delete(f"tasks/{number}/evidence/{kept.json()[1]['id']}"), 404)


def test_a_substitute_is_named_and_sent_home(web: WebWorld) -> None:
    unit = web.program("unit")
    body = {"substitute_id": web.person("thon-08"), "from_on": "2024-10-21", "until_on": "2024-10-26"}
    named = unit.post("absences", json=body)
    assert (named.status_code, named.json()[0]["until_on"]) == (201, "2024-10-26")
    problem(unit.post("absences", json=body), 422)
    problem(unit.post("absences", json=body | {"substitute_id": 4711}), 404)
    assert unit.delete(f"absences/{named.json()[0]['number']}").json() == []
    problem(unit.delete(f"absences/{named.json()[0]['number']}"), 404)


def test_a_changed_plan_is_applied_as_it_was_seen(web: WebWorld) -> None:
    office = web.program("coordinator")
    content = FILE.read_text(encoding="utf-8")
    problem(office.post("plan/proposals", json={"file_name": "ke-hoach.toml", "content": content}), 422)
    problem(office.post("plan/proposals", json={"file_name": "x.toml", "content": "= ["}), 422)
    changed = content.replace("10/11/2024", "15/11/2024")
    seen = office.post("plan/proposals", json={"file_name": "ke-hoach.toml", "content": changed})
    assert seen.status_code == 201, seen.text
    assert {line["kind"] for line in seen.json()["lines"]} >= {"moved"}
    number = seen.json()["proposal"]["id"]
    problem(office.post(f"plan/proposals/{number}/apply", json={"seal": "x"}), 409)
    done = office.post(f"plan/proposals/{number}/apply", json={"seal": seen.json()["seal"]})
    assert done.json()["state"] == "applied", done.text
    problem(office.post(f"plan/proposals/{number}/drop"), 409)
    assert office.get("plan/proposals").json()[0]["state"] == "applied"


def test_people_are_changed_with_both_versions_shown_to_the_second(web: WebWorld) -> None:
    office = web.program("coordinator")
    number = web.person(PEOPLE["unit"])
    first = office.get(f"people/{number}")
    body = {
        name: first.json()[name] for name in ("name", "greeting", "parts", "email", "second_email", "quiet")
    } | {"email": "moi@hoang-dong.example"}
    done = office.put(f"people/{number}", json=body, headers={"If-Match": first.headers["etag"]})
    assert done.json()["email"] == "moi@hoang-dong.example", done.text
    late = problem(
        office.put(f"people/{number}", json=body, headers={"If-Match": first.headers["etag"]}), 412
    )
    assert (late["current"]["email"], late["yours"]["email"]) == ("moi@hoang-dong.example",) * 2
    wrong = problem(
        office.put(
            f"people/{number}", json=body | {"email": "x"}, headers={"If-Match": done.headers["etag"]}
        ),
        422,
    )
    assert [one["field"] for one in wrong["errors"]] == ["email"]
    gone = office.delete(f"people/{number}", headers={"If-Match": done.headers["etag"]})
    assert gone.json()["active"] is False
    assert office.post(f"people/{number}/return").json()["active"] is True
    made = office.post("people", json=body | {"name": "Người mới (ví dụ)", "email": "nm@hoang-dong.example"})
    assert made.status_code == 201


def test_points_are_confirmed_and_taken_back(web: WebWorld) -> None:
    office = web.program("coordinator")
    found = office.get("rules").json()
    no = next(one["no"] for one in found["criteria"] if not one["verified"])
    seen = office.get(f"rules/criteria/{no}")
    body = {"max_points": "50", "source": "Phụ lục, mục 2 (ví dụ)"}
    done = office.put(f"rules/criteria/{no}", json=body, headers={"If-Match": seen.headers["etag"]})
    assert (done.json()["max_points"], done.json()["verified"]) == (50, True), done.text
    problem(office.put(f"rules/criteria/{no}", json=body, headers={"If-Match": seen.headers["etag"]}), 412)
    back = office.delete(f"rules/criteria/{no}", headers={"If-Match": done.headers["etag"]})
    assert back.json() == seen.json()


def test_the_office_reminds_pauses_and_looks_after_messages(web: WebWorld) -> None:
    live(web)
    office = web.program("coordinator")
    late = [one["id"] for one in office.get("tasks?late=true").json()]
    before = web.dump()
    seen = office.post("nudges/rehearsal", json={"tasks": late[:3], "words": "Mong sớm nhận."}).json()
    assert web.dump() == before
    assert seen["letters"]
    assert all("Mong sớm nhận." in one["text"] for one in seen["letters"])
    body = {"tasks": late[:3], "words": "Mong sớm nhận.", "seal": seen["seal"]}
    assert office.post("nudges", json=body).status_code == 202
    problem(office.post("nudges", json=body), 409)
    problem(office.post("nudges", json={"tasks": late[:3]}), 422)
    coming = office.get("reminders/coming?days=30").json()
    one = next(it for it in coming if it["may_skip"])
    held = office.post(
        "reminders/skip",
        json={"person_id": one["person_id"], "on": one["at"][:10], "reason": "Đã gọi điện."},
    ).json()
    assert held[0]["mode"] == "skip"
    paused = office.post(
        "reminders/holds", json={"from_on": "2024-11-20", "last_on": "2024-11-21", "reason": "Bão."}
    )
    assert (paused.status_code, len(paused.json())) == (201, 2)
    assert len(office.delete(f"reminders/holds/{paused.json()[-1]['id']}").json()) == 1
    problem(office.delete(f"reminders/holds/{paused.json()[-1]['id']}"), 409)
    failed = office.get("messages?state=failed&limit=2").json()
    assert len(failed) == 2
    again = office.post(f"messages/{failed[0]['id']}/retry").json()
    assert again["message"]["state"] == "pending"
    journal = office.get("journal?limit=3").json()
    assert [one["seq"] for one in journal] == sorted((one["seq"] for one in journal), reverse=True)
    overview = web.program("leadership").get("overview").json()
    assert overview["total"] == 50
    assert overview["risks"]


# -------------------------------------------------------------------- form


def test_the_description_is_open_and_names_scope_and_roles(web: WebWorld) -> None:
    found = web.stranger().get(f"{PREFIX}/openapi.json").json()
    assert found["openapi"].startswith("3.")
    step = found["paths"]["/plan/steps/{trigger}"]["post"]
    assert step[SCOPE_MARK] == "stage"
    assert {"412", "428"} <= set(step["responses"])
    assert found["servers"] == [{"url": PREFIX}]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 422),
        (b"[" * 100_000, "application/json", 400),
        (b'{"words": "\\ud800", "tasks": [1]}', "application/json", 422),
        (b'{"\\ud800": 1}', "application/json", 422),
        (b"\xff\xfe", "application/json", 400),
        (b"tasks=1", "application/x-www-form-urlencoded", 422),
        (b"", "application/json", 422),
    ],
)
def test_a_body_that_cannot_be_read_is_told(web: WebWorld, content: bytes, kind: str, status: int) -> None:
    office = web.program("coordinator")
    answer = office.post("nudges/rehearsal", content=content, headers={"Content-Type": kind})
    assert problem(answer, answer.status_code)
    assert answer.status_code in {status, 400, 422}


def test_an_address_or_method_that_is_not_there_is_told(web: WebWorld) -> None:
    office = web.program("coordinator")
    problem(office.get("khong-co"), 404)
    wrong = office.patch("plan")
    problem(wrong, 405)
    assert "GET" in wrong.headers["allow"]
    problem(office.get("rules/bars/%0A"), 404)
    problem(office.get("tasks/0"), 422)
    problem(office.get("messages?before=99999999999"), 422)


def test_a_parameter_given_twice_is_refused_for_only_the_last_would_count(web: WebWorld) -> None:
    answer = web.program("coordinator").get("messages?kind=before&kind=overdue")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "query.kind")
