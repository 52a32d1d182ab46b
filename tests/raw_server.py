"""A TCP server in a thread of its own that does with each connection whatever a test says.

async def hang_up(visit: Visit) -> None:
    await visit.request()
    visit.writer.close()

with RawServer(hang_up) as server:
    ... call 127.0.0.1, server.port ...
    assert len(server.requests) == 1
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self

HOST = "127.0.0.1"
GOOD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'


@dataclass
class Visit:
    """One connection."""

    server: RawServer
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def request(self) -> bytes:
        """The next whole request, noted in `server.requests`; head and body as they came."""
        head = await self.reader.readuntil(b"\r\n\r\n")
        lengths = [
            line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
        ]
        body = await self.reader.readexactly(int(lengths[0])) if lengths else b""
        self.server.requests.append(head + body)
        return head + body

    def reset(self) -> None:
        """Break the connection off without a farewell."""
        self.writer.transport.abort()


async def answering(visit: Visit) -> None:
    """Answer well, again and again."""
    while True:
        await visit.request()
        visit.writer.write(GOOD)


class RawServer:
    """The server. `requests` and `connections` may be read at any time, from any thread."""

    def __init__(
        self, serve: Callable[[Visit], Awaitable[None]] = answering, *, tls: ssl.SSLContext | None = None, port: int = 0,
    ) -> None:  # fmt: skip
        self.serve = serve
        self.requests: list[bytes] = []
        self.connections = 0
        self.open = 0
        self.port = port
        self._tls = tls
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(10):
            raise RuntimeError("the server did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    async def _run(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._visits: set[asyncio.Task[None]] = set()
        server = await asyncio.start_server(self._connected, HOST, self.port, ssl=self._tls)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for visit in list(self._visits):
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open += 1
        task = asyncio.get_running_loop().create_task(self._visit(Visit(self, reader, writer)))
        self._visits.add(task)
        task.add_done_callback(self._visits.discard)

    async def _visit(self, visit: Visit) -> None:
        try:
            with suppress(asyncio.IncompleteReadError, OSError):
                await self.serve(visit)
        finally:
            visit.writer.close()
            self.open -= 1
