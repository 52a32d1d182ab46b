"""The fake's tokens: good for one use, rotating, and a new pair ends the old at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from zalo_caller import Caller
from zalo_fake import defaults
from zalo_fake.running import ZaloFake
from zalo_fake.tokens import challenge_of, proof_of

pytestmark = pytest.mark.slow

DAY = 86_400


def error_of(answer: httpx.Response) -> object:
    assert answer.status_code == 200
    return answer.json()["error"]


def code(caller: Caller, **more: str) -> str:
    answer = caller.agree(app_id=defaults.APP_ID, redirect_uri="https://xa.example/zalo?so=1", **more)
    assert answer.status_code == 302
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (asked["oa_id"], asked["so"]) == ([defaults.OA_ID], ["1"])
    return asked["code"][0]


def test_a_new_pair_has_its_life_as_text_and_ends_the_old_access_token_at_once(
    fake: ZaloFake, caller: Caller
) -> None:
    assert caller.phone()["error"] == 0
    pair = caller.refresh().json()
    assert pair.pop("expires_in") == "90000"
    assert pair == {"access_token": fake.tokens()["access"], "refresh_token": fake.tokens()["refresh"]}
    assert (caller.phone()["error"], caller.service()["error"]) == (-124, -216)
    caller.token = pair["access_token"]
    assert (caller.phone()["error"], caller.service()["error"]) == (0, 0)


def test_a_used_refresh_token_gets_an_empty_body_and_is_counted(fake: ZaloFake, caller: Caller) -> None:
    caller.refresh()
    again = caller.refresh()
    assert (again.status_code, again.content) == (200, b"")
    assert (fake.tokens()["refreshes"], fake.tokens()["consumed_reuse"]) == (1, 1)
    assert "access_token" in caller.refresh(fake.tokens()["refresh"]).json()


def test_of_many_that_refresh_at_once_one_gets_a_pair(fake: ZaloFake, caller: Caller) -> None:
    fake.fate("oauth", *["delay:0.1"] * 8)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: caller.refresh().content, range(8)))
    assert sorted(map(bool, answers)) == [False] * 7 + [True]
    assert fake.tokens()["consumed_reuse"] == 7


def test_a_refresh_whose_answer_is_lost_has_used_the_token_up(fake: ZaloFake, caller: Caller) -> None:
    fake.fate("oauth", "reset_before", "reset_after")
    for _ in range(2):
        with pytest.raises(httpx.ReadError):
            caller.refresh()
    assert fake.tokens()["refreshes"] == 1
    assert caller.refresh().content == b""


def test_each_mistake_has_its_code(fake: ZaloFake, caller: Caller) -> None:
    assert error_of(caller.refresh("never-given")) == -14014
    assert error_of(caller.refresh(secret="wrong")) == -14004
    assert error_of(caller.refresh(app_id="1")) == -14002
    assert error_of(caller.oauth(grant_type="password")) == -14018
    assert error_of(caller.oauth(grant_type="authorization_code", code="never-given")) == -14005
    assert error_of(caller.http.post("/v4/oa/access_token", json={"app_id": defaults.APP_ID})) == -14018
    fake.clock(91 * DAY)
    assert error_of(caller.refresh()) == -14020
    assert (fake.tokens()["refreshes"], fake.tokens()["refresh"]) == (0, defaults.FIRST_REFRESH)


def test_a_refusal_has_oauths_own_shape(fake: ZaloFake, caller: Caller) -> None:
    names = {"error", "error_name", "error_reason", "error_description", "ref_doc"}
    refused = caller.refresh("never-given").json()
    assert (set(refused), refused["error_name"]) == (names, "Invalid refresh token.")
    fake.set_tokens(quoted_errors=True)
    quoted = caller.refresh("never-given").json()
    assert (quoted["error"], quoted["access_token"], quoted["refresh_token"]) == ("-14014", "", "")


def test_an_access_token_runs_out_by_the_fakes_clock(fake: ZaloFake, caller: Caller) -> None:
    fake.clock(90_000 - 60)
    assert caller.phone()["error"] == 0
    fake.clock(90_000)
    assert (caller.phone()["error"], caller.group()["error"]) == (-124, -216)


def test_a_missing_or_foreign_token_is_refused_on_every_door(fake: ZaloFake, caller: Caller) -> None:
    for caller.token in (None, "foreign"):
        assert caller.phone()["error"] == -124
        for path in ("/message/status", "/message/quota", "/template/all", "/template/info/v2", "/quality"):
            assert error_of(caller.get(path)) == -124
        for path in (
            "/v2.0/oa/getoa",
            "/v3.0/oa/user/detail",
            "/v3.0/oa/user/getlist",
            "/v3.0/oa/group/getgroupsofoa",
        ):
            assert error_of(caller.get(path)) == -216
        assert {caller.user()["error"], caller.service()["error"], caller.group()["error"]} == {-216}
    assert fake.received() == []


def test_the_proof_is_asked_for_only_when_it_is_switched_on(fake: ZaloFake, caller: Caller) -> None:
    caller.proof = "anything"
    assert caller.phone()["error"] == 0
    fake.set_tokens(proof=True)
    assert (caller.phone()["error"], caller.service()["error"]) == (-1241, -242)
    caller.proof = ""
    assert (caller.phone()["error"], error_of(caller.get("/v2.0/oa/getoa"))) == (-1241, -242)
    caller.proof = proof_of(defaults.FIRST_ACCESS)
    assert (caller.phone()["error"], caller.service()["error"]) == (0, 0)


def test_a_code_is_good_once_for_ten_minutes_and_for_its_verifier(fake: ZaloFake, caller: Caller) -> None:
    def exchange(code: str, verifier: str) -> httpx.Response:
        return caller.oauth(grant_type="authorization_code", code=code, code_verifier=verifier)

    verifier = "v" * 43
    given = code(caller, code_challenge=challenge_of(verifier))
    pair = exchange(given, verifier).json()
    assert pair["access_token"] == fake.tokens()["access"]
    assert error_of(exchange(given, verifier)) == -14005
    assert error_of(exchange(code(caller, code_challenge=challenge_of(verifier)), "w" * 43)) == -14005
    late = code(caller)
    fake.clock(601)
    assert error_of(exchange(late, "")) == -14005
    assert caller.refresh().content == b""


def test_the_challenge_is_that_of_the_standard() -> None:
    # RFC 7636, appendix B
    verifier, challenge = (
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    )
    assert challenge_of(verifier) == challenge


def test_permission_is_refused_to_a_strange_app_or_address_and_gives_state_back_only_if_told_to(
    fake: ZaloFake, caller: Caller
) -> None:
    path, good = "/v4/oa/permission", "https://xa.example/zalo"
    assert error_of(caller.get(path, app_id="1", redirect_uri=good)) == -14002
    assert error_of(caller.get(path, app_id=defaults.APP_ID, redirect_uri="xa.example")) == -14003
    assert "Cho phép" in caller.get(path, app_id=defaults.APP_ID, redirect_uri=good, state="s1").text
    answer = caller.agree(app_id=defaults.APP_ID, redirect_uri=good, state="s1")
    assert "state" not in answer.headers["location"]
    fake.set_tokens(echo_state=True)
    answer = caller.agree(app_id=defaults.APP_ID, redirect_uri=good, state="s1")
    assert answer.headers["location"].endswith("state=s1")


def test_tests_may_let_tokens_run_out_be_used_up_or_be_replaced(fake: ZaloFake, caller: Caller) -> None:
    fake.set_tokens(consume_refresh=True)
    assert (caller.refresh().content, caller.phone()["error"]) == (b"", 0)
    fake.set_tokens(pair=["A2", "R2"], expires_in=3_600)
    assert caller.phone()["error"] == -124
    caller.token = "A2"
    assert caller.phone()["error"] == 0
    fake.set_tokens(expire_access=True)
    assert caller.phone()["error"] == -124
    fake.set_tokens(omit_refresh=True)
    answer = caller.refresh("R2").json()
    assert (answer["expires_in"], "refresh_token" in answer) == ("3600", False)
    assert {"A2", "R2", answer["access_token"]} <= set(fake.tokens()["issued"])


def test_somebody_else_may_refresh_in_between(fake: ZaloFake, caller: Caller) -> None:
    fake.set_tokens(rotate=True)
    assert (caller.phone()["error"], caller.refresh().content) == (-124, b"")
    caller.token = fake.tokens()["access"]
    assert caller.phone()["error"] == 0
