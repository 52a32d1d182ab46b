"""One claimed message on its way: put into its form, handed over, and its outcome noted."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event

import structlog

from db.errors import Refusal, StorageRefusal
from db.store import Store
from notifications.channels.base import Channel, ChannelError, ErrorKind, Line, Outgoing, Receipt
from notifications.committing import Committer
from notifications.contents import Content
from notifications.forms import kept_words, outgoing
from notifications.noting import Ending, HandOver, Stale
from notifications.outbox import BEHIND_THE_OTHERS, Claimed, LeaseLost
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.retry import RetryPolicy, Try, Verdict, judge
from notifications.routes import Address
from tasks.clock import Clock, local_date

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Delivery:
    """Everything delivery needs. `owner` names this process in leases; `time_zone` rules the quiet hours.

    `channels` by name; `paces`: how many messages a minute a channel may carry, 0 or none: any number.
    `planned` spares idle work: commune -> the slot and the journal's length at which all was planned.
    `found_closed`: channels that this process itself found set up wrongly; others it looks at once, whatever an
    earlier process found. Once `stopping` is set, the message in hand is finished and the others are put back.
    """

    store: Store
    clock: Clock
    channels: Mapping[str, Channel]
    desk: Desk
    policy: Policy
    retry: RetryPolicy
    owner: str
    time_zone: str
    workers: int = 4
    batch: int = 20
    lease: timedelta = timedelta(minutes=5)
    paces: Mapping[str, int] = field(default_factory=dict)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    planned: dict[int, tuple[datetime, int]] = field(default_factory=dict, compare=False)
    found_closed: set[str] = field(default_factory=set, compare=False)
    stopping: Event = field(default_factory=Event, compare=False)

    def today(self) -> date:
        """The local date."""
        return local_date(self.clock.now(), self.time_zone)


@dataclass(frozen=True)
class Parcel:
    """A message that is ours, what it says, and by which ways it may go, the first one first.

    `content` None: it could not be composed. `seq`: the journal's length when it was. `left`: every address that has
    not refused the message, also those that are no way now.
    """

    message: Claimed
    content: Content | None
    ways: Sequence[Address]
    seq: int
    left: Sequence[Address] = ()


class Sending:
    """A parcel under way. LeaseLost, Stale and StorageRefusal pass to the caller.

    `noted` is what to wait for until a message that was sent is written down as such.
    `closed_because` tells why its channel must not be used for now, "" if it may; the message then waits for
    `put_behind`.
    """

    def __init__(self, delivery: Delivery, committer: Committer, parcel: Parcel) -> None:
        self._delivery = delivery
        self._committer = committer
        self._parcel = parcel
        self._handed_over = False
        self._words: str | None = None
        self.closed_because = ""
        self.receipt: Receipt | None = None
        self.noted: asyncio.Future[None] | None = None

    async def run(self, line: Line, channel: Channel) -> str:
        """Try the first way, unless there is nothing left to say; return the state the message was left in."""
        content = self._parcel.content
        if content is not None and content.digest is None:
            return await self.end("skipped", "Không còn việc nào cần nhắc.")
        try:
            self.receipt = await line.send(self._outgoing(channel), self._hand_over)
        except ChannelError as error:
            return await self._failed(error, channel)
        except (LeaseLost, Stale, StorageRefusal):
            # Nothing more can be noted about this message: it is another's, or to be looked at again.
            raise
        except Exception as error:  # a message that trips the program must not stop the others
            log.exception("sending broke", message=self._parcel.message.id)
            kind: ErrorKind = "unknown" if self._handed_over else "retry"
            told = str(error) if isinstance(error, Refusal) else f"Lỗi chương trình: {type(error).__name__}."
            return await self._failed(ChannelError(kind, told), channel)
        self._sent(self.receipt)
        return "sent"

    async def end(self, state: str, reason: str, not_before: datetime | None = None) -> str:
        """Leave the message without a try: put back ("pending"), given up, or not needed any more."""
        states = self._parcel.content.states if self._parcel.content and state == "skipped" else {}
        await self._committer.note(
            Ending(self._parcel.message, state, reason=reason, not_before=not_before, reminders=states)
        )
        return state

    def _outgoing(self, channel: Channel) -> Outgoing:
        content, message = self._parcel.content, self._parcel.message
        if content is None or content.digest is None:
            raise ChannelError("retry", "Không soạn được nội dung thư.")
        self._words = kept_words(content.digest, channel.forms)
        return outgoing(
            content.digest,
            tracking_id=message.tracking_id,
            address=self._parcel.ways[0].address,
            forms=channel.forms,
            at=self._delivery.clock.now(),
        )

    async def _hand_over(self) -> None:
        note = HandOver(self._parcel.message, self._parcel.ways[0], self._parcel.seq, self._words)
        await self._committer.note(note)
        self._handed_over = True

    def _sent(self, receipt: Receipt) -> None:
        """The next message does not wait until this is written."""
        states = self._parcel.content.states if self._parcel.content else {}
        self.noted = self._committer.post(
            Ending(
                self._parcel.message, "sent", self._parcel.ways[0], outcome="sent", detail=receipt.detail,
                provider_id=receipt.provider_id, reminders=states,
            )
        )  # fmt: skip

    async def _failed(self, error: ChannelError, channel: Channel) -> str:
        message, ways = self._parcel.message, self._parcel.ways
        if error.kind == "config":
            self.closed_because = error.detail
            return "pending"
        tried = Try(
            ways[0].waits + 1, ways[0].tries, len(ways) > 1, message.id,
            stays=channel.repeatable and self._handed_over, spare=len(self._parcel.left) > 1,
        )  # fmt: skip
        verdict = judge(error, tried, policy=self._delivery.retry, now=self._delivery.clock.now())
        await self._committer.note(self._ending(error, verdict))
        return verdict.state

    async def put_behind(self, until: datetime) -> str:
        """Its channel is closed until then, which is no message's fault: it goes another way, or after the others."""
        ways, now = self._parcel.ways, self._delivery.clock.now()
        elsewhere = any(one.channel != ways[0].channel for one in self._parcel.left)
        not_before = now if elsewhere else until + BEHIND_THE_OTHERS
        if not self._handed_over:
            # No attempt of this message's own.
            return await self.end("pending", self.closed_because, not_before)
        error = ChannelError("config", self.closed_because)
        await self._committer.note(
            self._ending(error, Verdict("pending", error.detail, not_before, "config"))
        )
        return "pending"

    def _ending(self, error: ChannelError, verdict: Verdict) -> Ending:
        content = self._parcel.content
        known = content.states if content is not None and verdict.state == "unknown" else {}
        return Ending(
            self._parcel.message, verdict.state, self._parcel.ways[0], outcome=verdict.outcome, detail=error.detail,
            reason=verdict.reason, not_before=verdict.not_before, reminders=known, refuses=verdict.refuses,
        )  # fmt: skip
