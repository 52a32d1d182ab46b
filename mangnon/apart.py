"""Work in a thread and an event loop of its own: what waits there for the database keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

Work = Callable[[asyncio.Event], Awaitable[None]]


async def apart(work: Work, stop: asyncio.Event) -> None:
    """Run `work` with an event of its own loop, which is set when `stop` is, or when this is cancelled; wait for its end.

    What `work` raises passes.
    """
    here = asyncio.get_running_loop()
    begun: asyncio.Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = here.create_future()

    async def there() -> None:
        ending = asyncio.Event()
        here.call_soon_threadsafe(begun.set_result, (asyncio.get_running_loop(), ending))
        await work(ending)

    with ThreadPoolExecutor(1, thread_name_prefix="apart") as thread:
        running = here.run_in_executor(thread, lambda: asyncio.run(there()))
        loop, ending = await asyncio.shield(begun)
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not running.done():
                loop.call_soon_threadsafe(ending.set)
            await asyncio.shield(running)
