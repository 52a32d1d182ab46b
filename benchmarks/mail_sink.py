"""A mail server that takes everything and keeps nothing, in a process of its own; prints its port."""

from __future__ import annotations

import asyncio
from typing import Any

from aiosmtpd.smtp import SMTP

HOST = "127.0.0.1"


class Swallow:
    """Says yes."""

    async def handle_DATA(self, _server: Any, _session: Any, _envelope: Any) -> str:  # noqa: N802
        return "250 2.0.0 Ok: queued"


async def main() -> None:
    """Serve until killed."""
    loop, handler = asyncio.get_running_loop(), Swallow()
    server = await loop.create_server(lambda: SMTP(handler, loop=loop, hostname="sink.example"), HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
