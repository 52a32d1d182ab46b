"""Work in a thread and an event loop of its own: what waits there for the database keeps nobody else waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress

Work = Callable[[asyncio.Event], Awaitable[None]]


async def apart(work: Work, stop: asyncio.Event) -> None:
    """Run `work` with an event of its own loop, which is set when `stop` is, or when this is cancelled; wait for its end.

    What `work` raises passes.
    """
    here = asyncio.get_running_loop()
    begun: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def there() -> None:
        ending = asyncio.Event()
        begun.set_result((asyncio.get_running_loop(), ending))
        await work(ending)

    def run() -> None:
        try:
            asyncio.run(there())
        finally:
            begun.cancel()

    with ThreadPoolExecutor(1, thread_name_prefix="apart") as thread:
        running = here.run_in_executor(thread, run)
        stopping = asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait((running, stopping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            # Leaving the block waits for the thread, and this loop with it: whatever happens, the other is told first.
            with suppress(CancelledError, RuntimeError):
                loop, ending = begun.result()
                loop.call_soon_threadsafe(ending.set)
            await asyncio.shield(running)
