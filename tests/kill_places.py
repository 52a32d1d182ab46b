"""Where a process meets the steps of `kill_steps`, and how it dies at one of them.

The real functions are wrapped, in a process that was forked for that; delivery itself knows nothing of it.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from asyncio.selector_events import _SelectorSocketTransport as Socket
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

from notifications import committing, outbox
from notifications.batches import Prepared
from notifications.channels.base import Receipt
from notifications.channels.smtp_line import EmailLine
from notifications.channels.zalo_book import TemplateBook
from notifications.channels.zalo_tokens import TokenKeeper
from notifications.committing import Committer
from notifications.in_hand import InHand
from notifications.noting import Ending, HandOver, Note
from notifications.outbox import Claimed
from notifications.rounds import Round
from notifications.sending import Sending
from notifications.workers import Worker


@dataclass
class Killer:
    """Counts how often each step is passed, and kills its own process at the n-th passing of `step`; "" kills nobody.

    Before that it writes into `pipe`: "step", "messages" (tracking ids at hand) and, of a write, "begin" (its first
    letters) and how many "bytes" "of" how many are out.
    """

    step: str = ""
    passing: int = 0
    pipe: int = -1
    passed: Counter[str] = field(default_factory=Counter)
    _taken: dict[Any, list[str]] = field(default_factory=lambda: defaultdict(list))
    _writes: dict[Any, int] = field(default_factory=dict)

    def reach(self, step: str, messages: Sequence[str], **more: Any) -> None:
        """The process is at this step with these messages."""
        if self._due(step):
            os.write(self.pipe, json.dumps({"step": step, "messages": messages, **more}).encode())
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed[step] += 1

    def take(self, message: str) -> None:
        """The present task goes on to this message."""
        self._taken[asyncio.current_task()].append(message)

    def mine(self) -> list[str]:
        """The present task's message."""
        return self.all_mine()[-1:]

    def all_mine(self) -> list[str]:
        """All that the present task has taken."""
        return self._taken[asyncio.current_task()]

    def leaving(self) -> None:
        """What the present task writes from now on is its message."""
        self._writes[asyncio.current_task()] = 0

    def arrived(self) -> None:
        """What it writes from now on is not."""
        del self._writes[asyncio.current_task()]

    def write(self, real: Callable[[Socket, bytes], None], socket: Socket, data: bytes) -> None:
        """Stands between the program and its sockets."""
        task = asyncio.current_task()
        if task not in self._writes:
            real(socket, data)
            return
        which = ("first", "second", "third")[self._writes[task]]
        self._writes[task] += 1
        if self._due(f"{which} half"):
            real(socket, data[: len(data) // 2])
            self._written(f"{which} half", socket, len(data) // 2, data)
        self.passed[f"{which} half"] += 1
        real(socket, data)
        self._written(f"{which} whole", socket, len(data), data)

    def _due(self, step: str) -> bool:
        return step == self.step and self.passed[step] + 1 == self.passing

    def _written(self, step: str, socket: Socket, length: int, data: bytes) -> None:
        left = length - socket.get_write_buffer_size()
        self.reach(step, self.mine(), begin=bytes(data[:4]).decode("latin-1"), bytes=left, of=len(data))


def lay(killer: Killer) -> None:
    """Put the killer at every step of this process."""
    _at_batches(killer)
    _at_messages(killer)
    _at_transactions(killer)
    real = Socket.write
    Socket.write = lambda socket, data: killer.write(real, socket, data)  # type: ignore[method-assign]


def _at_batches(killer: Killer) -> None:
    def at(step: str, batch: Iterable[Claimed]) -> None:
        if numbers := [one.tracking_id for one in batch]:
            killer.reach(step, numbers)

    _after(outbox, "claim", lambda batch, *_: at("claim written", batch))
    _before(InHand, "prepare", lambda _in_hand, batch: at("claim committed", batch))
    _after(Prepared, "of", lambda _prepared, _readings, batch: at("composed", batch))
    _after(Worker, "run", lambda *_: killer.reach("worker done", killer.all_mine()))


def _at_messages(killer: Killer) -> None:
    def at(step: str) -> Callable[..., None]:
        return lambda *_: killer.reach(step, killer.mine())

    def quota(_none: None, _round: Round, _channel: str, receipt: Receipt) -> None:
        if receipt.quota_left is not None:
            killer.reach("quota noted", killer.mine())

    _before(Worker, "_carry", lambda _worker, item, *_: killer.take(item.message.tracking_id))
    _after(Worker, "_own_line", at("line"))
    _after(Sending, "_outgoing", at("form"))
    _after(TemplateBook, "parameters", at("template"))
    _after(TokenKeeper, "current", at("token"))
    _after(EmailLine, "_enveloped", at("envelope"))
    _before(Sending, "_hand_over", at("connected"))
    _after(Sending, "_hand_over", at("handed over"))
    _after(Sending, "_hand_over", lambda *_: killer.leaving())
    _before(Sending, "_sent", at("answered"))
    _before(Sending, "_sent", lambda *_: killer.arrived())
    _after(Round, "carried", quota)


def _at_transactions(killer: Killer) -> None:
    written: list[Sequence[Note]] = []

    def at(what: str, notes: Sequence[Note]) -> None:
        for kind, name in ((HandOver, "note"), (Ending, "outcome")):
            if numbers := [one.message.tracking_id for one in notes if isinstance(one, kind)]:
                killer.reach(f"{name} {what}", numbers)

    def write(_answers: object, _session: object, notes: Sequence[Note]) -> None:
        at("written", notes)
        written.append(notes)

    def commit(*_: object) -> None:
        while written:
            at("committed", written.pop())

    _after(Committer, "post", lambda _future, _committer, note: at("queued", [note]))
    _after(committing, "write_notes", write)
    _after(Committer, "_commit", commit)


def _after(owner: Any, name: str, reached: Callable[..., None]) -> None:
    """Once the real function has returned, tell of its result and its positional arguments."""
    real = getattr(owner, name)

    @wraps(real)
    def plain(*given: Any, **named: Any) -> Any:
        result = real(*given, **named)
        reached(result, *given)
        return result

    @wraps(real)
    async def awaited(*given: Any, **named: Any) -> Any:
        result = await real(*given, **named)
        reached(result, *given)
        return result

    setattr(owner, name, awaited if iscoroutinefunction(real) else plain)


def _before(owner: Any, name: str, reached: Callable[..., None]) -> None:
    """Before the real function is called, tell of its positional arguments."""
    real = getattr(owner, name)

    @wraps(real)
    def plain(*given: Any, **named: Any) -> Any:
        reached(*given)
        return real(*given, **named)

    @wraps(real)
    async def awaited(*given: Any, **named: Any) -> Any:
        reached(*given)
        return await real(*given, **named)

    setattr(owner, name, awaited if iscoroutinefunction(real) else plain)
