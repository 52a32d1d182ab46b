"""The serving process: APScheduler fires the tick, a watchdog sees that it does.

APScheduler stores nothing here: all that is due stands in the database. The watchdog is needed because
APScheduler 3.11 can stop silently after an error of its own while still calling itself running.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

log = structlog.get_logger(__name__)

Work = Callable[[], Awaitable[object]]
STALE_AFTER = 3


class Ticker:
    """Runs `work` every so often until `stop` is set; a run in hand is finished first."""

    def __init__(self, work: Work, every: timedelta) -> None:
        self._work = work
        self._every = every
        self._last_end = time.monotonic()
        self._running = asyncio.Lock()
        self._scheduler = self._start()
        self.restarts = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Tick at once, then on schedule; look after the scheduler; return when stopped."""
        await self._once()
        while not stop.is_set():
            try:
                await asyncio.wait_for(stop.wait(), self._every.total_seconds())
            except TimeoutError:
                self._watch()
        # Shutting down cancels a job in hand, so it is let finish first; the pause starts no further one.
        self._scheduler.pause()
        async with self._running:
            self._scheduler.shutdown(wait=False)
        log.info("ticker stopped")

    async def _once(self) -> None:
        """One run; an error is logged and the next tick tries again, for everything due is still in the database."""
        async with self._running:
            try:
                await self._work()
            except Exception:
                log.exception("tick failed")
            self._last_end = time.monotonic()

    def _watch(self) -> None:
        silent = time.monotonic() - self._last_end
        if self._running.locked() or silent <= STALE_AFTER * self._every.total_seconds():
            return
        log.error("scheduler went silent, starting a new one", silent_seconds=round(silent))
        self._scheduler.shutdown(wait=False)
        self._scheduler = self._start()
        self._last_end = time.monotonic()
        self.restarts += 1

    def _start(self) -> AsyncIOScheduler:
        scheduler = AsyncIOScheduler(timezone="UTC")
        scheduler.add_job(
            self._once,
            "interval",
            seconds=self._every.total_seconds(),
            coalesce=True,
            misfire_grace_time=None,
            max_instances=1,
        )
        scheduler.start()
        return scheduler
