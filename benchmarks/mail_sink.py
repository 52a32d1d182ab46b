"""A mail server that takes everything and keeps nothing, in a process of its own; prints its port.

python -m benchmarks.mail_sink [SECONDS]    so long it takes over each mail, as one does that stores them
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"


class Swallow:
    """Says yes, after a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        await asyncio.sleep(self._seconds)
        return "250 2.0.0 Ok: queued"


async def main(seconds: float) -> None:
    """Serve until killed."""
    loop, handler = asyncio.get_running_loop(), Swallow(seconds)
    server = await loop.create_server(lambda: SMTP(handler, loop=loop, hostname="sink.example"), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
