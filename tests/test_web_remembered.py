"""A page is remembered only while it could not come out differently: a commit, a minute or another person ends it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col
from web_world import WebWorld, csrf

from db.store import Store
from db.tables import Unit
from tasks.clock import ManualClock


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def test_the_same_question_is_answered_from_memory_with_the_same_bytes_and_headers(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    first = client.get("/bang")
    with web.counted() as statements:
        again = client.get("/bang")
    assert (statements, again.content, again.headers) == ([], first.content, first.headers)


def test_a_commit_by_another_process_ends_it(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    assert "Thôn số 7" in client.get("/bang").text
    other = Store(web.site.store.url)
    with other.write() as session:
        session.execute(update(Unit).where(col(Unit.key) == "thon-07").values(name="Thôn Bình Minh"))
    other.close()
    assert "Thôn Bình Minh" in client.get("/bang").text


def test_what_somebody_just_did_is_on_the_next_page(web: WebWorld) -> None:
    client = web.signed_in("unit")
    number = web.task("bc.thon-07")
    page = client.get(f"/viec/{number}").text
    assert "Mới giao" in page
    client.post(f"/viec/{number}/da-nhan", data={"csrf": csrf(page)}, follow_redirects=False)
    assert "Đã nhận" in client.get(f"/viec/{number}").text


def test_time_that_goes_by_ends_it(web: WebWorld) -> None:
    client = web.signed_in("coordinator")
    before = client.get("/bang").text
    web.world.clock.set(web.site.clock.now() + timedelta(days=1))
    assert client.get("/bang").text != before


def test_nobody_is_answered_with_anothers_page(web: WebWorld) -> None:
    coordinator, unit, stranger = web.signed_in("coordinator"), web.signed_in("unit"), web.stranger()
    assert coordinator.get("/thu").status_code == 200
    assert unit.get("/thu").status_code == 403
    assert stranger.get("/thu", follow_redirects=False).status_code == 303
    assert csrf(coordinator.get("/thiet-bi").text) != csrf(unit.get("/thiet-bi").text)


def test_a_session_that_was_ended_gets_no_remembered_page(web: WebWorld) -> None:
    client, thief = web.signed_in("coordinator"), web.stranger()
    thief.cookies.set("phien", client.cookies["phien"])
    assert thief.get("/bang").status_code == 200
    client.post("/ra", data={"csrf": csrf(client.get("/thiet-bi").text)})
    assert thief.get("/bang", follow_redirects=False).status_code == 303
