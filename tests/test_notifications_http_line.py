"""A request leaves once, and whether it may have left is known whatever breaks. Against real sockets."""

from __future__ import annotations

import asyncio
import logging
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from raw_server import GOOD, HOST, RawServer, Visit
from smtp_sink import wait_for

from notifications.channels.base import HandOver
from notifications.channels.http_line import Answer, Call, HttpLine, NoAnswer

FOREVER = 3_600.0
SECRET = "0123456789:mat-khau-cua-bot"


def call(port: int, body: bytes = b'{"text":"x"}', *, scheme: str = "http") -> Call:
    return Call(httpx.URL(f"{scheme}://{HOST}:{port}/bot{SECRET}/send"), body)


def through(work: Callable[[HttpLine], Awaitable[Any]], *, timeout: float = 5.0, rest: float = 20.0) -> Any:
    async def run() -> Any:
        line = HttpLine(timeout, rest=rest)
        try:
            return await work(line)
        finally:
            await line.close()

    return asyncio.run(run())


def ask(
    port: int, handing_over: HandOver | None = None, *, timeout: float = 5.0, scheme: str = "http"
) -> Answer | NoAnswer:
    reply: Answer | NoAnswer = through(
        lambda line: line.ask(call(port, scheme=scheme), handing_over), timeout=timeout
    )
    return reply


class Marks:
    """Stands for the database note; `meanwhile` happens while it is made."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.calls = 0
        self._meanwhile = meanwhile

    async def __call__(self) -> None:
        self.calls += 1
        self._meanwhile()


def test_many_requests_go_over_one_connection_each_once() -> None:
    marks = Marks()

    async def many(line: HttpLine) -> list[Any]:
        return [await line.ask(call(server.port, b"%d" % number), marks) for number in range(20)]

    with RawServer() as server:
        assert through(many) == [Answer(200, b'{"ok":true}')] * 20
    assert [request.rsplit(b"\r\n", 1)[1] for request in server.requests] == [b"%d" % n for n in range(20)]
    assert (server.connections, marks.calls) == (1, 20)


def test_the_hand_over_comes_when_the_connection_stands_and_before_the_first_byte() -> None:
    seen: list[tuple[int, int]] = []
    with RawServer() as server:
        marks = Marks(lambda: seen.append((wait_for(lambda: server.connections == 1), len(server.requests))))
        ask(server.port, marks)
    assert seen == [(True, 0)]


def test_a_closed_port_costs_nothing_and_is_not_knocked_at_for_every_message() -> None:
    marks = Marks()
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        port = taken.getsockname()[1]

        async def many(line: HttpLine) -> set[Any]:
            return {await line.ask(call(port), marks) for _ in range(50)}

        assert through(many) == {NoAnswer(left=False, why="không kết nối được")}
    assert marks.calls == 0


def test_after_its_rest_a_line_knocks_again() -> None:
    async def twice(line: HttpLine) -> list[Any]:
        with socket.socket() as taken:
            taken.bind((HOST, 0))
            port = taken.getsockname()[1]
            first = await line.ask(call(port))
        with RawServer(port=port):
            soon = await line.ask(call(port))
            await asyncio.sleep(0.3)
            later = await line.ask(call(port))
        return [isinstance(one, Answer) for one in (first, soon, later)]

    assert through(twice, rest=0.25) == [False, False, True]


def test_a_server_that_closes_idle_connections_is_called_anew_and_no_outcome_is_unknown() -> None:
    async def one_each(visit: Visit) -> None:
        await visit.request()
        visit.writer.write(GOOD)

    async def many(line: HttpLine) -> list[Any]:
        replies = []
        for _ in range(10):
            replies.append(await line.ask(call(server.port), marks))
            await asyncio.to_thread(wait_for, lambda: server.open == 0)
        return replies

    marks = Marks()
    with RawServer(one_each) as server:
        assert through(many) == [Answer(200, b'{"ok":true}')] * 10
    assert (len(server.requests), server.connections, marks.calls) == (10, 10, 10)


def test_a_server_that_leaves_while_the_hand_over_is_noted_is_called_anew_and_gets_one_copy() -> None:
    leave = asyncio.Event()

    async def until_told(visit: Visit) -> None:
        await visit.request()
        visit.writer.write(GOOD)
        if server.connections == 1:
            await leave.wait()
        else:
            await visit.reader.read()

    def gone() -> None:
        server._loop.call_soon_threadsafe(leave.set)
        assert wait_for(lambda: server.open == 0)

    async def two(line: HttpLine) -> Any:
        await line.ask(call(server.port, b"1"))
        return await line.ask(call(server.port, b"2"), marks)

    with RawServer(until_told) as server:
        marks = Marks(gone)
        assert isinstance(through(two), Answer)
    assert [request[-1:] for request in server.requests] == [b"1", b"2"]
    assert (server.connections, marks.calls) == (2, 1)


@pytest.mark.parametrize("trouble", [LookupError("the lease is lost"), TimeoutError("the database is slow")])
def test_what_the_hand_over_raises_passes_unchanged_and_nothing_leaves(trouble: Exception) -> None:
    trouble.__cause__ = ValueError("why")

    async def objecting() -> None:
        raise trouble

    async def two(line: HttpLine) -> Any:
        with pytest.raises(type(trouble)) as raised:
            await line.ask(call(server.port), objecting)
        assert raised.value is trouble
        assert isinstance(trouble.__cause__, ValueError)
        return await line.ask(call(server.port))

    with RawServer() as server:
        assert isinstance(through(two), Answer)
    assert len(server.requests) == 1


def test_a_slow_hand_over_does_not_use_up_the_time_for_the_answer() -> None:
    async def slowly() -> None:
        await asyncio.sleep(1.4)

    async def later(visit: Visit) -> None:
        await visit.request()
        await asyncio.sleep(0.1)
        visit.writer.write(GOOD)
        await visit.reader.read()

    with RawServer(later) as server:
        assert isinstance(ask(server.port, slowly, timeout=0.8), Answer)


async def silent(visit: Visit) -> None:
    await visit.request()
    await asyncio.sleep(FOREVER)


async def dripping(visit: Visit) -> None:
    await visit.request()
    visit.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        visit.writer.write(b" ")
        await asyncio.sleep(0.05)


async def resetting(visit: Visit) -> None:
    await visit.request()
    visit.reset()


async def hanging_up(visit: Visit) -> None:
    await visit.request()


async def half(visit: Visit) -> None:
    await visit.request()
    visit.writer.write(GOOD[:-4])


async def endless(visit: Visit) -> None:
    await visit.request()
    visit.writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        visit.writer.write(b" " * 65_536)
        await visit.writer.drain()


async def gibberish(visit: Visit) -> None:
    await visit.request()
    visit.writer.write(b"220 mail.example ESMTP\r\n")


@pytest.mark.parametrize(
    "serve", [silent, dripping, resetting, hanging_up, half, endless, gibberish], ids=lambda it: it.__name__
)
def test_without_a_whole_answer_it_may_have_left_and_the_next_request_is_not_answered_in_its_place(
    serve: Callable[[Visit], Awaitable[None]],
) -> None:
    async def badly_once(visit: Visit) -> None:
        if server.connections == 1:
            await serve(visit)
        else:
            await visit.request()
            visit.writer.write(GOOD)

    async def two(line: HttpLine) -> list[Any]:
        return [await line.ask(call(server.port), marks), await line.ask(call(server.port), marks)]

    marks, start = Marks(), time.monotonic()
    with RawServer(badly_once) as server:
        bad, good = through(two, timeout=0.4)
    assert isinstance(bad, NoAnswer)
    assert bad.left
    assert (good, marks.calls) == (Answer(200, b'{"ok":true}'), 2)
    assert time.monotonic() - start < 3


def test_a_cancelled_request_leaves_no_half_conversation_behind() -> None:
    async def slow_once(visit: Visit) -> None:
        await visit.request()
        await asyncio.sleep(FOREVER if server.connections == 1 else 0)
        visit.writer.write(GOOD)
        await visit.reader.read()

    async def two(line: HttpLine) -> Any:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.ask(call(server.port)), 0.1)
        return await line.ask(call(server.port))

    with RawServer(slow_once) as server:
        assert isinstance(through(two), Answer)


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    async def elsewhere(visit: Visit) -> None:
        await visit.request()
        visit.writer.write(b"HTTP/1.1 307 Away\r\nLocation: /else\r\nContent-Length: 0\r\n\r\n")

    with RawServer(elsewhere) as server:
        assert ask(server.port) == Answer(307, b"")
    assert len(server.requests) == 1


def test_proxies_of_the_environment_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:1")
    with RawServer() as server:
        assert isinstance(ask(server.port), Answer)


def test_silence_before_the_connection_is_secured_is_safe_to_repeat() -> None:
    marks = Marks()
    with socket.socket() as mute:
        mute.bind((HOST, 0))
        mute.listen()
        reply = ask(mute.getsockname()[1], marks, timeout=0.2, scheme="https")
    assert (reply, marks.calls) == (NoAnswer(left=False, why="quá thời gian chờ"), 0)


def test_a_certificate_that_nobody_vouches_for_is_told_apart(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl program to make a certificate")
    paths = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=zalo"]
    command += ["-addext", f"subjectAltName=IP:{HOST}", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(command, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(*paths)
    marks = Marks()
    with RawServer(tls=tls) as server:
        reply = ask(server.port, marks, scheme="https")
    assert reply == NoAnswer(left=False, why="không kết nối được", untrusted=True)
    assert (server.requests, marks.calls) == ([], 0)


def test_addresses_hold_secrets_so_neither_logs_nor_texts_show_them(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RawServer() as server:
        ask(server.port)
        shown = repr(call(server.port))
    assert SECRET not in caplog.text + shown
