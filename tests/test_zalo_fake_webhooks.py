"""The fake's webhook sender: signatures over the bytes, events, tries again, duplicates, and letters out of order."""

from __future__ import annotations

import hashlib
import json
import time
from itertools import pairwise

import pytest
from zalo_caller import PHONE, Call, Caller, Hook
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow


@pytest.fixture
def fake(process: ZaloFake, hook: Hook) -> ZaloFake:
    process.reset()
    process.webhook(hook.url, ladder_scale=0.00002)
    return process


def signed(call: Call) -> bool:
    timestamp = json.loads(call.body).get("timestamp") or call.headers["x-zevent-timestamp"]
    right = hashlib.sha256(
        defaults.APP_ID.encode() + call.body + timestamp.encode() + defaults.WEBHOOK_KEY.encode()
    )
    return call.headers["x-zevent-signature"] == f"mac={right.hexdigest()}"


def test_what_a_person_writes_comes_signed_over_its_very_bytes(fake: ZaloFake, hook: Hook) -> None:
    (tried,) = fake.say("oa", "u1", "Gia hạn đến 20/11")
    (call,) = hook.calls
    assert (tried["status"], tried["num_retry"], signed(call)) == (200, 0, True)
    assert (call.headers["user-agent"], call.headers["x-zevent-server"]) == ("ZaloWebhook", "OA OpenAPI")
    assert "num_retry" not in call.headers
    assert b'"Gia h\xe1\xba\xa1n' in call.body
    body = json.loads(call.body)
    message = body["message"]
    assert (body["event_name"], body["app_id"], message["text"]) == (
        "user_send_text",
        defaults.APP_ID,
        "Gia hạn đến 20/11",
    )
    assert (body["sender"], body["recipient"]) == ({"id": "u1"}, {"id": defaults.OA_ID})
    assert (body["timestamp"].isdecimal(), message["msg_id"] != "") == (True, True)


def test_what_is_written_in_a_group_names_the_group(fake: ZaloFake, hook: Hook) -> None:
    fake.say("oa", "u1", "NHAN", group="g1")
    body = json.loads(hook.calls[0].body)
    assert (body["event_name"], body["recipient"], body["oa_id"]) == (
        "user_send_group_text", {"id": "g1"}, defaults.OA_ID,
    )  # fmt: skip


def test_signatures_may_be_wrong_or_missing_and_a_timestamp_may_stand_in_a_header_only(
    fake: ZaloFake, hook: Hook
) -> None:
    for signature in ("wrong", "missing"):
        fake.say("oa", "u1", "x", signature=signature)
    fake.say("oa", "u1", "x", stamp="header")
    fake.event("probe")
    wrong, missing, header, probe = hook.calls
    assert (wrong.headers["x-zevent-signature"][:4], signed(wrong)) == ("mac=", False)
    assert "x-zevent-signature" not in missing.headers
    assert ("timestamp" in json.loads(header.body), signed(header)) == (False, True)
    assert (probe.body, "x-zevent-signature" in probe.headers) == (b"{}", False)


def test_a_letter_that_is_not_answered_with_200_comes_again_with_its_number_until_the_webhook_is_given_up(
    fake: ZaloFake, hook: Hook
) -> None:
    hook.answers.extend([(500, 0), (302, 0)])
    tries = fake.say("oa", "u1", "x")
    assert [(one["status"], one["num_retry"]) for one in tries] == [(500, 0), (302, 1), (200, 2)]
    assert [call.headers.get("num_retry") for call in hook.calls] == [None, "1", "2"]
    assert len({call.body for call in hook.calls}) == 1
    hook.answers.extend([(500, 0)] * 6)
    assert [one["status"] for one in fake.say("oa", "u1", "y")] == [500] * 6
    assert (fake.health()["webhook_disabled"], fake.say("oa", "u1", "z")) == (True, [])
    fake.webhook(hook.url)
    assert [one["status"] for one in fake.say("oa", "u1", "z")] == [200]


def test_the_waits_between_tries_are_zalos_shrunk(fake: ZaloFake, hook: Hook) -> None:
    fake.webhook(ladder_scale=0.0005)
    hook.answers.extend([(500, 0)] * 4)
    fake.say("oa", "u1", "x")
    times = [call.at for call in hook.calls]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    for gap, wait in zip(gaps, (30, 300, 900, 1_800), strict=True):
        assert wait * 0.0005 - 0.01 <= gap <= wait * 0.0005 + 0.5


def test_two_seconds_are_too_long(fake: ZaloFake, hook: Hook) -> None:
    hook.answers.append((200, 2.3))
    late, again = fake.say("oa", "u1", "x")
    assert (late["status"], late["trouble"], again["status"]) == (0, "timeout", 200)
    assert 1.9 <= late["seconds"] < 2.3
    fake.webhook(limit_seconds=0.1)
    hook.answers.append((200, 0.3))
    assert [one["status"] for one in fake.say("oa", "u1", "x")] == [0, 200]


def test_a_webhook_that_nobody_serves_is_tried_and_given_up(fake: ZaloFake) -> None:
    fake.webhook("http://127.0.0.1:9/zalo")
    tries = fake.event("follow", sender="u1")
    assert [(one["status"], one["trouble"] != "") for one in tries] == [(0, True)] * 6


def test_with_waits_of_full_length_the_first_try_is_told_at_once_and_a_reset_ends_the_rest(
    fake: ZaloFake, hook: Hook
) -> None:
    fake.webhook(ladder_scale=0.02)
    hook.answers.append((500, 0))
    assert [one["status"] for one in fake.say("oa", "u1", "x")] == [500]
    assert hook.wait(2)[1].headers["num_retry"] == "1"
    hook.answers.append((500, 0))
    fake.say("oa", "u1", "y")
    fake.reset()
    time.sleep(0.8)
    assert len(hook.calls) == 3


def test_the_same_letter_may_come_more_than_once_and_letters_out_of_order(
    fake: ZaloFake, caller: Caller, hook: Hook
) -> None:
    number = caller.phone()["data"]["msg_id"]
    tries = fake.event(
        ["user_received_message", "user_seen_message"], msg_id=number, copies=2, order="reversed"
    )
    assert len(tries) == 4
    bodies = [json.loads(call.body) for call in hook.calls]
    assert [one["event_name"] for one in bodies] == ["user_seen_message"] * 2 + ["user_received_message"] * 2
    assert bodies[0]["timestamp"] > bodies[2]["timestamp"]
    assert all(signed(call) for call in hook.calls)
    assert bodies[0]["message"]["msg_ids"] == [number]
    assert bodies[0]["sender"] == {"id": PHONE}


def test_a_delivery_carries_the_callers_number_only_for_templates_by_telephone(
    fake: ZaloFake, caller: Caller, hook: Hook
) -> None:
    phone, user = caller.phone()["data"]["msg_id"], caller.user(tracking_id="x")["data"]["message_id"]
    fake.event("user_received_message", tracking_id="nhac-1")
    fake.event("user_received_message", msg_id=user)
    fake.event("user_received_message", msg_id="la", sender="u9")
    by_phone, by_user, strange = (json.loads(call.body) for call in hook.calls)
    assert [call.headers["x-zevent-server"] for call in hook.calls] == ["ZNS", "OA OpenAPI", "OA OpenAPI"]
    message = by_phone["message"]
    assert (message["msg_id"], message["tracking_id"], by_phone["recipient"]) == (
        phone,
        "nhac-1",
        {"id": PHONE},
    )
    assert message["delivery_time"].isdecimal()
    assert (by_user["message"]["msg_id"], "tracking_id" in by_user["message"]) == (user, False)
    assert (strange["message"]["msg_id"], strange["recipient"]) == ("la", {"id": "u9"})


def test_what_was_received_is_reported_by_itself_if_wanted(
    fake: ZaloFake, caller: Caller, hook: Hook
) -> None:
    fake.webhook(auto_deliver=True)
    fake.person("c1", known=True)
    fake.fate("template_phone", "lost", "error:-118", "ok")
    numbers = [caller.phone().get("data", {}).get("msg_id") for _ in range(3)][2:]
    numbers += [answer["data"]["message_id"] for answer in (caller.user(), caller.service(), caller.group())]
    caller.write()
    hook.wait(4)
    time.sleep(0.1)
    assert sorted(json.loads(call.body)["message"]["msg_id"] for call in hook.calls) == sorted(numbers)
    assert all(signed(call) for call in hook.calls)


def test_who_follows_may_be_written_to(fake: ZaloFake, caller: Caller, hook: Hook) -> None:
    assert caller.service("55")["error"] == -201
    fake.event("follow", sender="55")
    fake.event("unfollow", sender="55")
    follow, unfollow = (json.loads(call.body) for call in hook.calls)
    assert (follow["event_name"], follow["follower"], follow["oa_id"]) == (
        "follow",
        {"id": "55"},
        defaults.OA_ID,
    )
    assert unfollow["event_name"] == "unfollow"
    assert caller.service("55")["error"] == 0


def test_any_other_event_is_made_of_the_given_fields(fake: ZaloFake, hook: Hook) -> None:
    fields = {"template_id": "300001", "status": {"prev": "ENABLE", "new": "DISABLE"}, "reason": "…"}
    fake.event("change_template_status", fields=fields, timestamp="1790000000000")
    body = json.loads(hook.calls[0].body)
    assert fields.items() <= body.items()
    assert (body["event_name"], body["timestamp"], signed(hook.calls[0])) == (
        "change_template_status", "1790000000000", True,
    )  # fmt: skip
