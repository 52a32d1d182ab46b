"""Many workers, one transaction: what they note at the same moment is committed together."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from db.store import Store
from notifications.noting import Note, write_notes
from tasks.clock import Clock


class Committer:
    """Takes notes of the workers of one event loop. A note is on the disk when `note` returns.

    A transaction of its own for each of them would cost more than sending the message.
    """

    def __init__(self, store: Store, clock: Clock, lease: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._waiting: list[tuple[Note, asyncio.Future[None]]] = []

    async def note(self, note: Note) -> None:
        """Write it down for good. Raises LeaseLost, Stale, StorageRefusal; then nothing of it was written."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._commit)
        answer: asyncio.Future[None] = loop.create_future()
        self._waiting.append((note, answer))
        await answer

    def _commit(self) -> None:
        batch, self._waiting = self._waiting, []
        try:
            with self._store.write() as session:
                answers = write_notes(
                    session, [note for note, _ in batch], now=self._clock.now(), lease=self._lease
                )
        except BaseException as error:  # every worker hears of it; none may go on as if it were noted
            for _, waiting in batch:
                _settle(waiting, error)
            if not isinstance(error, Exception):
                raise
            return
        for (_, waiting), answer in zip(batch, answers, strict=True):
            _settle(waiting, answer)


def _settle(waiting: asyncio.Future[None], error: BaseException | None) -> None:
    if waiting.done():
        # The worker was cancelled while it waited.
        return
    if error is None:
        waiting.set_result(None)
    else:
        waiting.set_exception(error)
