"""One request on its way out of httpx's transport: the hand-over before the first byte, and whether that byte has left."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications.channels.base import HandOver

# What the transport tells of its steps; httpx documents them as its "trace" extension.
_CONNECTED = ("connection.connect_tcp.complete", "connection.start_tls.complete")
_FIRST_BYTE = "http11.send_request_headers.started"


@dataclass
class Stream:
    """The last connection made to a server, as the transport knows it."""

    connection: Any = None

    def hung_up(self) -> bool:
        """Whether the server closed it while it was idle."""
        return self.connection is not None and bool(self.connection.get_extra_info("is_readable"))


class Passage:
    """Follows one request on its way out: the hand-over before the first byte, and whether that byte has left."""

    def __init__(self, stream: Stream, handing_over: HandOver | None, timeout: float) -> None:
        self._stream = stream
        self._handing_over = handing_over
        self._timeout = timeout
        self._limit: asyncio.Timeout | None = None
        self._fresh = False
        self.left = False

    def begin(self, limit: asyncio.Timeout) -> None:
        """A try begins, which is over at `limit`."""
        self._limit, self._fresh = limit, False

    async def watch(self, event: str, info: Mapping[str, Any]) -> None:
        """Called by the transport at each step."""
        if event in _CONNECTED:
            self._stream.connection, self._fresh = info["return_value"], True
        elif event == _FIRST_BYTE:
            await self._hand_over()
            # A new connection may already hold what servers send first of all; only an old one is silent.
            if not self._fresh and self._stream.hung_up():
                raise Gone
            self.left = True

    async def _hand_over(self) -> None:
        """It takes the time it takes, and is not broken off in the middle; the answer's time begins after it."""
        handing_over, self._handing_over = self._handing_over, None
        if handing_over is not None:
            self._allow(None)
            try:
                await handing_over()
            except Exception as error:
                raise Objection(error) from error
        self._allow(asyncio.get_running_loop().time() + self._timeout)

    def _allow(self, until: float | None) -> None:
        if self._limit is not None:
            self._limit.reschedule(until)


class Gone(Exception):
    """The server left before the first byte."""


class Objection(Exception):
    """What the hand-over raised."""

    def __init__(self, reason: Exception) -> None:
        super().__init__()
        self.reason = reason
