"""A process of its own that keeps the OA's tokens, told what to do a line at a time.

python token_worker.py DATABASE FAKE_URL CLOCK_OFF_SECONDS LEASE_SECONDS

`current` and `renew` (of the token it got last) answer with "VERSION ACCESS", or with the kind of the error;
`send ADDRESS TRACKING_ID` with "sent", or with the kind of the error.
"""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog
from channel_world import MORNING, Mark, keeper, kind, oa_channel, outcome, to

from db.store import Store
from notifications.channels.base import ChannelError
from notifications.channels.zalo_refresh import Access
from tasks.clock import ShiftedClock, SystemClock

READY = "ready"


async def work(database: Path, url: str, clock_off: float, lease: float) -> None:
    """Obey until standard input ends."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    clock = ShiftedClock(MORNING + timedelta(seconds=clock_off), SystemClock())
    tokens = keeper(url, Store(f"sqlite:///{database}"), clock=clock, lease=lease)
    access = Access("", 0)
    print(READY, flush=True)
    async with oa_channel(url, tokens, clock=clock).line() as line:
        while order := (await asyncio.to_thread(sys.stdin.readline)).split():
            try:
                if order[0] == "send":
                    print(kind(await outcome(line, to(order[1], order[2]), Mark())), flush=True)
                    continue
                access = await (tokens.current() if order[0] == "current" else tokens.renew(access))
                print(access.version, access.token, flush=True)
            except ChannelError as error:
                print(error.kind, flush=True)


class Worker:
    """Such a process, from the side of the test that starts it; it is killed when left."""

    def __init__(self, database: str, url: str, *, clock_off: float = 0.0, lease: float = 30.0) -> None:
        command = [
            sys.executable,
            __file__,
            database.removeprefix("sqlite:///"),
            url,
            str(clock_off),
            str(lease),
        ]
        self._process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __enter__(self) -> Self:
        if self.answer() != READY:
            raise RuntimeError("the worker did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def order(self, *words: str) -> None:
        """Tell it to do something."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{' '.join(words)}\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        """Wait for what it says."""
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()

    def kill(self) -> None:
        """As kill -9."""
        self._process.kill()
        self._process.communicate()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
