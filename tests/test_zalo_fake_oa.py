"""The fake's OA host: customer-service and group messages, the window of seven days, the limit of requests, questions."""

from __future__ import annotations

import json

import pytest
from zalo_caller import Caller, same_status
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow

HOUR = 3_600


def test_a_service_message_and_a_group_message_come_as_they_were_written(
    fake: ZaloFake, caller: Caller
) -> None:
    service, group = caller.service(text="Mai đến hạn"), caller.group(text="Cả nhóm ơi")
    assert service["data"]["user_id"] == "u1"
    assert service["data"]["quota"] == {"quota_type": "reply", "remain": "8", "total": "8"}
    assert group == {
        "error": 0, "message": "Success",
        "data": {"message_id": group["data"]["message_id"], "group_id": "g1"},
    }  # fmt: skip
    told = [(one["channel"], one["to"], one["text"], one["msg_id"]) for one in fake.received()]
    assert told == [
        ("oa_cs", "u1", "Mai đến hạn", service["data"]["message_id"]),
        ("oa_group", "g1", "Cả nhóm ơi", group["data"]["message_id"]),
    ]


@pytest.mark.parametrize(
    ("text", "code"), [("x" * 2_000, 0), ("ễ" * 2_000, 0), ("x" * 2_001, -210), ("", -201), ("  ", -201)]
)
def test_a_text_has_one_to_two_thousand_characters(
    fake: ZaloFake, caller: Caller, text: str, code: int
) -> None:
    assert (caller.service(text=text)["error"], caller.group(text=text)["error"]) == (code, code)
    assert len(fake.received()) == (2 if code == 0 else 0)


@pytest.mark.parametrize(
    "body", [{}, {"recipient": "u1"}, {"recipient": {"user_id": "u1"}, "message": {"text": 5}}]
)
def test_a_body_of_another_shape_is_refused(caller: Caller, body: dict[str, object]) -> None:
    assert same_status(caller.post("/v3.0/oa/message/cs", body))["error"] == -201
    assert same_status(caller.post("/v3.0/oa/group/message", body))["error"] == -201
    assert same_status(caller.post("/v3.0/oa/message/cs", b"no json"))["error"] == -201


def test_a_user_never_seen_and_a_group_not_known_are_refused(fake: ZaloFake, caller: Caller) -> None:
    refused = caller.service("7")
    assert (refused["error"], refused["message"]) == (-201, "user_id is invalid")
    assert caller.group("nhom-la")["error"] == -403
    fake.person("nhom-la", known=True)
    fake.say("oa", "7", "Chào")
    assert (caller.group("nhom-la")["error"], caller.service("7")["error"]) == (0, 0)
    fake.person("g1", known=False)
    assert caller.group()["error"] == -403


def test_seven_days_after_the_last_sign_of_life_nothing_may_be_written(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.person("u1", days_silent=6.9)
    assert caller.service()["data"]["quota"] == {"quota_type": "paid"}
    fake.quota(wallet="missing")
    assert caller.service()["error"] == -320
    fake.quota(wallet="empty")
    assert caller.service()["error"] == -321
    fake.person("u1", days_silent=7.1)
    assert caller.service()["error"] == -230
    fake.say("oa", "u1", "Có đây")
    assert caller.service()["data"]["quota"]["quota_type"] == "reply"
    fake.clock(49 * HOUR)
    fake.set_tokens(pair=["A", "R"])
    caller.token = "A"
    assert (caller.service()["error"], caller.group()["error"]) == (-321, 0)


@pytest.mark.parametrize("code", [-213, -217, -227, -232, -244])
def test_a_code_is_forced_upon_a_user(fake: ZaloFake, caller: Caller, code: int) -> None:
    fake.person("u1", code)
    assert (caller.service()["error"], caller.user()["error"]) == (code, code)
    assert (caller.service("u2")["error"], len(fake.received())) == (0, 1)


def test_every_answer_counts_the_requests_of_the_minute_and_too_many_are_refused(
    fake: ZaloFake, caller: Caller
) -> None:
    answer = caller.get("/v2.0/oa/getoa")
    assert (answer.headers["X-RateLimit-Limit"], answer.headers["X-RateLimit-Remain"]) == ("4000", "3999")
    fake.advance(60)
    fake.quota(per_minute=2)
    assert [caller.service()["error"] for _ in range(3)] == [0, 0, -32]
    fake.advance(60)
    assert caller.service()["error"] == 0


def test_the_oa_its_people_and_its_groups_can_be_asked_for(fake: ZaloFake, caller: Caller) -> None:
    def asked(path: str, **query: object) -> dict[str, object]:
        answer: dict[str, object] = same_status(caller.get(path, **query))
        return answer

    oa = asked("/v2.0/oa/getoa")["data"]
    assert isinstance(oa, dict)
    assert (oa["oa_id"], oa["oa_type"], oa["is_verified"]) == (defaults.OA_ID, "4", True)
    fake.say("oa", "9", "Chào")
    detail = asked("/v3.0/oa/user/detail", data=json.dumps({"user_id": "9"}))["data"]
    assert isinstance(detail, dict)
    assert detail["user_id"] == "9"
    assert asked("/v3.0/oa/user/detail", data=json.dumps({"user_id": "8"}))["error"] == -201
    assert asked("/v3.0/oa/user/detail", data="9")["error"] == -201
    people = asked("/v3.0/oa/user/getlist", data=json.dumps({"offset": 0, "count": 50}))["data"]
    assert people == {
        "total": "2", "count": "2", "offset": "0", "users": [{"user_id": "9"}, {"user_id": defaults.ADMIN_USERS[0]}],
    }  # fmt: skip
    assert asked("/v3.0/oa/user/getlist", data=json.dumps({"offset": 0, "count": 51}))["error"] == -201
    groups = asked("/v3.0/oa/group/getgroupsofoa", offset=1, count=5)["data"]
    assert isinstance(groups, dict)
    assert (groups["total"], [one["group_id"] for one in groups["groups"]]) == ("2", ["g2"])
    assert same_status(caller.post("/v3.0/oa/quota/message", {}))["data"][0]["remain"] == "20000"


def test_withdrawn_doors_are_not_there(caller: Caller) -> None:
    for path in ("/v3.0/oa/message/transaction", "/v3.0/oa/message/promotion"):
        assert caller.post(path, {}).status_code == 404
