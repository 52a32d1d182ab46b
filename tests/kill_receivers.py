"""Who gets the messages of the killing program: processes of their own, and what they have in the end."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import delivery_worker
from faults import AT_THE_FAKE, OA
from kill_rounds import everybody
from zalo_fake.running import ZaloFake

HAD_BEFORE = 124
"""What eSMS says to a message that it took before."""


@dataclass
class Arrivals:
    """What a receiver has. `copies` by bare address; `named`: bare address and the tracking id that came with the message.

    `again` by tracking id: how often eSMS was asked once more for what it had.
    """

    copies: Counter[str] = field(default_factory=Counter)
    named: set[tuple[str, str]] = field(default_factory=set)
    again: Counter[str] = field(default_factory=Counter)


Receiver = tuple[str, Callable[[], Arrivals]]
"""Where the killing program reaches it, and how to ask what it has."""


def receiver(channel: str, folder: Path, rounds: Iterable[int]) -> AbstractContextManager[Receiver]:
    """The receiver of a channel's messages in these rounds."""
    return _mail_server(folder / "arrived.txt") if channel == "email" else _zalo(channel, rounds)


@contextmanager
def _mail_server(record: Path) -> Iterator[Receiver]:
    record.touch()
    command = [sys.executable, delivery_worker.__file__, "sink", str(record), "0", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), lambda: _mails(record)
        finally:
            process.kill()


def _mails(record: Path) -> Arrivals:
    found = Arrivals()
    for line in record.read_text("utf-8").splitlines():
        number, _, to = line.partition(" ")
        found.copies[to] += 1
        found.named.add((to, number.removeprefix("<").partition("@")[0]))
    return found


@contextmanager
def _zalo(channel: str, rounds: Iterable[int]) -> Iterator[Receiver]:
    with ZaloFake() as fake:
        if channel == "zalo_bot":
            # The bot may write only where somebody wrote to it.
            for chat in [chat for round_ in rounds for chat in everybody(channel, round_)]:
                fake.person(chat, known=True)
        yield fake.url, lambda: _chats(fake, channel)


def _chats(fake: ZaloFake, channel: str) -> Arrivals:
    found = Arrivals()
    for name in OA if channel == "zalo_oa" else (channel,):
        for one in fake.sends(AT_THE_FAKE[name]):
            found.copies[one["to"]] += one["received"]
            if one["tracking_id"]:
                found.named.add((one["to"], one["tracking_id"]))
                found.again[one["tracking_id"]] += one["error"] == HAD_BEFORE
    return found
