"""A call is answered once its event is on the disk, or refused in time so that it is made again."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import structlog
from fastapi import Request
from fastapi.responses import JSONResponse, Response

from db.errors import StorageRefusal
from notifications.event_rows import keep_event
from web.forms import TooLarge
from web.site import Site

LARGEST = 256 * 1024
PATIENCE = timedelta(seconds=1)
LONGEST_SECONDS = 1.5
"""Zalo waits for two seconds; then it calls again after half a minute, and gives the webhook up in the end."""
log = structlog.get_logger(__name__)


class Keepers:
    """The few threads that write events; the pages' own may all be waiting for the database."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="webhook")

    async def keep(self, site: Site, channel: str, key: str, body: str) -> bool:
        """Keep an event, or say within a second and a half that it could not be kept: raises StorageRefusal, TimeoutError."""
        deed = partial(keep_event, site.store, channel, key, body, now=site.clock.now(), patience=PATIENCE)
        async with asyncio.timeout(LONGEST_SECONDS):
            return await asyncio.get_running_loop().run_in_executor(self._threads, deed)


async def keep(request: Request, site: Site, channel: str, key: str, body: str) -> Response:
    """The answer to a call whose event is worth keeping."""
    keepers: Keepers = request.app.state.keepers
    try:
        new = await keepers.keep(site, channel, key, body)
    except (StorageRefusal, TimeoutError):
        log.warning("an event could not be kept; it will come again", channel=channel)
        return JSONResponse({"ok": False}, 503, {"Retry-After": "30"})
    if new:
        site.came_in()
    return taken()


def taken() -> Response:
    """The answer to every call that need not be made again, also to one that is none of ours."""
    return JSONResponse({"ok": True})


async def whole_body(request: Request) -> bytes:
    """The body. Raises TooLarge."""
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > LARGEST:
            raise TooLarge
        parts.append(part)
    return b"".join(parts)
