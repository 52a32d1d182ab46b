"""Work apart: it keeps nobody waiting, is told to stop, is waited for, and its errors are heard."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from mangnon.apart import apart


async def played(work: object, seconds: float = 0.2) -> int:
    """Run it for a while; how often this loop turned meanwhile."""
    stop, turns = asyncio.Event(), 0
    running = asyncio.ensure_future(apart(work, stop))  # type: ignore[arg-type]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        await asyncio.sleep(0.01)
        turns += 1
    stop.set()
    await running
    return turns


def test_what_blocks_there_does_not_block_here_and_is_waited_for() -> None:
    ended: list[str] = []

    async def work(stop: asyncio.Event) -> None:
        time.sleep(0.4)  # noqa: ASYNC251
        await stop.wait()
        ended.append(threading.current_thread().name)

    assert asyncio.run(played(work)) > 5
    assert ended[0].startswith("apart")


def test_an_error_there_is_raised_here() -> None:
    async def work(stop: asyncio.Event) -> None:
        raise ValueError("hỏng")

    with pytest.raises(ValueError, match="hỏng"):
        asyncio.run(played(work))


def test_when_this_side_is_cancelled_the_other_is_told_and_finishes() -> None:
    ended: list[bool] = []

    async def work(stop: asyncio.Event) -> None:
        await stop.wait()
        ended.append(True)

    async def play() -> None:
        running = asyncio.ensure_future(apart(work, asyncio.Event()))
        await asyncio.sleep(0.1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(play())
    assert ended == [True]


@pytest.mark.parametrize("turns", range(4))
def test_when_this_side_is_cancelled_at_its_very_beginning_the_other_is_told_all_the_same(turns: int) -> None:
    ended: list[bool] = []

    async def work(stop: asyncio.Event) -> None:
        try:
            await asyncio.wait_for(stop.wait(), 5)
        except TimeoutError:
            return
        ended.append(True)

    async def play() -> None:
        running = asyncio.ensure_future(apart(work, asyncio.Event()))
        for _ in range(turns):
            await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    began = time.monotonic()
    asyncio.run(play())
    assert time.monotonic() - began < 2
    assert ended == [True] * (turns > 0)
