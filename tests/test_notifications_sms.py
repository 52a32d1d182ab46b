"""A text message goes out once, however often it is asked for, and each answer of eSMS has its class. Against the fake."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import pytest
from channel_world import (
    AT_NIGHT,
    MESSAGE,
    MORNING,
    PHONE,
    Mark,
    fresh,
    kind,
    outcome,
    patience,
    send,
    sms_channel,
    through,
    to,
)
from raw_server import RawServer, Visit
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from notifications.channels.base import ChannelError, Receipt
from notifications.channels.esms_codes import ESMS
from notifications.channels.sms import SmsLine
from tasks.clock import ManualClock

LOST = (
    "hang",
    "hang_after",
    "reset_before",
    "reset_after",
    "html",
    "html_after",
    "truncated",
    "cut",
    "empty",
    "empty_after",
    "status:503",
)


@pytest.fixture
def fake(process: ZaloFake) -> ZaloFake:
    fresh(process)
    return process


@pytest.fixture
def mark() -> Mark:
    return Mark()


@pytest.mark.parametrize("address", [PHONE, "0912345678", "+84912345678"])
def test_a_message_arrives_whole_and_its_number_is_the_receipt(
    fake: ZaloFake, mark: Mark, address: str
) -> None:
    result = send(sms_channel(fake.url), to(address), mark)
    (sent,) = fake.received("sms")
    assert (sent["to"], sent["text"], sent["tracking_id"]) == (PHONE, MESSAGE.short, MESSAGE.tracking_id)
    assert (result, mark.calls) == (Receipt("eSMS đã nhận tin.", sent["msg_id"]), 1)


@pytest.mark.parametrize("code", sorted(ESMS))
def test_each_code_of_the_table_has_its_class(fake: ZaloFake, code: int) -> None:
    expected = {
        100: "sent", 124: "sent", 99: "payload", 101: "config", 102: "config", 103: "defer", 104: "config",
        108: "permanent", 118: "config", 140: "config", 146: "config", 177: "permanent", 300: "payload",
    }  # fmt: skip
    fake.fate("sms", f"error:{code}" if code != 100 else "ok")
    result = send(sms_channel(fake.url), to(PHONE))
    assert kind(result) == expected[code]
    assert result.detail.endswith(".")
    assert len(fake.received()) == (code == 100)


def test_a_code_nobody_knows_is_not_sent_again(fake: ZaloFake) -> None:
    fake.fate("sms", "error:987")
    assert kind(send(sms_channel(fake.url), to(PHONE))) == "unknown"


@pytest.mark.parametrize("fate", LOST)
def test_a_lost_answer_is_asked_for_again_and_one_copy_arrives(fake: ZaloFake, mark: Mark, fate: str) -> None:
    fake.fate("sms", fate)

    async def until_taken(line: SmsLine) -> list[str]:
        return [kind(await outcome(line, to(PHONE), mark)) for _ in range(2)]

    assert through(sms_channel(fake.url, timeout=patience(fate)), until_taken) == ["retry", "sent"]
    assert (len(fake.received("sms")), mark.calls) == (1, 2)


def test_a_message_that_was_taken_on_before_counts_as_sent(fake: ZaloFake) -> None:
    channel = sms_channel(fake.url)
    assert kind(send(channel, to(PHONE))) == "sent"
    assert send(channel, to(PHONE)) == Receipt("eSMS đã nhận tin này từ lần gửi trước.")
    assert len(fake.received()) == 1


@pytest.mark.parametrize(
    ("settings", "detail"),
    [({"api_key": "khac"}, "mã 101"), ({"secret_key": ""}, "mã 101"), ({"brandname": "KHAC"}, "mã 104")],
)
def test_wrong_settings_close_the_channel(fake: ZaloFake, settings: dict[str, str], detail: str) -> None:
    result = send(sms_channel(fake.url, **settings), to(PHONE))
    assert kind(result) == "config"
    assert detail in str(result)
    assert "[sms]" in str(result)


def test_a_fixed_number_bears_no_brand(fake: ZaloFake) -> None:
    assert kind(send(sms_channel(fake.url, kind="8", brandname="KHAC"), to(PHONE))) == "sent"


def test_an_empty_account_lets_the_message_wait(fake: ZaloFake) -> None:
    fake.sms(balance=0)
    result = send(sms_channel(fake.url), to(PHONE))
    assert isinstance(result, ChannelError)
    assert (result.kind, result.until) == ("defer", MORNING + timedelta(hours=4))


def test_in_the_sandbox_nobody_is_reached(fake: ZaloFake) -> None:
    assert kind(send(sms_channel(fake.url, sandbox=True), to(PHONE))) == "sent"
    assert fake.received() == []


def test_what_is_no_mobile_number_never_leaves(fake: ZaloFake, mark: Mark) -> None:
    for address in ("", "02163888888", "khong", "8491234567"):
        assert kind(send(sms_channel(fake.url), to(address), mark)) == "permanent"
    assert (mark.calls, fake.sends()) == (0, [])


@pytest.mark.parametrize("text", ["", "Măng Non", "x" * 460])
def test_a_text_that_eSMS_would_garble_never_leaves(fake: ZaloFake, mark: Mark, text: str) -> None:  # noqa: N802
    assert kind(send(sms_channel(fake.url), to(PHONE, short=text), mark)) == "payload"
    assert (mark.calls, fake.sends()) == (0, [])


def test_in_the_quiet_hours_a_message_waits_for_the_morning(fake: ZaloFake, mark: Mark) -> None:
    night = ManualClock(MORNING.replace(hour=23))
    result = send(sms_channel(fake.url, clock=night, quiet_hours=AT_NIGHT), to(PHONE), mark)
    assert isinstance(result, ChannelError)
    assert (result.kind, result.until) == ("defer", datetime(2024, 11, 5, 23, tzinfo=UTC))
    assert (mark.calls, fake.sends()) == (0, [])


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b'{"Balance":36693,"CodeResponse":"100","UserID":9}', None),
        (b'{"CodeResponse":"101"}', "config"),
        (b"<html>", "retry"),
    ],
)
def test_the_check_asks_for_the_balance(answer: bytes, expected: str | None) -> None:
    async def serve(visit: Visit) -> None:
        await visit.request()
        visit.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(answer), answer))

    def check(url: str) -> str | None:
        try:
            through(sms_channel(url), lambda line: line.check())
        except ChannelError as error:
            return error.kind
        return None

    with RawServer(serve) as server:
        assert check(f"http://127.0.0.1:{server.port}") == expected
    (request,) = server.requests
    assert request.startswith(b"POST /MainService.svc/json/GetBalance_json ")


@pytest.mark.parametrize(
    ("status", "expected"),
    [(400, "payload"), (401, "config"), (403, "config"), (429, "retry"), (500, "retry"), (302, "retry")],
)
def test_a_bare_http_status_has_its_class(fake: ZaloFake, status: int, expected: str) -> None:
    fake.fate("sms", f"status:{status}")
    assert kind(send(sms_channel(fake.url), to(PHONE))) == expected


def test_where_it_is_to_be_called_back_is_told_to_esms(fake: ZaloFake) -> None:
    heard: list[bytes] = []

    async def serve(visit: Visit) -> None:
        heard.append(await visit.request())
        visit.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    with RawServer(serve) as server:
        send(sms_channel(fake.url, callback_url=f"http://127.0.0.1:{server.port}/sms/khoa"), to(PHONE))
        fake.callback(request_id=MESSAGE.tracking_id)
    assert heard[0].startswith(b"GET /sms/khoa?")
    assert f"RequestId={MESSAGE.tracking_id}".encode() in heard[0]


def test_nobody_can_tell_afterwards_without_sending_again() -> None:
    assert sms_channel("http://127.0.0.1:1").already_sent(MESSAGE.tracking_id) is None


def test_neither_logs_nor_outcomes_hold_keys_or_numbers(
    fake: ZaloFake, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for fate in ("ok", "error:108", "error:101", "status:500", "truncated", "reset_after", "error:987"):
        fake.fate("sms", fate)
        said.append(repr(send(sms_channel(fake.url), to(PHONE, f"mn-{len(said)}"))))
    whole = caplog.text + "".join(said)
    for secret in (defaults.ESMS_KEY, defaults.ESMS_SECRET, PHONE, PHONE[2:]):
        assert secret not in whole
