"""Deadlines in people's own calendars: on the right local day, the same entry through changes, ended at will."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from hoang_dong import OFFICER
from icalendar import Calendar
from starlette.testclient import TestClient
from web_world import PEOPLE, WebWorld, csrf, path_of

from db.store import Store
from db.tables import Person
from tasks import extending, reporting
from tasks.actor import Actor
from tasks.clock import ManualClock

LAST_WORKING_DAY = date(2024, 11, 8)


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def feed_of(client: TestClient) -> str:
    page = client.post("/lich", data={"csrf": csrf(client.get("/lich").text), "viec": "mo"}).text
    found = re.search(r'value="([^"]+\.ics)"', page)
    assert found
    return path_of(found[1])


def events(web: WebWorld, path: str) -> dict[str, tuple[date, str]]:
    answer = web.stranger().get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    calendar = Calendar.from_ical(answer.content)
    return {str(one["uid"]): (one["dtstart"].dt, str(one["summary"])) for one in calendar.walk("VEVENT")}


def test_a_unit_has_its_deadline_on_the_last_working_day_in_any_time_zone(web: WebWorld) -> None:
    path = feed_of(web.signed_in("unit"))
    found = events(web, path)
    number = web.task("bc.thon-07")
    day, summary = found[f"viec-{number}@mangnon.example"]
    assert (day, type(day)) == (LAST_WORKING_DAY, date)
    assert summary.startswith("Hạn: ")
    assert all(uid.startswith("viec-") for uid in found)


def test_the_entry_keeps_its_name_when_the_deadline_moves_and_says_when_it_is_done(web: WebWorld) -> None:
    path, number = feed_of(web.signed_in("unit")), web.task("bc.thon-07")
    uid, now = f"viec-{number}@mangnon.example", web.site.clock.now()
    first = web.stranger().get(path)
    assert web.stranger().get(path, headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    web.world.do(
        lambda s: extending.extend(
            s, number, wanted_on=date(2024, 11, 24), reason="Mưa lũ.", by=OFFICER, now=now
        )
    )
    changed = web.stranger().get(path, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200
    assert events(web, path)[uid][0] == date(2024, 11, 22)
    unit = Actor("Trưởng thôn", "unit")
    web.world.do(lambda s: reporting.submit_report(s, number, figures=[], note="Xong.", by=unit, now=now))
    assert events(web, path)[uid][1].startswith("Đã nộp: ")


def test_the_office_sees_each_deadline_once_with_how_many_are_missing(web: WebWorld) -> None:
    number, now = web.task("bc.thon-07"), web.site.clock.now()
    web.world.do(
        lambda s: extending.extend(
            s, number, wanted_on=date(2024, 11, 24), reason="Mưa lũ.", by=OFFICER, now=now
        )
    )
    found = events(web, feed_of(web.signed_in("leadership")))
    days = [day for day, _ in found.values()]
    assert len(days) == len(set(days)) == 2
    assert re.fullmatch(r"Hạn của \d+ việc: còn \d+ chưa nộp", dict(found.values())[LAST_WORKING_DAY])


def test_reading_the_feed_changes_nothing_and_the_next_day_is_the_same_feed(web: WebWorld) -> None:
    path = feed_of(web.signed_in("unit"))
    before = web.dump()
    tag = web.stranger().get(path).headers["etag"]
    assert web.dump() == before
    web.world.clock.set(web.site.clock.now() + timedelta(days=1))
    assert web.stranger().get(path, headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("deed", ["thu-hoi", "doi"])
def test_an_address_taken_back_or_changed_answers_no_more(web: WebWorld, deed: str) -> None:
    client = web.signed_in("unit")
    path = feed_of(client)
    token = csrf(client.get("/lich").text)
    page = client.post("/lich", data={"csrf": token, "viec": deed}).text
    gone = web.stranger().get(path)
    assert (gone.status_code, "thu hồi" in gone.text) == (410, True)
    assert (".ics" in page) == (deed == "doi")
    if deed == "thu-hoi":
        assert client.post("/lich", data={"csrf": token, "viec": deed}).status_code == 409


@pytest.mark.parametrize("token", ["x", "a" * 5000, "1.2.3", "%2e%2e", "MQ.AAAA", "😀"])
def test_a_forged_address_opens_nothing(web: WebWorld, token: str) -> None:
    assert web.stranger().get(f"/lich/{token}.ics").status_code in {404, 410}


def test_somebody_who_left_has_no_calendar_any_more(web: WebWorld) -> None:
    path = feed_of(web.signed_in("unit"))
    web.world.do(lambda s: setattr(s.get_one(Person, web.person(PEOPLE["unit"])), "active", False))
    assert web.stranger().get(path).status_code == 410


def test_lines_are_folded_as_the_standard_says_and_letters_stay_whole(web: WebWorld) -> None:
    path = feed_of(web.signed_in("leadership"))
    body = web.stranger().get(path).content
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert "việc: còn" in body.replace(b"\r\n ", b"").decode()
