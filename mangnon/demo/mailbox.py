"""python -m mangnon.demo.mailbox FOLDER [--refuse ADDRESS …]: the Zalo season's own mail server, on this machine only.

It prints `{"port": N}` when it is ready, keeps every mail as a file in the folder, and ends when its standard input closes.
It needs aiosmtpd, which a checkout has.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
NO_MAILBOX = "550 5.1.1 No such user here"


class Keeping:
    """Takes mail for everybody but the addresses in `refused`."""

    def __init__(self, folder: Path, refused: frozenset[str]) -> None:
        self._folder = folder
        self._refused = refused
        self._count = 0

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Whether there is such a mailbox."""
        if address in self._refused:
            return NO_MAILBOX
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep it."""
        self._count += 1
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        await asyncio.to_thread((self._folder / f"{self._count:05}.eml").write_bytes, raw)
        return "250 2.0.0 Ok: queued"


async def serve(folder: Path, refused: frozenset[str]) -> None:
    """Serve until standard input closes."""
    loop = asyncio.get_running_loop()
    keeping = Keeping(folder, refused)
    server = await loop.create_server(
        lambda: SMTP(keeping, hostname="mailbox.example", enable_SMTPUTF8=True), HOST, 0
    )
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await asyncio.to_thread(_wait_for_the_end)
    server.close()


def _wait_for_the_end() -> None:
    while os.read(0, 4_096):
        pass


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="mangnon.demo.mailbox")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--refuse", action="append", default=[])
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(asked.folder, frozenset(asked.refuse)))


if __name__ == "__main__":
    main()
