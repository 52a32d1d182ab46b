"""Mail leaves once, and every way in which a server can fail is told apart. Against a real server and sockets."""

from __future__ import annotations

import asyncio
import email
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import smtp_sink as behaviour
from smtp_sink import HOST, Behaviour, Received, Sink

from notifications.channels.base import ChannelError, Line, Outgoing, Receipt
from notifications.channels.email import EmailChannel

TO = "tram-y-te@xa.example"
OTHER = "thon-7@xa.example"
MESSAGE = Outgoing(
    tracking_id="mn-202411050100-0123456789abcdef",
    address=TO,
    recipient_name="Trạm trưởng Trạm Y tế",
    subject="[Măng Non] 3 việc cần báo cáo",
    text="Kính gửi ông,\nXin báo cáo.\n",
    html="<p>Kính gửi ông,</p>\n",
    reply_to="vhxh@xa.example",
    at=datetime(2024, 11, 5, 8, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh")),
    optional=True,
)


@dataclass
class Mark:
    """Stands for the database note that a message is being handed over."""

    calls: int = 0
    breaks: list[BaseException] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    async def __call__(self) -> None:
        self.calls += 1
        self.meanwhile()
        if self.breaks:
            raise self.breaks.pop(0)


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def mark() -> Mark:
    return Mark()


def channel(port: int, **settings: Any) -> EmailChannel:
    usual: dict[str, Any] = {"host": HOST, "security": "none", "timeout": 5.0}
    usual |= {"sender": "nhac-viec@mangnon.example", "sender_name": "Măng Non"}
    return EmailChannel(port=port, **(usual | settings))


def through(chosen: EmailChannel, work: Callable[[Line], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with chosen.line() as line:
            return await work(line)

    return asyncio.run(run())


def send(chosen: EmailChannel, mark: Mark, message: Outgoing = MESSAGE) -> Receipt | ChannelError:
    async def once(line: Line) -> Receipt | ChannelError:
        return await outcome(line, message, mark)

    result: Receipt | ChannelError = through(chosen, once)
    return result


async def outcome(line: Line, message: Outgoing, mark: Mark) -> Receipt | ChannelError:
    try:
        return await line.send(message, mark)
    except ChannelError as error:
        return error


def kind(result: Receipt | ChannelError) -> str:
    return result.kind if isinstance(result, ChannelError) else "sent"


def parsed(received: Received) -> EmailMessage:
    message = email.message_from_bytes(received.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def body(message: EmailMessage, subtype: str) -> str:
    part = message.get_body((subtype,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_a_message_arrives_whole_and_the_servers_answer_is_the_receipt(sink: Sink, mark: Mark) -> None:
    result = send(channel(sink.port), mark)
    assert result == Receipt("250 2.0.0 Ok: queued")
    (received,) = sink.messages
    assert (received.sender, received.recipients) == ("nhac-viec@mangnon.example", (TO,))
    assert received.options == ()
    mail = parsed(received)
    assert mail["Message-ID"] == "<mn-202411050100-0123456789abcdef@mangnon.example>"
    assert (body(mail, "plain"), body(mail, "html")) == (MESSAGE.text, MESSAGE.html)
    assert mark.calls == 1


@pytest.mark.parametrize(
    ("server", "expected", "handed_over", "at_receiver"),
    [
        (behaviour.NO_MAILBOX, "permanent", 0, 0),
        (behaviour.NO_RELAY, "config", 0, 0),
        (behaviour.BUSY, "retry", 0, 0),
        (behaviour.GOODBYE, "retry", 0, 0),
        (behaviour.DROP_BEFORE_DATA, "retry", 0, 0),
        (behaviour.DATA_REFUSED, "permanent", 1, 0),
        (behaviour.DROP_AT_DATA, "unknown", 1, 0),
        (behaviour.CONTENT_REFUSED, "permanent", 1, 0),
        (behaviour.CONTENT_DEFERRED, "retry", 1, 0),
        (behaviour.CONTENT_GOODBYE, "retry", 1, 0),
        (behaviour.DROP_AFTER_DATA, "unknown", 1, 1),
        (behaviour.GARBLED_AFTER_DATA, "unknown", 1, 1),
    ],
)
def test_each_way_of_failing_has_its_class_and_the_line_carries_the_next_message(
    sink: Sink, mark: Mark, server: Behaviour, expected: str, handed_over: int, at_receiver: int
) -> None:
    sink.behave(TO, server)

    async def two(line: Line) -> tuple[str, int, str]:
        first = await outcome(line, MESSAGE, mark)
        assert isinstance(first, ChannelError)
        assert first.detail.endswith(".")
        calls = mark.calls
        second = await outcome(line, replace(MESSAGE, tracking_id="mn-2", address=OTHER), mark)
        return first.kind, calls, kind(second)

    assert through(channel(sink.port), two) == (expected, handed_over, "sent")
    assert len(sink.messages) == at_receiver + 1
    assert sink.messages[-1].recipients == (OTHER,)


def test_silence_before_the_content_is_safe_to_repeat(sink: Sink, mark: Mark) -> None:
    sink.behave(TO, behaviour.SILENT_BEFORE_DATA)
    assert kind(send(channel(sink.port, timeout=0.2), mark)) == "retry"
    assert (mark.calls, sink.messages) == (0, [])


def test_silence_after_the_content_is_unknown_and_the_late_answer_is_not_taken_for_another(
    sink: Sink, mark: Mark
) -> None:
    sink.behave(TO, replace(behaviour.SILENT_AFTER_DATA, delay=0.4))

    async def two(line: Line) -> list[str]:
        first = await outcome(line, MESSAGE, mark)
        await asyncio.sleep(0.4)
        sink.behave(OTHER, behaviour.NO_MAILBOX)
        return [kind(first), kind(await outcome(line, replace(MESSAGE, address=OTHER), mark))]

    assert through(channel(sink.port, timeout=0.2), two) == ["unknown", "permanent"]
    assert len(sink.messages) == 1


def test_a_slow_server_is_waited_for(sink: Sink, mark: Mark) -> None:
    sink.behave(TO, replace(behaviour.ACCEPT, delay=0.3))
    assert kind(send(channel(sink.port, timeout=3.0), mark)) == "sent"


def test_many_messages_go_over_one_connection(sink: Sink, mark: Mark) -> None:
    async def many(line: Line) -> None:
        for number in range(20):
            await line.send(replace(MESSAGE, tracking_id=f"mn-{number}"), mark)

    through(channel(sink.port), many)
    assert (len(sink.messages), sink.connections, mark.calls) == (20, 1, 20)


def test_a_connection_dropped_while_idle_is_made_anew_and_nothing_is_sent_twice(
    sink: Sink, mark: Mark
) -> None:
    async def with_pause(line: Line) -> None:
        await line.send(MESSAGE, mark)
        sink.drop_connections()
        await line.send(replace(MESSAGE, tracking_id="mn-2"), mark)

    through(channel(sink.port), with_pause)
    assert (len(sink.messages), sink.connections, mark.calls) == (2, 2, 2)


def test_a_server_that_says_goodbye_to_an_idle_connection_is_called_again_at_once(
    sink: Sink, mark: Mark
) -> None:
    async def two(line: Line) -> None:
        await line.send(MESSAGE, mark)
        sink.sender_replies.append("421 4.4.2 Idle for too long")
        await line.send(replace(MESSAGE, tracking_id="mn-2"), mark)

    through(channel(sink.port), two)
    assert (len(sink.messages), sink.connections) == (2, 2)


def test_a_server_that_keeps_hanging_up_is_called_again_only_once(sink: Sink, mark: Mark) -> None:
    async def two(line: Line) -> str:
        await line.send(MESSAGE, mark)
        sink.behave(TO, always=behaviour.DROP_BEFORE_DATA)
        return kind(await outcome(line, replace(MESSAGE, tracking_id="mn-2"), mark))

    assert through(channel(sink.port), two) == "retry"
    assert (len(sink.messages), sink.connections, mark.calls) == (1, 2, 1)


def test_a_connection_lost_while_handing_over_is_no_unknown_outcome(sink: Sink, mark: Mark) -> None:
    """The note in the database takes a while; a server that left meanwhile has surely not got the message."""

    mark.meanwhile = sink.drop_connections

    async def two(line: Line) -> list[str]:
        first = await outcome(line, MESSAGE, mark)
        mark.meanwhile = lambda: None
        return [kind(first), kind(await outcome(line, replace(MESSAGE, address=OTHER), mark))]

    assert through(channel(sink.port), two) == ["retry", "sent"]
    assert [one.recipients for one in sink.messages] == [(OTHER,)]


def test_what_the_hand_over_raises_passes_unchanged_and_nothing_leaves(sink: Sink, mark: Mark) -> None:
    mark.breaks.append(LookupError("the lease is lost"))

    async def two(line: Line) -> None:
        with pytest.raises(LookupError, match="the lease is lost"):
            await line.send(MESSAGE, mark)
        await line.send(replace(MESSAGE, address=OTHER), mark)

    through(channel(sink.port), two)
    assert [one.recipients for one in sink.messages] == [(OTHER,)]
    assert sink.connections == 1


def test_a_cancelled_message_leaves_no_half_conversation_behind(sink: Sink, mark: Mark) -> None:
    sink.behave(TO, behaviour.SILENT_BEFORE_DATA)

    async def two(line: Line) -> str:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(line.send(MESSAGE, mark), 0.1)
        return kind(await outcome(line, replace(MESSAGE, address=OTHER), mark))

    assert through(channel(sink.port), two) == "sent"
    assert [one.recipients for one in sink.messages] == [(OTHER,)]


@pytest.mark.parametrize(
    ("reply", "expected"), [("550 5.7.1 Sender not allowed", "config"), ("451 4.7.1 Try again", "retry")]
)
def test_a_refused_sender_is_the_set_up_not_the_receivers_fault(
    sink: Sink, mark: Mark, reply: str, expected: str
) -> None:
    sink.sender_reply = reply
    result = send(channel(sink.port), mark)
    assert isinstance(result, ChannelError)
    assert (result.kind, mark.calls) == (expected, 0)
    assert reply in result.detail


@pytest.mark.parametrize(("greeting", "expected"), [("421 Too busy", "retry"), ("554 Go away", "config")])
def test_a_server_that_does_not_let_us_in_costs_no_message(mark: Mark, greeting: str, expected: str) -> None:
    with Sink(greeting=greeting) as sink:
        assert kind(send(channel(sink.port), mark)) == expected


def test_a_closed_port_is_tried_later_and_not_knocked_at_for_every_message(mark: Mark) -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))

        async def many(line: Line) -> set[str]:
            return {kind(await outcome(line, MESSAGE, mark)) for _ in range(50)}

        assert through(channel(taken.getsockname()[1]), many) == {"retry"}
    assert mark.calls == 0


def test_a_server_that_never_greets_holds_up_a_batch_only_once(mark: Mark) -> None:
    with socket.socket() as mute:
        mute.bind((HOST, 0))
        mute.listen()
        start = time.monotonic()

        async def many(line: Line) -> set[str]:
            return {kind(await outcome(line, MESSAGE, mark)) for _ in range(20)}

        assert through(channel(mute.getsockname()[1], timeout=0.3), many) == {"retry"}
    assert time.monotonic() - start < 3.0


def test_a_name_that_does_not_resolve_is_tried_later(mark: Mark) -> None:
    assert kind(send(channel(25, host="khong-co.invalid"), mark)) == "retry"


def test_a_server_without_starttls_is_refused_when_starttls_is_set(sink: Sink, mark: Mark) -> None:
    result = send(channel(sink.port, security="starttls"), mark)
    assert isinstance(result, ChannelError)
    assert result.kind == "config"
    assert "STARTTLS" in result.detail
    assert (sink.messages, mark.calls) == ([], 0)


def test_a_right_login_is_let_in_and_a_wrong_one_is_a_matter_of_set_up(mark: Mark) -> None:
    with Sink(login=("may-chu", "mật khẩu")) as sink:
        assert kind(send(channel(sink.port, username="may-chu", password="mật khẩu"), mark)) == "sent"
        wrong = send(channel(sink.port, username="may-chu", password="sai"), mark)
        none = send(channel(sink.port), mark)
    assert isinstance(wrong, ChannelError)
    assert wrong.kind == "config"
    assert "535" in wrong.detail
    assert kind(none) == "config"
    assert len(sink.messages) == 1


def test_the_password_is_never_shown(mark: Mark) -> None:
    with Sink(login=("may-chu", "đúng")) as sink:
        chosen = channel(sink.port, username="may-chu", password="rất-bí-mật")
        result = send(chosen, mark)
    assert isinstance(result, ChannelError)
    assert "rất-bí-mật" not in result.detail + repr(chosen._server)


def test_the_check_logs_in_but_sends_nothing(mark: Mark) -> None:
    with Sink(login=("may-chu", "đúng")) as sink:
        through(channel(sink.port, username="may-chu", password="đúng"), lambda line: line.check())
        with pytest.raises(ChannelError) as refused:
            through(channel(sink.port, username="may-chu", password="sai"), lambda line: line.check())
    assert refused.value.kind == "config"
    assert sink.messages == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "không phải thư",
        "a@",
        "@x.example",
        "a b@x.example",
        "a@x.example\r\nRCPT TO:<b@x.example>",
        "a@x.example,b@x.example",
    ],
)
def test_what_is_no_address_never_reaches_the_server(sink: Sink, mark: Mark, address: str) -> None:
    assert kind(send(channel(sink.port), mark, replace(MESSAGE, address=address))) == "permanent"
    assert (sink.connections, mark.calls) == (0, 0)


def test_an_international_domain_needs_no_special_server(mark: Mark) -> None:
    with Sink(utf8=False) as sink:
        assert kind(send(channel(sink.port), mark, replace(MESSAGE, address="vhxh@bücher.example"))) == "sent"
    assert sink.messages[0].recipients == ("vhxh@xn--bcher-kva.example",)


def test_an_address_with_diacritics_goes_where_the_server_can_carry_it(sink: Sink, mark: Mark) -> None:
    address = "trạm@xa.example"
    assert kind(send(channel(sink.port), mark, replace(MESSAGE, address=address))) == "sent"
    (received,) = sink.messages
    assert received.recipients == (address,)
    assert set(received.options) == {"SMTPUTF8", "BODY=8BITMIME"}
    with Sink(utf8=False) as old:

        async def two(line: Line) -> list[str]:
            first = await outcome(line, replace(MESSAGE, address=address), mark)
            return [kind(first), kind(await outcome(line, MESSAGE, mark))]

        assert through(channel(old.port), two) == ["permanent", "sent"]


def test_names_and_subjects_cannot_smuggle_in_headers_or_recipients(sink: Sink, mark: Mark) -> None:
    evil = replace(
        MESSAGE,
        recipient_name="Ông A\r\nBcc: kẻ-lạ@xa.example",
        subject="Việc\r\nBcc: ke-la@xa.example\r\n\r\nthân thư giả",
        text=".\r\nMAIL FROM:<x@xa.example>\r\n.\r\n",
        reply_to="a@xa.example\r\nBcc: b@xa.example",
    )
    assert kind(send(channel(sink.port), mark, evil)) == "sent"
    (received,) = sink.messages
    mail = parsed(received)
    assert received.recipients == (TO,)
    assert (mail["Bcc"], mail["Reply-To"]) == (None, None)
    assert mail["Subject"] == "Việc Bcc: ke-la@xa.example thân thư giả"
    assert body(mail, "plain") == ".\nMAIL FROM:<x@xa.example>\n.\n"


def test_smtp_cannot_tell_afterwards_whether_a_message_arrived() -> None:
    assert channel(25).already_sent(MESSAGE.tracking_id) is None


def test_an_unused_line_makes_no_connection(sink: Sink) -> None:
    async def nothing(line: Line) -> None:
        del line

    through(channel(sink.port), nothing)
    assert sink.connections == 0


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    if shutil.which("openssl") is None:
        pytest.skip("needs the openssl program to make a certificate")
    folder = tmp_path_factory.mktemp("tls")
    paths = folder / "cert.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sink"]
    command += ["-addext", f"subjectAltName=IP:{HOST}", "-out", str(paths[0]), "-keyout", str(paths[1])]
    subprocess.run(command, check=True, capture_output=True)
    return paths


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
def test_mail_travels_encrypted_to_a_server_whose_certificate_is_trusted(
    certificate: tuple[Path, Path], mark: Mark, security: str, implicit: bool
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate)
    trusting = ssl.create_default_context(cafile=certificate[0])
    with Sink(tls=server, implicit=implicit, login=("a", "b")) as sink:
        chosen = channel(sink.port, security=security, tls_context=trusting, username="a", password="b")
        assert kind(send(chosen, mark)) == "sent"
    assert len(sink.messages) == 1


@pytest.mark.parametrize(("security", "implicit"), [("starttls", False), ("tls", True)])
def test_a_certificate_that_nobody_vouches_for_is_a_matter_of_set_up(
    certificate: tuple[Path, Path], mark: Mark, security: str, implicit: bool
) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate)
    with Sink(tls=server, implicit=implicit) as sink:
        result = send(channel(sink.port, security=security), mark)
    assert isinstance(result, ChannelError)
    assert result.kind == "config"
    assert "chứng thư số" in result.detail
    assert (sink.messages, mark.calls) == ([], 0)


def test_tls_towards_a_plain_port_is_a_matter_of_set_up(sink: Sink, mark: Mark) -> None:
    assert kind(send(channel(sink.port, security="tls"), mark)) == "config"
