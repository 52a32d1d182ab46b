"""A channel inside the test's own process: it notes what arrived, and each send can be given a fate."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from notifications.channels.base import ChannelError, ErrorKind, Form, HandOver, Outgoing, Receipt
from notifications.kinds import WORDINGS
from tasks.clock import ManualClock

SLOWLY = timedelta(minutes=3)  # within the lease for the first message of a batch, beyond it for the second
TOO_SLOWLY = timedelta(minutes=6)
REFUSALS: dict[str, ErrorKind] = {
    "permanent": "permanent", "retry": "retry", "defer": "defer", "config": "config"
}  # fmt: skip
FATES = (
    *REFUSALS,
    "broken",  # the program itself trips before anything left
    "slow",  # it takes its time before the first byte
    "overtaken",  # longer than the lease, and meanwhile another process does its own round
    "killed",  # kill -9 before the mark
    "killed_marked",  # kill -9 between the mark and the first byte
    "killed_arrived",  # kill -9 between arrival and the record of it
    "lost",  # no answer, and nothing arrived
    "silent",  # no answer, but it arrived
    "late",  # it arrived, but the answer takes longer than the lease and another process does its round meanwhile
)
_TITLES = {wording.title.upper(): kind for kind, wording in WORDINGS.items()}
_TASK = re.compile(r"/viec/(\d+)$")


class Killed(BaseException):
    """The process is gone: nothing that stands after this runs any more."""


@dataclass
class Arrival:
    """A message that its receiver has. `begun`: when sending began; `told`: (kind, task) of each line of its text.

    `excused`: a person knowingly sent the message again afterwards, or it was returned to the sender.
    """

    begun: datetime
    address: str
    tracking_id: str
    told: tuple[tuple[str, int | None], ...]
    message_id: int = 0
    rungs: frozenset[tuple[int, str, str]] = frozenset()
    excused: bool = False


@dataclass
class RecordingChannel:
    """`fates` are used up one a send, then all goes well. `objections`: what `witness` found wrong at arrival.

    `rival` is another process's round, run where a fate says so. Once `killed`, the process sends nothing more.
    """

    clock: ManualClock
    name: str = "email"
    forms: frozenset[Form] = frozenset({"mail"})
    repeatable: bool = False
    fates: deque[str] = field(default_factory=deque)
    arrivals: list[Arrival] = field(default_factory=list)
    objections: list[str] = field(default_factory=list)
    witness: Callable[[Arrival], list[str]] = lambda _: []
    rival: Callable[[], Awaitable[object]] | None = None
    killed: bool = False

    @asynccontextmanager
    async def line(self) -> AsyncIterator[RecordingLine]:
        """Nothing to open."""
        yield RecordingLine(self)

    def already_sent(self, tracking_id: str) -> None:
        """As with mail, nobody can tell."""

    async def carry(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Let the message meet its fate."""
        begun = self.clock.now()
        fate = "killed" if self.killed else self.fates.popleft() if self.fates else "accepted"
        self.killed = self.killed or fate.startswith("killed")
        await self._before(fate)
        await handing_over()
        if fate == "killed_marked":
            raise Killed
        if fate == "lost":
            raise ChannelError("unknown", "Không có trả lời.")
        self._arrive(message, begun)
        if fate == "killed_arrived":
            raise Killed
        if fate == "silent":
            raise ChannelError("unknown", "Không có trả lời.")
        if fate == "late":
            await self._meanwhile()
        return Receipt("250")

    async def _before(self, fate: str) -> None:
        if kind := REFUSALS.get(fate):
            raise ChannelError(kind, f"Thử lỗi: {fate}.", self.clock.now() + timedelta(hours=3))
        if fate == "broken":
            raise ValueError(fate)
        if fate == "killed":
            raise Killed
        if fate == "slow":
            self.clock.set(self.clock.now() + SLOWLY)
        if fate == "overtaken":
            await self._meanwhile()

    async def _meanwhile(self) -> None:
        self.clock.set(self.clock.now() + TOO_SLOWLY)
        rival, self.rival = self.rival, None
        if rival is not None:
            await rival()
            self.rival = rival

    def _arrive(self, message: Outgoing, begun: datetime) -> None:
        arrival = Arrival(begun, message.address, message.tracking_id, told(message.text))
        self.arrivals.append(arrival)
        # An exception here would be taken for a failure of the channel, so objections are kept for later.
        self.objections += self.witness(arrival)


@dataclass
class RecordingLine:
    """One worker's connection."""

    channel: RecordingChannel

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Hand one message to the channel."""
        return await self.channel.carry(message, handing_over)

    async def check(self) -> None:
        """Always fit."""


def told(text: str) -> tuple[tuple[str, int | None], ...]:
    """(kind, task number) of each line of a message's plain text, in order; no number: not about a task."""
    found: list[tuple[str, int | None]] = []
    kind = ""
    for line in text.splitlines():
        kind = _TITLES.get(line, kind)
        if kind and line.startswith(f"   {WORDINGS[kind].action}: "):
            task = _TASK.search(line)
            found.append((kind, int(task[1]) if task else None))
    return tuple(found)
