"""A program of its own that kills: rounds of six messages, in each of which a process dies at one step of `kill_steps`.

python killing.py CHANNEL WHERE ROUNDS FOLDER    WHERE: the mail server's port, or the address of Zalo's and eSMS's fake

All is imported once, and each process of a round is a fork. Prints a line of JSON a round, the first one about a round in
which nobody is killed.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
import traceback
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from kill_places import Killer, lay
from kill_rounds import Place
from kill_steps import turn
from reminder_world import LEASE, START

HEIRS = (START + LEASE / 2, START + LEASE + timedelta(seconds=1))
"""When others come: while the dead one's lease stands, and when it is over."""
WARM, REHEARSED = 998, 999
"""The numbers of the rounds in which nobody is killed."""
LONGEST = 60
"""Seconds that a process may live."""


def warm_up(place: Place) -> None:
    """A round in this very process, so that no fork has to compile the templates and the queries for itself."""
    place.begin(WARM)
    place.tick(START)
    place.ended()


def rehearse(place: Place) -> dict[str, Any]:
    """Nobody is killed: how often each step is passed, and the messages in the end."""

    def life(pipe: int) -> None:
        killer = Killer(pipe=pipe)
        lay(killer)
        place.tick(START)
        os.write(pipe, json.dumps(killer.passed).encode())

    place.begin(REHEARSED)
    status, said = forked(life)
    return {"status": status, "passed": json.loads(said), "messages": place.ended()}


def kill(place: Place, channel: str, round_: int) -> dict[str, Any]:
    """A process dies, and its heirs come: its last words, the rows after each of them, and the messages in the end."""

    step, passing = turn(channel, round_)

    def life(pipe: int) -> None:
        lay(Killer(step.name, passing, pipe))
        place.tick(START)

    place.begin(round_)
    status, note = forked(life)
    rows, heirs = [place.rows()], []
    for at in HEIRS:
        heirs.append(inherit(place, at))
        rows.append(place.rows())
    told = {"round": round_, "status": status, "note": json.loads(note or "{}"), "rows": rows, "heirs": heirs}
    return told | {"messages": place.ended()}


def inherit(place: Place, at: datetime) -> int:
    """Another process works on; its exit code."""
    status, _ = forked(lambda _: place.tick(at))
    return status


def forked(life: Callable[[int], None]) -> tuple[int, str]:
    """Lead a life in a process of its own: its exit code, a signal's being negative, and what it wrote into its pipe."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        signal.alarm(LONGEST)
        os._exit(_lived(life, writing))
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def _lived(life: Callable[[int], None], pipe: int) -> int:
    try:
        life(pipe)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main(channel: str, where: str, rounds: str, folder: str) -> None:
    """Prepare, rehearse, kill."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    place = Place(channel, where, Path(folder))
    place.prepare()
    warm_up(place)
    gc.collect()
    gc.freeze()
    print(json.dumps(rehearse(place)), flush=True)
    for number in range(1, int(rounds) + 1):
        print(json.dumps(kill(place, channel, number)), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
