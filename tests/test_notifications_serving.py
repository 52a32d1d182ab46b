"""The ticker: it ticks, survives errors, finishes what is in hand, and notices a scheduler that went silent."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from notifications.serving import Ticker

EVERY = timedelta(milliseconds=50)


async def run_for(ticker: Ticker, seconds: float) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(ticker.run(stop))
    await asyncio.sleep(seconds)
    stop.set()
    await running


def test_it_ticks_at_once_and_again_and_again() -> None:
    ticks: list[float] = []

    async def work() -> None:
        ticks.append(asyncio.get_running_loop().time())

    async def play() -> None:
        await run_for(Ticker(work, EVERY), 0.5)

    asyncio.run(play())
    assert len(ticks) >= 4


def test_an_error_in_one_tick_does_not_stop_the_next() -> None:
    ticks: list[int] = []

    async def work() -> None:
        ticks.append(1)
        raise RuntimeError("broken on purpose")

    async def play() -> None:
        await run_for(Ticker(work, EVERY), 0.5)

    asyncio.run(play())
    assert len(ticks) >= 3


def test_a_stop_waits_for_the_tick_in_hand_and_ticks_never_overlap() -> None:
    state = {"now": 0, "most": 0, "ended": 0}

    async def work() -> None:
        state["now"] += 1
        state["most"] = max(state["most"], state["now"])
        await asyncio.sleep(0.2)
        state["now"] -= 1
        state["ended"] += 1

    async def play() -> None:
        await run_for(Ticker(work, EVERY), 0.3)

    asyncio.run(play())
    assert state["now"] == 0
    assert state["most"] == 1
    assert state["ended"] >= 2


def test_a_scheduler_that_goes_silent_is_replaced() -> None:
    ticks: list[int] = []

    async def work() -> None:
        ticks.append(1)

    async def play() -> int:
        ticker = Ticker(work, EVERY)
        stop = asyncio.Event()
        running = asyncio.create_task(ticker.run(stop))
        await asyncio.sleep(0.2)
        ticker._scheduler.remove_all_jobs()
        silent_from = len(ticks)
        await asyncio.sleep(0.6)
        stop.set()
        await running
        assert len(ticks) > silent_from + 1
        return ticker.restarts

    assert asyncio.run(play()) == 1
