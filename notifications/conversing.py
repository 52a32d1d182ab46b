"""Something came in: it is handled soon, in the background, while whoever brought it has its answer already."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

log = structlog.get_logger(__name__)


class Conversation:
    """Runs `work` soon after it is asked to: never twice at once, and once more for what came in meanwhile.

    Nothing depends on it: what it does not get to is found by the next one that looks.
    """

    def __init__(self, work: Callable[[], Awaitable[object]]) -> None:
        self._work = work
        self._again = False
        self._running: asyncio.Task[None] | None = None

    def soon(self) -> None:
        """Ask for a run; to be called inside an event loop, always the same one."""
        self._again = True
        if self._running is None or self._running.done():
            self._running = asyncio.get_running_loop().create_task(self._run())

    async def finish(self) -> None:
        """Wait for the run in hand."""
        if self._running is not None:
            await self._running

    async def _run(self) -> None:
        while self._again:
            self._again = False
            try:
                await self._work()
            except Exception:
                # What waits stands in the database; the next tick looks again.
                log.exception("conversing failed")
