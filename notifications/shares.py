"""One channel's share of a batch: one message after another over one line."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime

import structlog

from db.errors import StorageRefusal
from notifications import pacing
from notifications.batches import Prepared
from notifications.noting import Stale
from notifications.outbox import Claimed, LeaseLost
from notifications.rounds import Lines, Round
from notifications.sending import Parcel, Sending

NOWHERE = ""
NO_ADDRESS = "Không có địa chỉ nào dùng được."
IN_TURN = "Chờ đến lượt: kênh này chỉ gửi từng ấy tin mỗi phút."
LONGEST_NAP = 1.0
log = structlog.get_logger(__name__)


def channel_of(parcel: Parcel) -> str:
    """The channel of a parcel's first way."""
    return parcel.ways[0].channel if parcel.ways else NOWHERE


class Share:
    """Messages of one batch that go by the same channel. `run` leaves each of them in a state of its own."""

    def __init__(
        self, run: Round, lines: Lines, channel: str, prepared: Prepared, messages: Sequence[Claimed]
    ) -> None:
        self._run = run
        self._lines = lines
        self._channel = channel
        self._prepared = prepared
        self._waiting = deque(messages)
        self._instants: deque[datetime] = deque()
        self._noted: deque[asyncio.Future[None]] = deque()

    async def run(self) -> None:
        """Send them all. Raises StorageRefusal."""
        with self._run.committer.worker():
            self._instants.extend(self._reserve())
            try:
                while self._waiting:
                    self._run.alive()
                    await self._next(self._waiting[0])
                    self._look_back()
                for future in self._noted:
                    await self._settled(future)
            finally:
                # What nobody will look at any more must not be complained of when it is collected.
                for future in self._noted:
                    future.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _next(self, message: Claimed) -> None:
        parcel = self._prepared.parcel(message, self._run.shut())
        sending = Sending(self._run.delivery, self._run.committer, parcel)
        try:
            state = await self._carry(parcel, sending)
            self._run.tally.states[state] += 1
        except Stale:
            # A report may have come in while earlier messages were under way.
            self._prepared = Prepared.of(self._run.readings, self._waiting)
            return
        except LeaseLost:
            log.warning("lease lost", message=message.id)
        self._waiting.popleft()

    async def _carry(self, parcel: Parcel, sending: Sending) -> str:
        if held := self._held_back(parcel):
            return await sending.end("pending", *held)
        if not parcel.ways:
            return await sending.end("failed", NO_ADDRESS)
        await self._wait_for_turn()
        if held := self._held_back(parcel):
            return await sending.end("pending", *held)
        state = await sending.run(
            await self._lines.of(self._channel), self._run.delivery.channels[self._channel]
        )
        self._instants.popleft()
        if sending.closed_because:
            closed = self._run.close(self._channel, sending.closed_because)
            return await sending.put_behind(closed.until)
        if sending.receipt is not None:
            self._run.carried(self._channel, sending.receipt)
        if sending.noted is not None:
            self._noted.append(sending.noted)
        return state

    def _held_back(self, parcel: Parcel) -> tuple[str, datetime | None] | None:
        """Why a message does not leave in this round and from when on it may; None when it goes."""
        if parcel.message.person_id in self._prepared.resting or not self._run.goes_on():
            return "", None
        if closed := self._run.shut().get(channel_of(parcel)):
            return closed.because, closed.until
        if channel_of(parcel) != self._channel:
            return "", None
        if parcel.ways and not self._instants:
            return IN_TURN, self._run.delivery.clock.now() + pacing.PATIENCE
        return None

    async def _wait_for_turn(self) -> None:
        """In short steps, for a turn may come long after somebody told the process to stop."""
        wait = (self._instants[0] - self._run.delivery.clock.now()).total_seconds()
        while wait > 0 and self._run.goes_on():
            self._run.alive()
            await self._run.delivery.sleep(min(wait, LONGEST_NAP))
            wait -= LONGEST_NAP

    def _reserve(self) -> list[datetime]:
        delivery, count = self._run.delivery, len(self._waiting)
        per_minute = delivery.paces.get(self._channel, 0)
        if not per_minute:
            return [delivery.clock.now()] * count
        with delivery.store.write() as session:
            return pacing.reserve(session, self._channel, count, per_minute, delivery.clock.now())

    def _look_back(self) -> None:
        """What was posted as sent is on the disk by now, or its trouble comes up here."""
        while self._noted and self._noted[0].done():
            self._heard(self._noted.popleft())

    async def _settled(self, future: asyncio.Future[None]) -> None:
        try:
            await self._run.committer.settled(future)
        except Exception:
            self._heard(future)

    def _heard(self, future: asyncio.Future[None]) -> None:
        error = future.exception()
        if isinstance(error, StorageRefusal):
            raise error
        if isinstance(error, LeaseLost):
            log.warning("lease lost", share=self._channel)
        elif error is not None:
            # The one message's fate is unknown once its lease is over; the others go on.
            log.error("noting broke", share=self._channel, exc_info=error)
