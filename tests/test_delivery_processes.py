"""Real processes on one database file, real SMTP, kill -9: no message is lost, none is sent twice unnoticed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import delivery_worker
import pytest
from delivery_worker import READY, WORKERS
from reminder_world import COMMUNE, crowd
from sqlmodel import func, select

from db import journal
from db.copying import check_sound
from db.store import Store
from db.tables import Attempt, Message, Reminder

pytestmark = pytest.mark.slow
PEOPLE = 200
KILLS = 20
SLOWNESS = (
    0.06  # seconds at most, before and after a mail is recorded: 200 mails take longer than 20 short lives
)


@dataclass
class Station:
    """A database file with a crowd to be told, a mail server, and the processes that were started."""

    folder: Path
    seed: int
    slowness: float = SLOWNESS
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.database, self.record = self.folder / "mangnon.db", self.folder / "arrived.txt"
        self.record.touch()
        crowd(self.database, PEOPLE)
        self.begun = time.time()
        self.port = int(self.start("sink", self.record, self.slowness, self.seed).stdout.readline())  # type: ignore[union-attr]

    def start(self, *arguments: object) -> subprocess.Popen[str]:
        """A process of its own."""
        command = [sys.executable, delivery_worker.__file__, *map(str, arguments)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.processes.append(process)
        return process

    def worker(self, lease: float) -> subprocess.Popen[str]:
        """A worker that is ready and waits to be let go."""
        process = self.start("work", self.database, self.port, self.begun, lease)
        assert process.stdout is not None and process.stdout.readline().strip() == READY
        return process

    def arrived(self) -> Counter[str]:
        """How often each Message-ID arrived, by tracking id."""
        lines = self.record.read_text("utf-8").splitlines()
        return Counter(line.removeprefix("<").partition("@")[0] for line in lines)

    def states(self) -> dict[str, str]:
        """The state of each message, by tracking id."""
        store = Store(f"sqlite:///{self.database}")
        with store.read() as session:
            found = {row.tracking_id: row.state for row in session.exec(select(Message))}
            assert journal.verify(session, COMMUNE) is None
            keys = select(Reminder.person_id, Reminder.subject, Reminder.rung)
            assert not [key for key, times in Counter(session.exec(keys).all()).items() if times > 1]
        store.close()
        return found

    def attempts(self) -> int:
        """How many tries were begun."""
        store = Store(f"sqlite:///{self.database}")
        with store.read() as session:
            number = session.exec(select(func.count()).select_from(Attempt)).one()
        store.close()
        return number

    def stop(self) -> None:
        """End what still runs."""
        for process in self.processes:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    with suppress(BrokenPipeError):
                        pipe.close()


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Callable[..., Station]]:
    """Stations that are stopped at the end of the test."""
    opened: list[Station] = []

    def new(seed: int, slowness: float = SLOWNESS) -> Station:
        folder = tmp_path / str(len(opened))
        folder.mkdir()
        opened.append(Station(folder, seed, slowness))
        return opened[-1]

    yield new
    for one in opened:
        one.stop()


def let_go(process: subprocess.Popen[str]) -> None:
    """Let a waiting worker begin."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def finished(process: subprocess.Popen[str]) -> int:
    """Wait for a worker's end; how many messages it sent."""
    output, _ = process.communicate(timeout=120)
    assert process.returncode == 0
    return int(output)


def test_kill_9_in_the_middle_of_200_messages_20_times_loses_none_and_doubles_none(
    station: Callable[..., Station],
) -> None:
    seed = random.randrange(10**6)
    chance, place, midway = random.Random(seed), station(seed), 0
    for number in range(KILLS):
        process, before = place.worker(lease=0.5), place.arrived().total()
        let_go(process)
        # Every fourth dies while it still reads and plans; the others some time after their first mail.
        while number % 4 and place.arrived().total() == before and process.poll() is None:
            time.sleep(0.005)
        time.sleep(chance.uniform(0.02, 0.3))
        process.kill()
        process.wait()
        midway += {"pending", "sending"} <= set(place.states().values())
    last = place.worker(lease=0.5)
    let_go(last)
    finished(last)

    arrived, states = place.arrived(), place.states()
    unknown = {number for number, state in states.items() if state == "unknown"}
    silent = sum(number not in arrived for number in unknown)
    print(
        f"\nseed {seed}: {len(states)} messages, {midway} of {KILLS} kills midway, {place.attempts()} attempts, "
        f"{len(unknown)} unknown ({silent} of them never arrived), most copies of one: {max(arrived.values())}"
    )
    check_sound(place.database)
    assert midway >= KILLS // 2, "the kills came too late to mean anything"
    assert len(states) == PEOPLE
    assert set(states.values()) <= {"sent", "unknown"}
    assert set(arrived) <= set(states)
    assert all(arrived[number] == 1 for number in states if number not in unknown)
    assert all(arrived[number] <= 1 for number in unknown), "an unknown message was sent again by itself"
    assert len(unknown) <= WORKERS * KILLS, "only what a killed process had in hand may be unknown"


@pytest.mark.parametrize("round_", range(4))
def test_two_processes_at_once_on_one_file_send_each_message_once(
    station: Callable[..., Station], round_: int
) -> None:
    place = station(round_, slowness=0.01)
    pair = [place.worker(lease=60), place.worker(lease=60)]
    for process in pair:
        let_go(process)
    shares = [finished(process) for process in pair]

    print(f"\nround {round_}: {shares[0]} + {shares[1]} messages")
    arrived, states = place.arrived(), place.states()
    assert set(states.values()) == {"sent"}
    assert len(states) == PEOPLE
    assert arrived == Counter(dict.fromkeys(states, 1))
    assert sum(shares) == PEOPLE
    assert all(shares), "one process did it all, so nothing was shown"
