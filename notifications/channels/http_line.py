"""One HTTP client for one worker: it sends a request once, and knows whether it had left when something broke.

It stands on httpx's transport, not on its client: the client logs every address it calls, and the bot's holds a token.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cache
from ssl import SSLCertVerificationError, SSLContext
from typing import Literal

import httpx

from notifications.channels.base import HandOver
from notifications.channels.http_passage import Gone, Objection, Passage, Stream

# Shorter than servers let an idle connection stand, so that hardly any is found closed when it is needed again.
IDLE_SECONDS = 4.0
# After a connection that could not be made, a line does not knock again for so long: a whole batch of messages
# would otherwise wait for the same time-out one after another, longer than their lease.
REST_SECONDS = 20.0
LONGEST_ANSWER = 1_000_000
_TIDYING_UP = 0.5


@dataclass(frozen=True)
class Call:
    """A request, ready to go. What it holds is secret and never shown."""

    url: httpx.URL = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    method: Literal["POST", "GET"] = "POST"


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    status: int
    body: bytes


@dataclass(frozen=True)
class NoAnswer:
    """No whole answer. `left`: a first byte of the request may be out; `untrusted`: the server's certificate is not good.

    `why`: a few Vietnamese words.
    """

    left: bool
    why: str
    untrusted: bool = False


class HttpLine:
    """One connection to each server it is asked to call, made when it is needed. Not to be shared between tasks.

    `timeout` in seconds: once for connecting, and once more from the first byte to the end of the answer.
    """

    def __init__(self, timeout: float, *, rest: float = REST_SECONDS) -> None:
        self._timeout = timeout
        self._rest = rest
        self._transport: httpx.AsyncHTTPTransport | None = None
        self._streams: dict[str, Stream] = {}
        self._closed: dict[str, tuple[float, NoAnswer]] = {}

    async def ask(self, call: Call, handing_over: HandOver | None = None) -> Answer | NoAnswer:
        """Send it, once. What `handing_over` raises passes unchanged.

        `handing_over` is awaited once the connection stands, right before the first byte. Where the server left
        meanwhile, a new connection is made: not a byte was written on the old one.
        """
        origin = _origin(call.url)
        until, because = self._closed.get(origin, (0.0, None))
        if because is not None and asyncio.get_running_loop().time() < until:
            return because
        stream = self._streams.setdefault(origin, Stream())
        reply = await self._through(call, Passage(stream, handing_over, self._timeout))
        if isinstance(reply, NoAnswer) and not reply.left:
            self._closed[origin] = asyncio.get_running_loop().time() + self._rest, reply
        else:
            self._closed.pop(origin, None)
        return reply

    async def close(self) -> None:
        """Close the connections."""
        transport, self._transport = self._transport, None
        self._streams.clear()
        if transport is not None:
            await transport.aclose()

    async def _through(self, call: Call, passage: Passage) -> Answer | NoAnswer:
        try:
            async with asyncio.timeout(self._timeout + _TIDYING_UP) as limit:
                passage.begin(limit)
                answer = await self._exchange(call, passage)
                # A transport that no longer tells of its first byte must not pass for one that sent nothing.
                return answer if passage.left else NoAnswer(True, "mất dấu yêu cầu")
        except Objection as objection:
            raise objection.reason from objection.reason.__cause__
        except Gone:
            return await self._through(call, passage)
        except (TimeoutError, httpx.TimeoutException):
            return NoAnswer(passage.left, "quá thời gian chờ")
        except (httpx.RequestError, OSError) as error:
            why = "mất kết nối giữa chừng" if passage.left else "không kết nối được"
            return NoAnswer(passage.left, why, _untrusted(error))

    async def _exchange(self, call: Call, passage: Passage) -> Answer:
        if self._transport is None:
            limits = httpx.Limits(max_connections=8, keepalive_expiry=IDLE_SECONDS)
            self._transport = httpx.AsyncHTTPTransport(verify=_trust(), trust_env=False, limits=limits)
        # Reaching the server and securing the connection get half each; the transport tidies up after its own time-outs.
        extensions = {"trace": passage.watch, "timeout": {"connect": self._timeout / 2}}
        request = httpx.Request(
            call.method, call.url, headers=call.headers, content=call.body, extensions=extensions
        )
        response = await self._transport.handle_async_request(request)
        try:
            return Answer(response.status_code, await _whole(response))
        finally:
            await response.aclose()


async def _whole(response: httpx.Response) -> bytes:
    parts: list[bytes] = []
    length = 0
    async for part in response.aiter_bytes():
        length += len(part)
        if length > LONGEST_ANSWER:
            raise httpx.ReadError("the answer has no end")
        parts.append(part)
    return b"".join(parts)


@cache
def _trust() -> SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


def _untrusted(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, SSLCertVerificationError):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
