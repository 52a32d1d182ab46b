"""A real SMTP server in a thread of its own that behaves, per recipient, as badly as it is told to.

with Sink() as sink:
    sink.behave("a@mail.example", BUSY)      # once; afterwards it accepts
    ... send to 127.0.0.1, sink.port ...
    assert len(sink.messages) == 1
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

HOST = "127.0.0.1"
FOREVER = 3_600.0


@dataclass(frozen=True)
class Behaviour:
    """What the server does at one point of a conversation; everything before that point it accepts.

    `reply` None closes the connection without a word; a 421 closes it after saying so. `keeps` says whether
    a message whose content has come is recorded. `delay` in seconds, before the reply.
    """

    at: Literal["rcpt", "data", "content"]
    reply: str | None
    keeps: bool = False
    delay: float = 0.0


ACCEPT = Behaviour("content", "250 2.0.0 Ok: queued", keeps=True)
NO_MAILBOX = Behaviour("rcpt", "550 5.1.1 No such user here")
NO_RELAY = Behaviour("rcpt", "554 5.7.1 <x>: Relay access denied")
BUSY = Behaviour("rcpt", "450 4.2.0 Greylisted, come back later")
GOODBYE = Behaviour("rcpt", "421 4.3.2 Service shutting down")
DROP_BEFORE_DATA = Behaviour("rcpt", None)
SILENT_BEFORE_DATA = Behaviour("rcpt", "250 OK", delay=FOREVER)
DROP_AT_DATA = Behaviour("data", None)
DATA_REFUSED = Behaviour("data", "554 5.5.1 No valid recipients")
CONTENT_REFUSED = Behaviour("content", "554 5.7.0 Looks like spam")
CONTENT_DEFERRED = Behaviour("content", "452 4.3.1 Insufficient storage")
CONTENT_GOODBYE = Behaviour("content", "421 4.3.0 Closing")
DROP_AFTER_DATA = Behaviour("content", None, keeps=True)
SILENT_AFTER_DATA = Behaviour("content", "250 2.0.0 Ok: queued", keeps=True, delay=FOREVER)
GARBLED_AFTER_DATA = Behaviour("content", "what?", keeps=True)


@dataclass(frozen=True)
class Received:
    """A message that the server took: envelope, bytes, and when (seconds since the epoch)."""

    sender: str
    recipients: tuple[str, ...]
    options: tuple[str, ...]
    content: bytes
    at: float


class Sink:
    """The server. Attributes may be read at any time, behaviour may be set at any time, from any thread.

    `login` is the only (name, password) that is let in, and it is asked for; `sender_reply` answers MAIL,
    `sender_replies` does so once each; `greeting` is said instead of 220; `tls` with `implicit` serves TLS from
    the first byte, without it STARTTLS. `accepted` counts messages; with `keep` False they are not stored.
    """

    def __init__(
        self,
        *,
        tls: ssl.SSLContext | None = None,
        implicit: bool = False,
        login: tuple[str, str] | None = None,
        utf8: bool = True,
        greeting: str | None = None,
        keep: bool = True,
    ) -> None:
        self.messages: list[Received] = []
        self.accepted = 0
        self.connections = 0
        self.port = 0
        self.sender_reply: str | None = None
        self.sender_replies: deque[str] = deque()
        self._tls, self._implicit, self._login, self._utf8 = tls, implicit, login, utf8
        self.greeting = greeting
        self._keep = keep
        self._behaviours: dict[str, deque[Behaviour]] = {}
        self._always: dict[str, Behaviour] = {}
        self.open: set[_Session] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def behave(self, recipient: str, *once: Behaviour, always: Behaviour = ACCEPT) -> None:
        """Behave in turn as in `once`, one for each attempt to reach `recipient`, and then as `always`."""
        self._behaviours[recipient] = deque(once)
        self._always[recipient] = always

    def drop_connections(self) -> None:
        """Close every open connection, as servers do with idle ones, and wait until they are closed."""
        asyncio.run_coroutine_threadsafe(self._drop_all(), self._loop).result(5)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the sink did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        context = self._tls if self._implicit else None
        server = await self._loop.create_server(self._session, HOST, 0, ssl=context)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        await self._drop_all()

    def _session(self) -> _Session:
        return _Session(
            self,
            hostname="sink.example",
            tls_context=None if self._implicit else self._tls,
            enable_SMTPUTF8=self._utf8,
            authenticator=self._authenticate,
            auth_require_tls=False,
            loop=self._loop,
        )

    async def _drop_all(self) -> None:
        for session in list(self.open):
            session.hang_up()
        while self.open:  # noqa: ASYNC110 - the sessions tell nobody when they are gone
            await asyncio.sleep(0.001)

    def _authenticate(self, *arguments: Any) -> AuthResult:
        given = arguments[-1]
        welcome = self._login is not None and (given.login.decode(), given.password.decode()) == self._login
        return AuthResult(success=welcome, handled=False)

    def next_behaviour(self, recipient: str) -> Behaviour:
        """How this attempt to reach `recipient` goes."""
        waiting = self._behaviours.get(recipient)
        return waiting.popleft() if waiting else self._always.get(recipient, ACCEPT)

    async def handle_MAIL(  # noqa: N802 - the name is aiosmtpd's
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self._login is not None and not session.authenticated:
            return "530 5.7.0 Authentication required"
        reply = self.sender_replies.popleft() if self.sender_replies else self.sender_reply
        if reply is not None:
            return await server.answer(Behaviour("rcpt", reply))
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: _Session, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        server.behaviour = self.next_behaviour(address)
        if server.behaviour.at == "rcpt":
            return await server.answer(server.behaviour)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: _Session, session: Session, envelope: Envelope
    ) -> str:
        behaviour = server.behaviour
        if behaviour.keeps:
            self.accepted += 1
            if self._keep:
                self.messages.append(_received(envelope))
        return await server.answer(behaviour)


class _Session(SMTP):
    """One connection; the behaviour is that of its last recipient."""

    def __init__(self, sink: Sink, **options: Any) -> None:
        super().__init__(sink, **options)
        self._sink = sink
        self._greeting = sink.greeting
        self.behaviour = ACCEPT

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self not in self._sink.open:
            self._sink.connections += 1
        self._sink.open.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._sink.open.discard(self)
        super().connection_lost(error)

    def hang_up(self) -> None:
        """Close the connection at once."""
        if self.transport is not None:
            self.transport.close()

    async def push(self, status: str | bytes) -> None:
        greeting, self._greeting = self._greeting, None
        await super().push(status if greeting is None else greeting)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name is aiosmtpd's
        if self.behaviour.at == "data":
            await self.push(await self.answer(self.behaviour))
            return
        await super().smtp_DATA(arg)

    async def answer(self, behaviour: Behaviour) -> str:
        """The reply; for one that ends the connection it never comes back."""
        await asyncio.sleep(behaviour.delay)
        if behaviour.reply is not None and not behaviour.reply.startswith("421"):
            return behaviour.reply
        if behaviour.reply is not None:
            await self.push(behaviour.reply)
        self.hang_up()
        await asyncio.sleep(FOREVER)  # the loss of the connection cancels this task
        raise AssertionError


def _received(envelope: Envelope) -> Received:
    content = envelope.content
    return Received(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        options=tuple(envelope.mail_options),
        content=content if isinstance(content, bytes) else (content or "").encode(),
        at=time.time(),
    )


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether `condition` came true in time."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.005)
    return True
