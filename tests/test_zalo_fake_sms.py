"""The fake of eSMS: a caller's number makes a second request harmless, and it calls back until it is answered."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from zalo_caller import PHONE, Call, Caller, Hook, same_status
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow


@pytest.fixture
def fake(process: ZaloFake) -> ZaloFake:
    process.reset()
    process.webhook(ladder_scale=0.0005)
    return process


def asked(call: Call) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(call.path).query))


def test_an_accepted_message_has_a_number(fake: ZaloFake, caller: Caller) -> None:
    answer = caller.sms("0912345678")
    (came,) = fake.received("sms")
    assert answer == {"CodeResult": "100", "CountRegenerate": 0, "SMSID": came["msg_id"]}
    assert (came["to"], came["text"], came["tracking_id"]) == ("0912345678", "Nhac viec", "r-1")
    assert [one["n"] for one in fake.received("sms", PHONE)] == [1]


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("101", {"ApiKey": "khac"}), ("101", {"SecretKey": "khac"}), ("108", {"Phone": "12"}), ("99", {"Content": ""}),
        ("104", {"Brandname": "KHAC"}), ("100", {"Brandname": "", "SmsType": "8"}), ("100", {"Phone": "0912345678"}),
    ],
)  # fmt: skip
def test_each_check_has_its_code(fake: ZaloFake, caller: Caller, code: str, changes: dict[str, str]) -> None:
    answer = caller.sms(**changes)
    assert (answer["CodeResult"], "ErrorMessage" in answer) == (code, code != "100")
    assert len(fake.received()) == (code == "100")


def test_a_request_number_taken_on_before_sends_nothing_again_even_when_its_answer_was_lost(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.fate("sms", "reset_after")
    with pytest.raises(httpx.ReadError):
        caller.sms()
    assert [caller.sms()["CodeResult"] for _ in range(2)] == ["124", "124"]
    assert len(fake.received()) == 1
    fake.fate("sms", "error:99", "reset_before")
    assert caller.sms(RequestId="r-2")["CodeResult"] == "99"
    with pytest.raises(httpx.ReadError):
        caller.sms(RequestId="r-2")
    assert caller.sms(RequestId="r-2")["CodeResult"] == "100"
    assert [caller.sms(RequestId="")["CodeResult"] for _ in range(2)] == ["100", "100"]


def test_money_runs_out_and_texts_must_be_registered(fake: ZaloFake, caller: Caller) -> None:
    fake.sms(balance=1)
    assert [caller.sms(RequestId=f"a{number}")["CodeResult"] for number in range(2)] == ["100", "103"]
    fake.sms(balance=9, templates=["Nhac viec: .*"])
    assert caller.sms(RequestId="b")["CodeResult"] == "146"
    assert caller.sms(RequestId="c", Content="Nhac viec: nop bao cao")["CodeResult"] == "100"
    fake.person(PHONE, 140)
    assert caller.sms(RequestId="d", Content="Nhac viec: nop bao cao")["CodeResult"] == "140"


def test_a_rehearsal_is_accepted_and_comes_to_nobody(fake: ZaloFake, caller: Caller) -> None:
    assert caller.sms(Sandbox="1")["CodeResult"] == "100"
    assert [(one["accepted"], one["received"]) for one in fake.sends()] == [(True, False)]


def test_what_is_no_json_is_refused(caller: Caller) -> None:
    answer = caller.http.post("/MainService.svc/json/SendMultipleMessage_V4_post_json/", content=b"Phone=1")
    assert same_status(answer)["CodeResult"] == "99"


def test_it_calls_back_with_a_get_that_keeps_the_addresss_own_query(
    fake: ZaloFake, caller: Caller, hook: Hook
) -> None:
    number = caller.sms(CallbackUrl=f"{hook.url}?khoa=k1")["SMSID"]
    (call,) = hook.wait(1)
    assert (call.method, urlsplit(call.path).path) == ("GET", "/zalo")
    assert asked(call) == {
        "khoa": "k1", "SMSID": number, "SendStatus": "5", "SendSuccess": "1", "SendFailed": "0", "RequestId": "r-1",
        "telcoid": "1", "phonenumber": PHONE,
    }  # fmt: skip


def test_it_calls_back_up_to_five_times(fake: ZaloFake, caller: Caller, hook: Hook) -> None:
    hook.answers.extend([(500, 0)] * 2)
    caller.sms(CallbackUrl=hook.url)
    hook.wait(3)
    fake.sms(callback=False)
    caller.sms(RequestId="r-2", CallbackUrl=hook.url)
    hook.calls.clear()
    hook.answers.extend([(500, 0)] * 9)
    tries = fake.callback(request_id="r-2")
    assert ([one["status"] for one in tries], len(hook.calls)) == ([500] * 5, 5)


def test_a_test_may_have_a_failure_called_back_more_than_once(
    fake: ZaloFake, caller: Caller, hook: Hook
) -> None:
    fake.sms(callback=False)
    number = caller.sms(CallbackUrl=hook.url)["SMSID"]
    assert [one["status"] for one in fake.callback(sms_id=number, failed=True, copies=2)] == [200, 200]
    assert [(asked(call)["SendSuccess"], asked(call)["SendFailed"]) for call in hook.calls] == [
        ("0", "1")
    ] * 2
    with pytest.raises(ValueError, match="no such message"):
        fake.callback(sms_id="khong-co")
