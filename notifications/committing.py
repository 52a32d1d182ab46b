"""Many workers, one transaction: what they note at about the same moment is committed together."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from db.errors import StorageRefusal
from db.store import Store
from notifications.noting import Ending, HandOver, Note, write_notes
from tasks.clock import Clock

LINGER_SECONDS = 0.004
"""So long a note waits for others at most. A message whose process dies meanwhile ends as unknown, so it is short."""
MOST_TRIES, AGAIN_SECONDS = 3, 0.5


class Committer:
    """Takes the notes of the workers of one event loop, for a transaction of its own costs more than sending a message.

    A note is on the disk when its future is done. It holds LeaseLost, Stale or StorageRefusal where it was not taken. How a
    try ended is tried to be written more than once: unwritten, a message that left would count as one of unknown fate.
    """

    def __init__(self, store: Store, clock: Clock, lease: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._queue: list[_Waiting] = []
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
            while self._queue and not self._at_work:
                self._commit()

    def post(self, note: Note) -> asyncio.Future[None]:
        """Queue a note; whoever goes on meanwhile looks at the future later."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._enqueue([_Waiting(note, future)], LINGER_SECONDS)
        return future

    def _enqueue(self, waiting: Sequence[_Waiting], seconds: float) -> None:
        self._queue.extend(waiting)
        if self._queue and self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(seconds, self._commit)

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
        batch, self._queue = [one for one in self._queue if not one.dropped], []
        if batch:
            self._write(batch)

    def _write(self, batch: Sequence[_Waiting]) -> None:
        try:
            with self._store.statements() as connection:
                notes = [one.note for one in batch]
                answers = write_notes(connection, notes, now=self._clock.now(), lease=self._lease)
        except StorageRefusal as error:
            again = [one.again() for one in batch if isinstance(one.note, Ending) and one.tries < MOST_TRIES]
            kept = {id(one.future) for one in again}
            self._enqueue(again, AGAIN_SECONDS)
            self._refuse([one for one in batch if id(one.future) not in kept], error)
        except Exception as error:
            if len(batch) == 1:
                self._refuse(batch, error)
            else:
                # One note that cannot be written takes no other along.
                for one in batch:
                    self._write([one])
        else:
            for one, answer in zip(batch, answers, strict=True):
                _settle(one.future, answer)

    def _refuse(self, batch: Sequence[_Waiting], error: Exception) -> None:
        """Every worker hears of it; none may go on as if it were noted."""
        for one in batch:
            _settle(one.future, error)


@dataclass(frozen=True)
class _Waiting:
    """A note on its way to the disk. `tries`: this one included."""

    note: Note
    future: asyncio.Future[None]
    tries: int = 1

    @property
    def dropped(self) -> bool:
        """Whether its worker was cancelled meanwhile, before anything left. What has happened is noted all the same."""
        return isinstance(self.note, HandOver) and self.future.cancelled()

    def again(self) -> _Waiting:
        return replace(self, tries=self.tries + 1)


def _settle(future: asyncio.Future[None], error: BaseException | None) -> None:
    if future.done():
        # The worker was cancelled while it waited.
        return
    if error is None:
        future.set_result(None)
    else:
        future.set_exception(error)
