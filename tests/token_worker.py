"""A process of its own that keeps the OA's tokens, told what to do a line at a time.

python token_worker.py DATABASE FAKE_URL CLOCK_OFF_SECONDS LEASE_SECONDS

`current` and `renew` (of the token it got last) answer with "VERSION ACCESS", or with the kind of the error.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import timedelta
from pathlib import Path

from channel_world import MORNING, keeper

from db.store import Store
from notifications.channels.base import ChannelError
from notifications.channels.zalo_refresh import Access
from tasks.clock import ShiftedClock, SystemClock

READY = "ready"


async def work(database: Path, url: str, clock_off: float, lease: float) -> None:
    """Obey until standard input ends."""
    clock = ShiftedClock(MORNING + timedelta(seconds=clock_off), SystemClock())
    tokens = keeper(url, Store(f"sqlite:///{database}"), clock=clock, lease=lease)
    access = Access("", 0)
    print(READY, flush=True)
    while order := (await asyncio.to_thread(sys.stdin.readline)).strip():
        try:
            access = await (tokens.current() if order == "current" else tokens.renew(access))
            print(access.version, access.token, flush=True)
        except ChannelError as error:
            print(error.kind, flush=True)


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]), float(sys.argv[4])))
