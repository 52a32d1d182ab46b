"""The workers of a round, taken on as there are messages for them."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from notifications.in_hand import InHand, Item
from notifications.rounds import Lines, Round
from notifications.workers import Worker


class Crew:
    """Up to so many workers a channel, so that a slow one does not hold the others up."""

    def __init__(self, run: Round) -> None:
        self._run = run
        self._in_hand = InHand(run)
        self._lines = Lines(run.delivery.channels)
        self._at_work: dict[str, set[asyncio.Task[None] | None]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()
        self._failure: BaseException | None = None

    async def work(self) -> None:
        """Send until nothing is due. One that fails does not cut off the others in the middle of a message."""
        async with self._lines:
            try:
                self._claim()
                self._fill_up()
                while self._tasks:
                    await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)
            finally:
                await self._dismiss()
        if self._failure is not None:
            raise self._failure

    def _next(self, channel: str) -> Item | None:
        """A worker's next message; None sends it home."""
        item = self._in_hand.next(channel)
        if item is None and self._claim():
            item = self._in_hand.next(channel)
        if item is None:
            self._at_work[channel].discard(asyncio.current_task())
        self._fill_up()
        return item

    def _claim(self) -> bool:
        return self._failure is None and self._in_hand.claim()

    def _fill_up(self) -> None:
        if self._failure is not None:
            return
        for channel, waiting in self._in_hand.waiting().items():
            for _ in range(self._wanted(waiting) - len(self._at_work[channel])):
                self._take_on(channel)

    def _wanted(self, waiting: int) -> int:
        """No connection is opened for nothing: one worker a batch, up to the number that is allowed."""
        delivery = self._run.delivery
        return min(delivery.workers, -(-(waiting + max(self._run.left, 0)) // delivery.batch))

    def _take_on(self, channel: str) -> None:
        worker = Worker(self._run, self._lines, channel, self._in_hand, self._next)
        task = asyncio.create_task(worker.run())
        self._at_work[channel].add(task)
        self._tasks.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        for at_work in self._at_work.values():
            at_work.discard(task)
        # Every worker's is looked at, or it would be complained of when it is collected.
        error = None if task.cancelled() else task.exception()
        self._failure = self._failure or error

    async def _dismiss(self) -> None:
        """Only when the round itself is cancelled is anybody still at work."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
