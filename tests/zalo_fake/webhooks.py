"""Carrying letters to webhooks: two seconds to answer 200, or they come again, until the webhook is given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from zalo_fake.events import Letter

LADDER = (30.0, 300.0, 900.0, 1_800.0, 3_600.0)
LIMIT = 2.0
SHRUNK = 0.01
"""Up to this scale whoever caused a letter is told of all tries; above it of the first, and the rest follow by themselves."""
CALLBACK_TRIES = 5


@dataclass
class OaHook:
    """The app's webhook. `ladder_scale` shrinks the waits between tries; `disabled` once the last try has failed."""

    url: str = ""
    auto_deliver: bool = False
    ladder_scale: float = 1.0
    limit_seconds: float = LIMIT
    disabled: bool = False


@dataclass(frozen=True)
class Delivery:
    """One try. `status` 0: no answer in time, or none at all, and `trouble` says which."""

    status: int
    seconds: float
    num_retry: int = 0
    trouble: str = ""


class Courier:
    """Posts letters. What goes on by itself is ended by `drop`."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def close(self) -> None:
        """End everything."""
        self.drop()
        if self._session is not None:
            await self._session.close()

    def drop(self) -> None:
        """Let go of all tries that have not been made."""
        for task in self._tasks:
            task.cancel()

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Let `work` go on by itself."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def once(self, url: str, letter: Letter, limit: float = LIMIT, retry: int = 0) -> Delivery:
        """One try to POST."""
        headers = letter.headers | ({"num_retry": str(retry)} if retry else {})
        return await self._ask("POST", url, limit, retry, data=letter.raw, headers=headers)

    async def climb(self, hook: OaHook, letter: Letter) -> list[Delivery]:
        """POST until the answer is 200, at most once and five times more; then the webhook is given up."""
        if hook.disabled or not hook.url:
            return []
        first = await self.once(hook.url, letter, hook.limit_seconds)
        if first.status == 200:
            return [first]
        rest = self._again(hook, letter)
        if hook.ladder_scale <= SHRUNK:
            return [first, *await rest]
        self.spawn(rest)
        return [first]

    async def _again(self, hook: OaHook, letter: Letter) -> list[Delivery]:
        tries: list[Delivery] = []
        for number, wait in enumerate(LADDER, start=1):
            await asyncio.sleep(wait * hook.ladder_scale)
            tries.append(await self.once(hook.url, letter, hook.limit_seconds, number))
            if tries[-1].status == 200:
                return tries
        hook.disabled = True
        return tries

    async def call_back(self, url: str, query: dict[str, str], hook: OaHook) -> list[Delivery]:
        """eSMS's way: GET, up to five times, a minute apart, with the patience and the scale of `hook`."""
        tries: list[Delivery] = []
        for number in range(CALLBACK_TRIES):
            await asyncio.sleep(60.0 * hook.ladder_scale if number else 0.0)
            tries.append(await self._ask("GET", url, hook.limit_seconds, number, params=query))
            if tries[-1].status == 200:
                break
        return tries

    async def _ask(self, method: str, url: str, limit: float, retry: int, **more: Any) -> Delivery:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        began, status, trouble = time.monotonic(), 0, ""
        try:
            timeout = aiohttp.ClientTimeout(total=limit)
            async with self._session.request(
                method, url, timeout=timeout, allow_redirects=False, **more
            ) as answer:
                await answer.read()
                status = answer.status
        except TimeoutError:
            trouble = "timeout"
        except (aiohttp.ClientError, OSError) as error:
            trouble = type(error).__name__
        return Delivery(status, round(time.monotonic() - began, 4), retry, trouble)


async def in_turn(
    works: Sequence[Callable[[], Awaitable[list[Delivery]]]], *, at_once: bool
) -> list[Delivery]:
    """Carry letters one after the other, or all at the same time; their tries in the order of the letters."""
    if at_once:
        results = await asyncio.gather(*(work() for work in works))
    else:
        results = [await work() for work in works]
    return [delivery for result in results for delivery in result]
