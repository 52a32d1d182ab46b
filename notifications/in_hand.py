"""What one process has claimed and not begun yet, by the channel that each message goes next."""

from __future__ import annotations

from bisect import insort
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count

from notifications import outbox, pacing
from notifications.batches import Prepared
from notifications.outbox import Claimed
from notifications.rounds import Round
from notifications.sending import Parcel

NOWHERE = ""
_BATCHES = count(1)


def channel_of(parcel: Parcel) -> str:
    """The channel of a parcel's first way."""
    return parcel.ways[0].channel if parcel.ways else NOWHERE


@dataclass(eq=False)
class Batch:
    """Messages that were prepared together. `outdated`: something was journalled since."""

    prepared: Prepared
    outdated: bool = False


@dataclass(frozen=True)
class Item:
    """A message with the batch that tells what it says and where it goes."""

    message: Claimed
    batch: Batch


class InHand:
    """Filled a batch at a time; emptied by the workers of all channels, one message at a time."""

    def __init__(self, run: Round) -> None:
        self._run = run
        self._queues: dict[str, deque[Item]] = defaultdict(deque)
        self._instants: dict[str, list[datetime]] = defaultdict(list)

    def claim(self) -> bool:
        """Take the next batch of what is due; False when there is none, or more than enough in hand."""
        delivery = self._run.delivery
        if not self._run.goes_on() or self._count() >= delivery.workers * delivery.batch:
            return False
        with delivery.store.write() as session:
            # A name for each batch: what was held too long and claimed once more must not be ended by the first hand.
            owner = f"{delivery.owner}/{next(_BATCHES)}"
            claimed = outbox.claim(
                session, owner, limit=delivery.batch, now=delivery.clock.now(), lease=delivery.lease,
                today=delivery.today(),
            )  # fmt: skip
        self._run.left -= len(claimed)
        self.prepare(claimed)
        return bool(claimed)

    def prepare(self, claimed: Sequence[Claimed]) -> None:
        """Find out what they say and where they go, and queue them."""
        if claimed:
            batch = Batch(Prepared.of(self._run.readings, claimed))
            self._queue(Item(message, batch) for message in claimed)

    def waiting(self) -> Mapping[str, int]:
        """How many messages each channel has."""
        return {channel: len(queue) for channel, queue in self._queues.items() if queue}

    def next(self, channel: str) -> Item | None:
        """The channel's next message, prepared as things stand."""
        while (queue := self._queues[channel]) and queue[0].batch.outdated:
            self._prepare_anew()
        return queue.popleft() if queue else None

    def put_back(self, channel: str, item: Item) -> None:
        """Something was journalled since it was prepared: it and the others of its batch are looked at again."""
        item.batch.outdated = True
        self._queues[channel].appendleft(item)

    def turn(self, channel: str) -> datetime | None:
        """From when on the channel may carry one more; None when not in this round."""
        if not self._pace(channel):
            return self._run.delivery.clock.now()
        instants = self._instants[channel]
        return instants.pop(0) if instants else None

    def give_turn_back(self, channel: str, instant: datetime) -> None:
        """It was not used."""
        insort(self._instants[channel], instant)

    def _prepare_anew(self) -> None:
        outdated = []
        for channel, queue in self._queues.items():
            outdated += [item.message for item in queue if item.batch.outdated]
            self._queues[channel] = deque(item for item in queue if not item.batch.outdated)
        self.prepare(outdated)

    def _queue(self, items: Iterable[Item]) -> None:
        shut = self._run.shut()
        for item in items:
            self._queues[channel_of(item.batch.prepared.parcel(item.message, shut))].append(item)
        for channel, queue in self._queues.items():
            self._reserve(channel, len(queue) - len(self._instants[channel]))

    def _reserve(self, channel: str, count: int) -> None:
        per_minute = self._pace(channel)
        if per_minute and count > 0:
            now = self._run.delivery.clock.now()
            with self._run.delivery.store.write() as session:
                self._instants[channel] += pacing.reserve(session, channel, count, per_minute, now)

    def _pace(self, channel: str) -> int:
        return self._run.delivery.paces.get(channel, 0)

    def _count(self) -> int:
        return sum(len(queue) for queue in self._queues.values())
