"""The fake of Zalo as a process: it starts and ends surely, breaks lines as it is told to, and shows what came to whom."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from smtp_sink import wait_for
from zalo_caller import PHONE, Caller
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parent


@pytest.fixture
def fake(process: ZaloFake) -> ZaloFake:
    process.reset()
    process.person("c1", known=True)
    return process


def start(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "zalo_fake", *words], env=os.environ | {"PYTHONPATH": str(TESTS)}, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    port: int = json.loads(process.stdout.readline())["port"]
    return port


def test_it_says_its_port_in_one_line_of_json_and_ends_on_sigterm_while_somebody_waits_for_an_answer() -> (
    None
):
    process = start("--clock", "2024-11-08T08:00")
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port_of(process)}", trust_env=False) as client:
            now = datetime.fromisoformat(client.get("/_fake/health").json()["now"])
            client.post("/_fake/fate", json={"channel": "oauth", "fates": ["hang"]})
            with pytest.raises(httpx.ReadTimeout):
                client.post("/v4/oa/access_token", data={"app_id": "1"}, timeout=0.2)
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=5)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out, err) == (0, "", "")
    assert timedelta() <= now - datetime(2024, 11, 8, 1, tzinfo=UTC) < timedelta(seconds=5)


def test_a_caller_that_dies_in_the_middle_of_its_request_has_sent_nothing_and_is_no_error() -> None:
    process = start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port_of(process)}", trust_env=False) as client:
            with socket.create_connection(("127.0.0.1", client.base_url.port or 0)) as dying:
                head = "POST /message/template HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
                dying.sendall(f'{head}{{"phone":"{PHONE}"'.encode())
                time.sleep(0.1)
            assert client.get("/_fake/sends").json() == []
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=5)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out, err) == (0, "", "")


def test_with_its_parent_it_ends_when_its_input_closes() -> None:
    process = start("--with-parent")
    try:
        port_of(process)
        process.communicate(timeout=5)
        assert process.returncode == 0
    finally:
        process.kill()


def test_it_ends_when_the_tests_that_started_it_are_killed() -> None:
    code = (
        "import time\nfrom zalo_fake.running import ZaloFake\n"
        "with ZaloFake() as fake:\n    print(fake.pid, flush=True)\n    time.sleep(60)"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(TESTS)}, text=True, stdout=subprocess.PIPE
    )  # fmt: skip
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    assert wait_for(lambda: not _alive(pid))


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_left_by_an_exception_it_is_gone_too() -> None:
    with pytest.raises(KeyError), ZaloFake() as fake:
        raise KeyError
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{fake.url}/_fake/health", trust_env=False)


def test_a_port_that_is_taken_is_an_error_of_the_caller(fake: ZaloFake) -> None:
    with pytest.raises(RuntimeError, match="did not start"), ZaloFake(port=fake.port):
        pass


@pytest.mark.parametrize(
    ("order", "body"),
    [
        ("fate", {"channel": "bot", "fates": ["fine"]}), ("fate", {"channel": "zalo", "fates": ["ok"]}),
        ("fate", {"fates": ["ok"]}), ("person", {"to": "u1", "eror": -118}), ("night", {"on": "maybe"}),
        ("quota", {"wallet": "thin"}), ("clock", {"now": "yesterday"}), ("event", {"event": "follow"}),
        ("template", {"template_id": "1", "status": "ENABLE"}), ("say", {"kind": "letter", "from": "u1", "text": ""}),
    ],
)  # fmt: skip
def test_an_order_that_it_does_not_understand_is_refused(
    caller: Caller, order: str, body: dict[str, object]
) -> None:
    answer = caller.http.post(f"/_fake/{order}", json=body)
    assert (answer.status_code, "trouble" in answer.json()) == (400, True)


def test_the_ledger_tells_attempts_from_what_came(fake: ZaloFake, caller: Caller) -> None:
    fake.set_clock(datetime(2024, 11, 8, 1, tzinfo=UTC))
    caller.write("nobody")
    caller.write("c1", "Chào")
    caller.phone("0912345678")
    caller.phone(tracking_id="nhac-2")
    refused, bot, spelled, phone = fake.sends()
    assert (refused["accepted"], refused["received"], refused["error"]) == (False, False, 400)
    assert (bot["n"], bot["channel"], bot["to"], bot["text"]) == (2, "bot", "c1", "Chào")
    assert bot["at"].startswith("2024-11-08T01:00:0")
    assert (spelled["error"], phone["tracking_id"], phone["template_data"]["so_viec"]) == (
        -108,
        "nhac-2",
        "3",
    )
    assert [one["n"] for one in fake.received()] == [2, 4]
    assert [one["n"] for one in fake.sends("template_phone", PHONE)] == [3, 4]
    assert (fake.health()["sends"], fake.health()["received"]) == (4, 2)


def test_message_numbers_never_come_twice_even_after_a_reset(fake: ZaloFake, caller: Caller) -> None:
    first = caller.group()["data"]["message_id"]
    fake.reset()
    assert (len(fake.sends()), caller.group()["data"]["message_id"] != first) == (0, True)


def test_a_reset_forgets_everything(fake: ZaloFake, caller: Caller) -> None:
    fake.clock(3_600)
    fake.night()
    fake.person(PHONE, -118)
    fake.fate("template_phone", "hang", always="hang")
    fake.set_tokens(rotate=True, proof=True)
    fake.quota(daily=0)
    fake.reset()
    assert caller.phone()["error"] == 0
    assert abs(datetime.fromisoformat(fake.health()["now"]).timestamp() - time.time()) < 5


def test_the_clock_is_moved_from_the_machines_or_from_where_it_stands(fake: ZaloFake) -> None:
    assert abs(fake.clock(600).timestamp() - time.time() - 600) < 5
    assert abs(fake.advance(60).timestamp() - time.time() - 660) < 5
    assert abs(fake.clock(-600).timestamp() - time.time() + 600) < 5


def test_its_page_shows_what_was_written_and_no_text_becomes_markup(fake: ZaloFake, caller: Caller) -> None:
    caller.write("c1", "<b>Đến hạn</b> rồi")
    caller.phone()
    caller.write("nobody", "lạc")
    page = caller.http.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    for words in (
        "&lt;b&gt;Đến hạn&lt;/b&gt; rồi",
        "Cán bộ thôn 7",
        "2 tin đã đến, 3 lần gửi",
        "Không nhận: lỗi 400",
    ):
        assert words in page.text
