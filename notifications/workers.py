"""One worker: one message of its channel after another over one line, until none is left."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime

import structlog

from db.errors import StorageRefusal
from notifications import pacing
from notifications.channels.base import Line
from notifications.in_hand import InHand, Item, channel_of
from notifications.noting import Stale
from notifications.outbox import LeaseLost
from notifications.rounds import Lines, Round
from notifications.sending import Parcel, Sending

NO_ADDRESS = "Không có địa chỉ nào dùng được."
IN_TURN = "Chờ đến lượt: kênh này chỉ gửi từng ấy tin mỗi phút."
LONGEST_NAP = 1.0
log = structlog.get_logger(__name__)


class Worker:
    """Of one channel. `run` leaves every message that it takes in a state of its own.

    `next_of` gives the channel's next one, None when there is nothing left to do.
    """

    def __init__(
        self, run: Round, lines: Lines, channel: str, in_hand: InHand, next_of: Callable[[str], Item | None]
    ) -> None:
        self._run = run
        self._lines = lines
        self._channel = channel
        self._in_hand = in_hand
        self._next_of = next_of
        self._line: Line | None = None
        self._noted: deque[asyncio.Future[None]] = deque()

    async def run(self) -> None:
        """Send what there is. Raises StorageRefusal."""
        with self._run.committer.worker():
            try:
                while item := self._next_of(self._channel):
                    self._run.alive()
                    await self._deal_with(item)
                    self._look_back()
                for future in self._noted:
                    await self._settled(future)
            finally:
                self._leave()

    def _leave(self) -> None:
        if self._line is not None:
            self._lines.give_back(self._channel, self._line)
        # What nobody will look at any more must not be complained of when it is collected.
        for future in self._noted:
            future.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _deal_with(self, item: Item) -> None:
        parcel = item.batch.prepared.parcel(item.message, self._run.shut())
        sending = Sending(self._run.delivery, self._run.committer, parcel)
        try:
            self._run.tally.states[await self._carry(item, parcel, sending)] += 1
        except Stale:
            # A report may have come in while earlier messages were under way.
            self._in_hand.put_back(self._channel, item)
        except LeaseLost:
            log.warning("lease lost", message=item.message.id)

    async def _carry(self, item: Item, parcel: Parcel, sending: Sending) -> str:
        if held := self._held_back(item, parcel):
            return await sending.end("pending", *held)
        if not parcel.ways:
            return await sending.end("failed", NO_ADDRESS)
        instant = self._in_hand.turn(self._channel)
        if instant is None:
            return await sending.end("pending", IN_TURN, self._run.delivery.clock.now() + pacing.PATIENCE)
        state = ""
        try:
            if await self._waited(instant) and (held := self._held_back(item, parcel)):
                return await sending.end("pending", *held)
            state = await sending.run(await self._own_line(), self._run.delivery.channels[self._channel])
        finally:
            if not state:
                self._in_hand.give_turn_back(self._channel, instant)
        return await self._tried(sending, state)

    async def _tried(self, sending: Sending, state: str) -> str:
        if sending.closed_because:
            closed = self._run.close(self._channel, sending.closed_because)
            return await sending.put_behind(closed.until)
        if sending.receipt is not None:
            self._run.carried(self._channel, sending.receipt)
        if sending.noted is not None:
            self._noted.append(sending.noted)
        return state

    def _held_back(self, item: Item, parcel: Parcel) -> tuple[str, datetime | None] | None:
        """Why a message does not leave in this round and from when on it may; None when it goes."""
        if item.message.person_id in item.batch.prepared.resting or not self._run.goes_on():
            return "", None
        if closed := self._run.shut().get(channel_of(parcel)):
            return closed.because, closed.until
        return ("", None) if channel_of(parcel) != self._channel else None

    async def _waited(self, instant: datetime) -> bool:
        """Whether its turn was still to come. In short steps, for somebody may tell the process to stop meanwhile."""
        late = wait = (instant - self._run.delivery.clock.now()).total_seconds()
        while wait > 0 and self._run.goes_on():
            self._run.alive()
            await self._run.delivery.sleep(min(wait, LONGEST_NAP))
            wait -= LONGEST_NAP
        return late > 0

    async def _own_line(self) -> Line:
        if self._line is None:
            self._line = await self._lines.take(self._channel)
        return self._line

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
            log.warning("lease lost", channel=self._channel)
        elif error is not None:
            # The one message's fate is unknown once its lease is over; the others go on.
            log.error("noting broke", channel=self._channel, exc_info=error)
