"""The fake's Bot API: a static token, chats that have to write first, updates by asking or by webhook."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from zalo_caller import Caller, Hook, same_status
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow

SECRET = defaults.WEBHOOK_SECRET_TOKEN


def test_the_bot_knows_itself(caller: Caller) -> None:
    me = same_status(caller.bot("getMe"))
    assert (me["ok"], me["result"]["id"], me["result"]["account_type"]) == (True, defaults.BOT_ID, "BASIC")
    assert same_status(caller.http.post(f"/bot{defaults.BOT_TOKEN}/getMe"))["ok"] is True


def test_a_wrong_token_is_401_inside_an_answer_of_200_or_of_its_own_status(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.person("c1", known=True)
    caller.bot_token = "1:Khac"
    refused = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    for method in ("getMe", "sendMessage", "setWebhook", "getUpdates", "sendChatAction"):
        answer = caller.bot(method, chat_id="c1", text="x")
        assert (answer.status_code, answer.json()) == (200, refused)
    fake.bot(matching_status=True)
    answer = caller.write()
    assert (answer.status_code, answer.json()) == (401, refused)
    fake.bot(matching_status=False)
    caller.bot_token = defaults.BOT_TOKEN
    fake.fate("bot", "status:401", "error:401", "status:429", "error:429")
    answers = [caller.write() for _ in range(4)]
    assert [one.status_code for one in answers] == [401, 200, 429, 200]
    assert [(one.json()["ok"], one.json()["error_code"]) for one in answers] == [
        (False, 401), (False, 401), (False, 429), (False, 429),
    ]  # fmt: skip
    assert fake.received() == []


def test_a_method_that_does_not_exist_is_not_found(caller: Caller) -> None:
    answer = caller.bot("sendLove")
    assert (answer.status_code, answer.json()["error_code"]) == (404, 404)


def test_a_chat_must_write_before_it_is_written_to(fake: ZaloFake, caller: Caller) -> None:
    refused = same_status(caller.write())
    assert (refused["ok"], refused["error_code"]) == (False, 400)
    fake.say("bot", "c1", "Chào")
    sent = same_status(caller.write(text="Chào bác"))["result"]
    assert isinstance(sent["date"], int)
    (came,) = fake.received()
    assert (came["msg_id"], came["to"], came["text"]) == (sent["message_id"], "c1", "Chào bác")
    fake.person("c2", known=True)
    assert same_status(caller.write("c2"))["ok"] is True


@pytest.mark.parametrize(
    ("text", "good"), [("x", True), ("ễ" * 2_000, True), ("x" * 2_001, False), ("", False), (" ", False)]
)
def test_a_text_has_one_to_two_thousand_characters(
    fake: ZaloFake, caller: Caller, text: str, good: bool
) -> None:
    fake.person("c1", known=True)
    answer = same_status(caller.write(text=text))
    assert (answer["ok"], answer.get("error_code", 0), len(fake.received())) == (
        good,
        0 if good else 400,
        good,
    )


def test_pictures_stickers_and_voices_are_sent_and_a_sign_of_typing_is_not_kept(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.person("c1", known=True)
    assert same_status(caller.bot("sendPhoto", chat_id="c1", photo="https://anh.example/1", caption="Sơ đồ"))[
        "ok"
    ]
    assert same_status(caller.bot("sendSticker", chat_id="c1", sticker="s1"))["ok"]
    assert same_status(caller.bot("sendVoice", chat_id="c1", voice_url="https://anh.example/1.aac"))["ok"]
    assert same_status(caller.bot("sendChatAction", chat_id="c1", action="typing"))["ok"]
    assert same_status(caller.bot("sendPhoto", chat_id="c1"))["error_code"] == 400
    assert [(one["media"], one["text"]) for one in fake.received()] == [
        ("https://anh.example/1", "Sơ đồ"), ("s1", None), ("https://anh.example/1.aac", None),
    ]  # fmt: skip


def test_a_code_is_forced_upon_a_chat(fake: ZaloFake, caller: Caller) -> None:
    fake.person("c1", 403, known=True)
    assert same_status(caller.write())["error_code"] == 403
    fake.person("c1", None)
    assert same_status(caller.write())["ok"] is True


def test_updates_come_one_at_a_time_and_then_are_gone(fake: ZaloFake, caller: Caller) -> None:
    fake.say("bot", "c1", "NHAN", name="Bác Năm")
    fake.say("bot", "c2", "XONG", group="nhom-1")
    first, second = (same_status(caller.bot("getUpdates", timeout=1))["result"] for _ in range(2))
    assert first["event_name"] == "message.text.received"
    message = first["message"]
    assert message["from"] == {"id": "c1", "display_name": "Bác Năm", "is_bot": False}
    assert (message["chat"], message["text"]) == ({"id": "c1", "chat_type": "PRIVATE"}, "NHAN")
    assert second["message"]["chat"] == {"id": "nhom-1", "chat_type": "GROUP"}
    assert message["message_id"] != second["message"]["message_id"]
    assert same_status(caller.bot("getUpdates", timeout=0))["error_code"] == 408
    assert same_status(caller.write("nhom-1"))["ok"] is True
    assert same_status(caller.write("c2"))["error_code"] == 400


def test_408_when_nothing_comes_in_time_and_at_once_when_something_does(
    fake: ZaloFake, caller: Caller
) -> None:
    began = time.monotonic()
    nothing = same_status(caller.bot("getUpdates", timeout=0.3))
    assert (nothing["ok"], nothing["error_code"]) == (False, 408)
    assert 0.25 < time.monotonic() - began < 2
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(caller.bot, "getUpdates", timeout=10)
        time.sleep(0.2)
        fake.say("bot", "c1", "Chào")
        assert asked.result(2).json()["result"]["message"]["text"] == "Chào"


def test_an_update_is_not_given_to_somebody_who_has_gone(fake: ZaloFake, caller: Caller) -> None:
    body = b'{"timeout":30}'
    head = (
        f"POST /bot{defaults.BOT_TOKEN}/getUpdates HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", fake.port)) as line:
        line.sendall(head.encode() + body)
        time.sleep(0.2)
    time.sleep(0.1)
    fake.say("bot", "c1", "Chào")
    assert same_status(caller.bot("getUpdates", timeout=1))["result"]["message"]["text"] == "Chào"


def test_a_webhook_takes_the_place_of_asking(fake: ZaloFake, caller: Caller, hook: Hook) -> None:
    result = same_status(caller.bot("setWebhook", url=hook.url, secret_token=SECRET))["result"]
    assert (result["url"], isinstance(result["updated_at"], int)) == (hook.url, True)
    assert same_status(caller.bot("getWebhookInfo"))["result"] == result
    refused = same_status(caller.bot("getUpdates", timeout=1))
    assert (refused["ok"], refused["error_code"]) == (False, 400)
    (tried,) = fake.say("bot", "c1", "Chào")
    assert (tried["status"], tried["seconds"] < 1) == (200, True)
    (call,) = hook.calls
    assert (call.headers["x-bot-api-secret-token"], call.headers["content-type"]) == (
        SECRET,
        "application/json",
    )
    told = json.loads(call.body)
    assert (told["ok"], told["result"]["message"]["text"]) == (True, "Chào")
    assert same_status(caller.bot("deleteWebhook"))["result"]["url"] == ""
    assert same_status(caller.bot("getUpdates", timeout=0))["error_code"] == 408


@pytest.mark.parametrize(
    ("url", "secret", "good"),
    [
        ("https://xa.example/bot", SECRET, True), ("https://xa.example/bot", "x" * 7, False),
        ("https://xa.example/bot", "x" * 257, False), ("http://xa.example/bot", SECRET, False),
        ("http://127.0.0.1:1/bot", SECRET, True), ("xa.example", SECRET, False), ("", SECRET, False),
    ],
)  # fmt: skip
def test_a_webhook_needs_https_and_a_secret(caller: Caller, url: str, secret: str, good: bool) -> None:
    answer = same_status(caller.bot("setWebhook", url=url, secret_token=secret))
    assert (answer["ok"], answer.get("error_code", 0)) == (good, 0 if good else 400)


def test_a_webhook_also_meets_wrong_secrets_bare_bodies_duplicates_and_other_kinds(
    fake: ZaloFake, hook: Hook
) -> None:
    fake.say("bot", "c1", "1", webhook=hook.url, signature="wrong", bare=True)
    fake.say("bot", "c1", "2", webhook=hook.url, signature="missing", what="sticker")
    assert len(fake.say("bot", "c1", "3", webhook=hook.url, copies=3, at_once=True)) == 3
    wrong, missing, *copies = hook.calls
    assert wrong.headers["x-bot-api-secret-token"] != SECRET
    assert json.loads(wrong.body)["event_name"] == "message.text.received"
    assert "x-bot-api-secret-token" not in missing.headers
    told = json.loads(missing.body)["result"]
    assert (told["event_name"], "text" in told["message"]) == ("message.sticker.received", False)
    assert len({call.body for call in copies}) == 1
    assert {call.headers["x-bot-api-secret-token"] for call in copies} == {SECRET}
