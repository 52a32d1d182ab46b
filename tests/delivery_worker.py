"""Programs of their own for the tests that kill: a process that ticks and delivers, and a mail server that remembers.

python delivery_worker.py work DATABASE PORT BEGUN LEASE_SECONDS    one line on stdin lets it go
python delivery_worker.py sink RECORD SLOWNESS_SECONDS SEED         prints its port
"""

from __future__ import annotations

import asyncio
import logging
import os
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP
from reminder_world import START, ZONE
from sqlmodel import col, func, select

from db.store import Store
from db.tables import Message
from notifications.channels.email import EmailChannel
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.retry import RetryPolicy
from notifications.rungs import Ladders
from notifications.sending import Delivery
from notifications.tick import tick
from tasks.workdays import load_calendar

WORKERS, BATCH = 2, 4
READY = "ready"


class MovingClock:
    """Runs as fast as the machine's clock, but shows `START` at the instant `begun` (seconds since the epoch)."""

    def __init__(self, begun: float) -> None:
        self._behind = datetime.fromtimestamp(begun, UTC) - START

    def now(self) -> datetime:
        """The present instant of the test's world."""
        return datetime.now(UTC) - self._behind


def work(database: Path, port: int, begun: float, lease: float) -> None:
    """Tick until no message waits or is on its way; then print how many were sent by this process."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    delivery = _delivery(database, port, begun, lease)
    print(READY, flush=True)
    sys.stdin.readline()
    states: Counter[str] = Counter()
    while True:
        states += asyncio.run(tick(delivery)).tally.states
        with delivery.store.read() as session:
            waiting = select(func.count()).where(col(Message.state).in_(("pending", "sending")))
            if not session.exec(waiting).one():
                break
        time.sleep(lease / 10)
    print(states["sent"], flush=True)


def _delivery(database: Path, port: int, begun: float, lease: float) -> Delivery:
    calendar, policy = load_calendar(), Policy()
    return Delivery(
        store=Store(f"sqlite:///{database}"),
        clock=MovingClock(begun),
        channels={
            "email": EmailChannel(
                host="127.0.0.1", port=port, security="none", sender="nhac-viec@xa-thu.example", sender_name="Măng Non"
            )
        },
        desk=Desk(calendar, Ladders(policy, calendar), "http://mangnon.example"),
        policy=policy,
        retry=RetryPolicy(first=timedelta(milliseconds=100)),
        owner=f"may:{os.getpid()}",
        time_zone=ZONE,
        workers=WORKERS,
        batch=BATCH,
        lease=timedelta(seconds=lease),
    )  # fmt: skip


class Recorder:
    """Writes each Message-ID to a file for good, a moment after the text came and a moment before the answer."""

    def __init__(self, record: Path, slowness: float, seed: int) -> None:
        self._file = os.open(record, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self._slowness = slowness
        self._random = random.Random(seed)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Called by aiosmtpd once the text is whole."""
        number = BytesHeaderParser().parsebytes(envelope.content)["Message-ID"]
        await asyncio.sleep(self._random.uniform(0, self._slowness))
        os.write(self._file, f"{number} {envelope.rcpt_tos[0]}\n".encode())
        os.fsync(self._file)
        await asyncio.sleep(self._random.uniform(0, self._slowness))
        return "250 2.0.0 Ok: queued"


async def sink(record: Path, slowness: float, seed: int) -> None:
    """Serve until killed."""
    loop = asyncio.get_running_loop()
    handler = Recorder(record, slowness, seed)
    server = await loop.create_server(
        lambda: SMTP(handler, loop=loop, hostname="sink.example"), "127.0.0.1", 0
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(Path(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]), float(sys.argv[5]))
    else:
        asyncio.run(sink(Path(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])))
