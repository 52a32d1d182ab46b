"""Many workers, one transaction: what they note at about the same moment is committed together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from db.store import Store
from notifications.noting import Note, write_notes
from tasks.clock import Clock

LINGER_SECONDS = 0.004
"""So long a note waits for others at most. A message whose process dies meanwhile ends as unknown, so it is short."""


class Committer:
    """Takes the notes of the workers of one event loop, for a transaction of its own costs more than sending a message.

    A note is on the disk when its future is done. It holds LeaseLost, Stale or StorageRefusal where it was not taken.
    """

    def __init__(self, store: Store, clock: Clock, lease: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._queue: list[tuple[Note, asyncio.Future[None]]] = []
        self._at_work = self._waiting = 0
        self._alarm: asyncio.TimerHandle | None = None

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Somebody is at work in the block: notes wait for one more."""
        self._at_work += 1
        try:
            yield
        finally:
            self._at_work -= 1
            self._commit_if_all_wait()

    def post(self, note: Note) -> asyncio.Future[None]:
        """Queue a note; whoever goes on meanwhile looks at the future later."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        self._queue.append((note, future))
        if self._alarm is None:
            self._alarm = loop.call_later(LINGER_SECONDS, self._commit)
        return future

    async def note(self, note: Note) -> None:
        """Have it written down for good. Raises LeaseLost, Stale, StorageRefusal; then nothing of it was written."""
        await self.settled(self.post(note))

    async def settled(self, future: asyncio.Future[None]) -> None:
        """Wait for a posted note; raises what it holds."""
        self._waiting += 1
        try:
            self._commit_if_all_wait()
            await future
        finally:
            self._waiting -= 1

    def _commit_if_all_wait(self) -> None:
        if self._queue and self._waiting >= self._at_work:
            self._commit()

    def _commit(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        batch, self._queue = self._queue, []
        if not batch:
            return
        try:
            with self._store.statements() as connection:
                notes = [note for note, _ in batch]
                answers = write_notes(connection, notes, now=self._clock.now(), lease=self._lease)
        except Exception as error:  # every worker hears of it; none may go on as if it were noted
            for _, future in batch:
                _settle(future, error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            _settle(future, answer)


def _settle(future: asyncio.Future[None], error: BaseException | None) -> None:
    if future.done():
        # The worker was cancelled while it waited.
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
