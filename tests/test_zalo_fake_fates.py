"""The fake's fates: how a line breaks, whether the message came all the same, and who meets which."""

from __future__ import annotations

import json

import httpx
import pytest
from smtp_sink import wait_for
from zalo_caller import Caller
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow

LOST = httpx.TransportError, json.JSONDecodeError


@pytest.fixture
def fake(process: ZaloFake) -> ZaloFake:
    process.reset()
    process.person("c1", known=True)
    return process


@pytest.mark.parametrize(
    ("fate", "received"),
    [
        ("ok", 1), ("lost", 0), ("delay:0.05", 1), ("delay:0.05+lost", 0),
        ("reset_before", 0), ("hang", 0), ("html", 0), ("status:500", 0), ("status:429", 0), ("empty", 0),
        ("reset_after", 1), ("hang_after", 1), ("html_after", 1), ("status_after:504", 1), ("empty_after", 1),
        ("truncated", 1), ("cut", 1), ("error:401", 0),
    ],
)  # fmt: skip
def test_a_fate_says_whether_the_receiver_gets_it_and_only_the_first_request_meets_it(
    fake: ZaloFake, caller: Caller, fate: str, received: int
) -> None:
    caller.http.timeout = httpx.Timeout(0.3)
    fake.fate("bot", fate)
    try:
        answer = caller.write()
        good = answer.status_code == 200 and answer.json()["ok"]
    except LOST:
        good = False
    assert good == (fate in {"ok", "lost", "delay:0.05", "delay:0.05+lost"})
    assert len(fake.received("bot", "c1")) == received
    assert caller.write().json()["ok"] is True
    assert (len(fake.received()), fake.unused_fates()) == (received + 1, [])


def test_a_reset_is_a_reset_and_a_page_is_a_page(fake: ZaloFake, caller: Caller) -> None:
    fake.fate("bot", "reset_before", "cut", "html", "truncated", "empty_after")
    with pytest.raises(httpx.ReadError, match="reset by peer"):
        caller.write()
    with pytest.raises(httpx.RemoteProtocolError, match="complete message body"):
        caller.write()
    page = caller.write()
    assert (page.status_code, page.headers["content-type"][:9], "502 Bad Gateway" in page.text) == (
        502, "text/html", True,
    )  # fmt: skip
    assert caller.write().content.startswith(b'{"ok":true,"resu')
    assert caller.write().content == b""


def test_a_message_may_come_after_its_sender_has_given_up(fake: ZaloFake, caller: Caller) -> None:
    fake.fate("bot", "delay:0.4")
    caller.http.timeout = httpx.Timeout(0.1)
    with pytest.raises(httpx.ReadTimeout):
        caller.write()
    assert fake.received() == []
    assert wait_for(lambda: len(fake.received()) == 1)


def test_a_fate_for_one_receiver_waits_for_that_one(fake: ZaloFake, caller: Caller) -> None:
    fake.fate("template_phone", "error:-118", to="0912345678")
    fake.fate("template_phone", "error:-32")
    assert caller.phone("84912345678")["error"] == -118
    assert caller.phone("84900000002")["error"] == -32
    assert (caller.phone()["error"], fake.unused_fates()) == (0, [])


def test_a_fate_for_always_lasts_until_it_is_lifted_and_gives_way_to_those_laid_out(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.fate("oa_group", "ok", always="error:-237")
    assert [caller.group()["error"] for _ in range(3)] == [0, -237, -237]
    fake.fate("oa_group", always=None)
    assert caller.group()["error"] == 0


def test_every_endpoint_has_fates(fake: ZaloFake, caller: Caller) -> None:
    paths = {
        "status": "/message/status",
        "quota": "/message/quota",
        "info": "/template/all",
        "oa_info": "/v2.0/oa/getoa",
    }
    for channel, path in paths.items():
        fake.fate(channel, "status:503")
        assert caller.get(path).status_code == 503
    fake.fate("bot_setup", "status:401")
    fake.fate("updates", "error:429")
    assert (caller.bot("getMe").status_code, caller.bot("getUpdates").json()["error_code"]) == (401, 429)
    assert fake.unused_fates() == []
