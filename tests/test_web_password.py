"""A password for those who want one: hashed, never told apart from a wrong address, and easily given up."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col
from starlette.testclient import TestClient
from web_world import PEOPLE, WebWorld, csrf

from db.store import Store
from db.tables import ContactPoint, PasswordHash
from tasks.clock import ManualClock

GOOD = "tre giữ làng giữ nước"


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def choose(client: TestClient, **fields: str) -> str:
    return client.post("/mat-khau", data={"csrf": csrf(client.get("/mat-khau").text), **fields}).text


def address(web: WebWorld, role: str = "leadership") -> str:
    query = select(col(ContactPoint.address)).where(col(ContactPoint.person_id) == web.person(PEOPLE[role]))
    return str(web.world.do(lambda s: s.execute(query).scalars().first()))


def test_a_password_is_kept_as_an_argon2_hash_and_lets_its_owner_in(web: WebWorld) -> None:
    assert "Đã đặt mật khẩu" in choose(web.signed_in("leadership"), moi=GOOD, lai=GOOD)
    assert web.world.do(lambda s: s.execute(select(col(PasswordHash.hash))).scalar_one()).startswith(
        "$argon2"
    )
    client = web.stranger()
    answer = client.post("/vao/mat-khau", data={"thu": address(web).upper(), "mat_khau": GOOD})
    assert answer.status_code == 200
    assert client.get("/bang").status_code == 200


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(web: WebWorld) -> None:
    choose(web.signed_in("leadership"), moi=GOOD, lai=GOOD)
    answers = {
        web.stranger().post("/vao/mat-khau", data={"thu": who, "mat_khau": typed}).text.replace(who, "")
        for who, typed in ((address(web), "sai mật khẩu rồi"), ("khong.co@commune.example", GOOD))
    }
    assert len(answers) == 1
    assert "không đúng" in answers.pop()


def test_guessing_is_stopped_after_a_few_tries(web: WebWorld) -> None:
    client = web.stranger()
    tries = [client.post("/vao/mat-khau", data={"thu": "a@b.example", "mat_khau": "x"}) for _ in range(4)]
    assert [one.status_code for one in tries] == [422, 422, 422, 429]
    assert int(tries[-1].headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("moi", "lai", "said"),
    [
        ("mười một ký", "mười một ký", "ít nhất 12"),
        (GOOD, GOOD + "x", "chưa giống"),
        ("a" * 201, "a" * 201, "dài nhất"),
    ],
)
def test_a_password_that_cannot_be_taken_is_told_beside_the_field(
    web: WebWorld, moi: str, lai: str, said: str
) -> None:
    page = choose(web.signed_in("coordinator"), moi=moi, lai=lai)
    assert said in page.partition('id="moi-sai"')[2].partition("</p>")[0]
    assert moi not in page


def test_giving_the_password_up_signs_out_whoever_came_in_by_it(web: WebWorld) -> None:
    owner = web.signed_in("leadership")
    choose(owner, moi=GOOD, lai=GOOD)
    other = web.stranger()
    other.post("/vao/mat-khau", data={"thu": address(web), "mat_khau": GOOD})
    assert "Đã bỏ mật khẩu" in choose(owner, bo="1")
    assert other.get("/bang", follow_redirects=False).status_code == 303
    again = web.stranger().post("/vao/mat-khau", data={"thu": address(web), "mat_khau": GOOD})
    assert again.status_code == 422
    assert owner.get("/bang").status_code == 200


def test_another_sites_page_cannot_sign_somebody_in(web: WebWorld) -> None:
    choose(web.signed_in("leadership"), moi=GOOD, lai=GOOD)
    sent = {"thu": address(web), "mat_khau": GOOD}
    answer = web.stranger().post("/vao/mat-khau", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, "set-cookie" in answer.headers) == (403, False)
