"""One round of delivery: what its workers share, which channels are shut, and what the round did."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Self

from db.errors import StorageRefusal
from notifications import breakers, outbox
from notifications.batches import Readings
from notifications.channels.base import Channel, Line, Receipt
from notifications.committing import Committer
from notifications.heartbeat import beat
from notifications.policy import slot_at
from notifications.sending import Delivery

BEAT_EVERY, BEAT_PATIENCE = timedelta(seconds=15), timedelta(seconds=1)


@dataclass
class Tally:
    """What a round did: messages by the state they were left in, and the channels that are set up wrongly, with why."""

    states: Counter[str] = field(default_factory=Counter)
    shut: dict[str, str] = field(default_factory=dict)

    @property
    def closed(self) -> str:
        """Why channels were closed, "" when none was."""
        return " ".join(dict.fromkeys(self.shut.values()))


class Round:
    """Shared by the workers of one run of delivery in one process; `left`: messages that were due and nobody took yet."""

    def __init__(self, delivery: Delivery, tally: Tally) -> None:
        self.delivery = delivery
        self.tally = tally
        self.left = 0
        self.readings = Readings(delivery)
        self.committer = Committer(delivery.store, delivery.clock, delivery.lease)
        self._seen_at = delivery.clock.now()
        with delivery.store.read() as session:
            self._closed = breakers.closed_channels(session, list(delivery.channels))
        self._look_again()

    def goes_on(self) -> bool:
        """Whether messages may leave now."""
        return not self.delivery.stopping.is_set() and window_open(self.delivery)

    def alive(self) -> None:
        """A round may take long, at a channel's own rate: meanwhile nobody is to take the process for dead."""
        now = self.delivery.clock.now()
        if abs(now - self._seen_at) >= BEAT_EVERY:
            self._seen_at = now
            # A busy database has more urgent things to do.
            with suppress(StorageRefusal), self.delivery.store.write(BEAT_PATIENCE) as session:
                beat(session, self.delivery.owner, now)

    def shut(self) -> dict[str, breakers.Closed]:
        """The channels that are not to be tried now: found set up wrongly by this process, not long ago."""
        now, mine = self.delivery.clock.now(), self.delivery.found_closed
        return {name: one for name, one in self._closed.items() if name in mine and one.holds(now)}

    def _look_again(self) -> None:
        """What another process found closed may have been mended: what waits for it is tried at once."""
        now, mine = self.delivery.clock.now(), self.delivery.found_closed
        waiting = [one for one in self._closed.values() if one.name not in mine and one.holds(now)]
        if waiting:
            with self.delivery.store.write() as session:
                for closed in waiting:
                    outbox.wake(session, closed.because, closed.until, now)

    def close(self, channel: str, because: str) -> breakers.Closed:
        """A channel turned out to be set up wrongly."""
        with self.delivery.store.write() as session:
            closed = breakers.close(session, channel, because, self.delivery.clock.now())
        self._closed[channel] = closed
        self.delivery.found_closed.add(channel)
        self.tally.shut[channel] = because
        return closed

    def carried(self, channel: str, receipt: Receipt) -> None:
        """A channel carried a message: it is open, and what it told of its quota is kept."""
        if channel not in self._closed and receipt.quota_left is None:
            return
        with self.delivery.store.write() as session:
            if self._closed.pop(channel, None):
                breakers.reopen(session, channel)
            if receipt.quota_left is not None:
                breakers.note_quota(session, channel, receipt.quota_left, self.delivery.clock.now())


class Lines:
    """The connections of a round, each opened when it is first needed and used by one worker at a time."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._channels = channels
        self._idle: dict[str, list[Line]] = defaultdict(list)
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._stack.aclose()

    async def take(self, channel: str) -> Line:
        """A line of that channel that nobody else uses."""
        if idle := self._idle[channel]:
            return idle.pop()
        return await self._stack.enter_async_context(self._channels[channel].line())

    def give_back(self, channel: str, line: Line) -> None:
        """Its worker needs it no more."""
        self._idle[channel].append(line)


def window_open(delivery: Delivery) -> bool:
    """Whether messages may leave at this hour of this day."""
    now = delivery.clock.now()
    return slot_at(now, delivery.policy, delivery.desk.calendar, delivery.time_zone) is not None
