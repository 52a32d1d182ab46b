"""The serving process: the web pages and the tick, side by side, until one signal ends both.

The tick has a loop of its own: while it waits for a database that others hold, pages and webhooks are still answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import signal
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial

import structlog
import uvicorn
from fastapi import FastAPI

from db.errors import Refusal, reason_of
from mangnon import chats
from mangnon.apart import apart
from mangnon.house import House
from notifications.sending import Delivery
from notifications.serving import Ticker
from notifications.tick import tick

log = structlog.get_logger(__name__)
BACKLOG = 128
GRACE_SECONDS = 20


class Pages(uvicorn.Server):
    """The web server; it leaves signals to the process, which has a message in hand to finish too."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes a free one. Raises Refusal when the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        why = "đang có chương trình khác dùng" if error.errno == errno.EADDRINUSE else reason_of(error)
        raise Refusal(f"Không mở được cổng {port} ở {host}: {why}. Hãy sửa web.host hoặc web.port.") from None
    # asyncio sets this only where the socket names its protocol; without it every answer waits 40 ms.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


def pages(app: FastAPI) -> Pages:
    """The web server for an application. uvloop is left out: its slowest answers took a second under load."""
    return Pages(
        uvicorn.Config(
            app,
            loop="asyncio",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=True,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )


async def run(
    house: House, web: Pages | None, listening: socket.socket | None, *, ticking: bool = True
) -> None:
    """Serve until SIGINT or SIGTERM; then requests and messages in hand are finished, and no new ones begun."""
    stop, delivery = asyncio.Event(), house.delivery()

    def end() -> None:
        delivery.stopping.set()
        stop.set()
        if web is not None:
            web.should_exit = True

    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, end)
    every = timedelta(seconds=house.settings.tick.every_seconds)
    poller = chats.poller(house, house.conversation.soon) if ticking else None
    async with asyncio.TaskGroup() as group:
        if ticking:
            group.create_task(
                apart(partial(_ticking, house, delivery, every, asyncio.get_running_loop()), stop)
            )
        if poller is not None:
            group.create_task(poller.run(stop))
        if web is not None and listening is not None:
            group.create_task(_serve(web, listening, end))
    await house.conversation.finish()


async def _ticking(
    house: House, delivery: Delivery, every: timedelta, pages: asyncio.AbstractEventLoop, stop: asyncio.Event
) -> None:
    """Tick until stopped. `pages`: the loop in which what came in is handled."""

    async def work() -> None:
        # What a process that died had kept and not handled is found here.
        pages.call_soon_threadsafe(house.conversation.soon)
        await _tick(delivery)

    await Ticker(work, every).run(stop)


async def _tick(delivery: Delivery) -> None:
    """One tick; who runs the server reads of closed channels here, whoever uses it on the pages."""
    ticked = await tick(delivery)
    for channel in ticked.tally.shut:
        log.error("channel closed", channel=channel)


async def _serve(web: Pages, listening: socket.socket, end: Callable[[], None]) -> None:
    try:
        await web.serve(sockets=[listening])
    finally:
        end()
