"""The board and a unit's page of a full commune beside an empty FastAPI + Jinja2 page of the same byte size."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

import httpx2
from sqlalchemy import select
from sqlmodel import col

from benchmarks.page_servers import HOST, NOW, house
from db.tables import Member, Person, Task
from mangnon.demo.season import live
from mangnon.demo.setting import STAGE_HAND, prepare
from mangnon.signing_in import make_link
from tasks.lifecycle import OPEN_STATES

RUNS, LINES, REQUESTS = 5, 4, 200
AIM = 0.6
WORDS = {
    "again": "asked again, nothing changed meanwhile",
    "fresh": "made afresh each time",
    "empty": "empty FastAPI + Jinja2 page, same size",
}
COORDINATOR = "vhxh"
LASTING = timedelta(hours=1)


@dataclass(frozen=True)
class Load:
    """What one run of requests showed: requests a second, and the 99th percentile in milliseconds."""

    rate: float
    p99: float


def main() -> None:
    """Print medians and ratios."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        season = prepare(folder, until=NOW.date())
        live(season)
        season.house.store.close()
        print(
            f"\npages: {LINES} keep-alive connections, {REQUESTS} requests a run, medians of {RUNS} runs in turn"
        )
        with _server("site", str(folder)) as site:
            person, task = _owed(folder)
            for what, who, address in (("board", COORDINATOR, "/bang"), ("unit", person, f"/viec/{task}")):
                cookie = _signed_in(folder, site, who)
                size = len(_get(site, address, cookie))
                with _server("empty", str(size)) as empty:
                    _compare(what, size, (site, address, cookie), (empty, "/trang", ""))


def _compare(what: str, size: int, mine: tuple[int, str, str], floor: tuple[int, str, str]) -> None:
    port, path, cookie = mine
    seen: dict[str, list[Load]] = {"again": [], "fresh": [], "empty": []}
    for run in range(RUNS + 1):
        # A question asked for the first time is always answered afresh; one asked again is remembered.
        for name, load in (
            ("again", _load(port, path, cookie)),
            ("fresh", _load(port, f"{path}?lan={run}-{{number}}", cookie)),
            ("empty", _load(*floor)),
        ):
            seen[name].append(asyncio.run(load))
    loads = {
        name: Load(median(one.rate for one in runs[1:]), median(one.p99 for one in runs[1:]))
        for name, runs in seen.items()
    }
    print(f"  {what} page, {size} bytes")
    for name, load in loads.items():
        ratio = f"ratio {load.rate / loads['empty'].rate:.2f}" if name != "empty" else f"(aim {AIM})"
        print(f"    {WORDS[name]:42} {load.rate:6.0f} requests/s, p99 {load.p99:6.1f} ms  {ratio}")


async def _load(port: int, path: str, cookie: str) -> Load:
    head = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nCookie: phien={cookie}\r\n\r\n"
    began = time.perf_counter()
    waits = await asyncio.gather(*(_line(port, head, line) for line in range(LINES)))
    spent = time.perf_counter() - began
    each = sorted(wait for line in waits for wait in line)
    return Load(len(each) / spent, 1000 * each[int(len(each) * 0.99) - 1])


async def _line(port: int, head: str, line: int) -> list[float]:
    reader, writer = await asyncio.open_connection(HOST, port)
    waits = []
    for number in range(REQUESTS // LINES):
        question = head.replace("{number}", f"{line}-{number}").encode()
        began = time.perf_counter()
        writer.write(question)
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in answer.partition(b"\r\n")[0]:
            raise RuntimeError(f"the page did not answer: {answer[:80]!r}")
        length = int(answer.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
        await reader.readexactly(length)
        waits.append(time.perf_counter() - began)
    writer.close()
    return waits


@contextmanager
def _server(kind: str, given: str) -> Iterator[int]:
    command = [sys.executable, "-m", "benchmarks.page_servers", kind, given]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _signed_in(folder: Path, port: int, person: str) -> str:
    home = house(folder)
    with home.store.write() as session:
        commune = home.bearings(session).commune_id
        url = make_link(
            session, home, commune, person, lasting=LASTING, by=STAGE_HAND, base_url=f"http://{HOST}:{port}"
        )[1]
    home.store.close()
    with httpx2.Client() as client:
        client.post(url)
        return client.cookies["phien"]


def _owed(folder: Path) -> tuple[str, int]:
    """Somebody who still owes a report, and the task: its page holds the whole form."""
    query = (
        select(col(Person.key), col(Task.id))
        .join(Member, col(Member.person_id) == col(Person.id))
        .join(Task, col(Task.unit_id) == col(Member.unit_id))
        .where(col(Member.role) == "contact", col(Task.state).in_(OPEN_STATES), col(Person.active))
        .order_by(col(Task.criterion_no).desc().nulls_last(), col(Task.id))
    )
    home = house(folder)
    with home.store.read() as session:
        found = session.execute(query).first()
    home.store.close()
    if found is None:
        raise RuntimeError("nobody owes anything")
    return found[0], found[1]


def _get(port: int, path: str, cookie: str) -> bytes:
    with httpx2.Client(cookies={"phien": cookie}, headers={"Accept-Encoding": "identity"}) as client:
        return client.get(f"http://{HOST}:{port}{path}").raise_for_status().content
