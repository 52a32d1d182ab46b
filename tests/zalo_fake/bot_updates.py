"""How the bot hears: by a webhook that it set, or by asking for one update at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from aiohttp import web

from zalo_fake.defaults import BOT_ID, BOT_NAME, BOT_TOKEN
from zalo_fake.dialects import BOT
from zalo_fake.endpoint import Endpoint, json_body
from zalo_fake.wire import Asked, Json, Refused, Reply, text_of

if TYPE_CHECKING:
    from zalo_fake.world import World

LONGEST_WAIT = 60.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass
class Waiter:
    """Somebody who asks for an update, on a connection that may be gone by the time one comes."""

    request: web.Request
    update: asyncio.Future[Json | None]


@dataclass
class BotLine:
    """The bot's side of the talk. `matching_status`: refusals come with their own HTTP status instead of 200."""

    url: str = ""
    secret_token: str = ""
    updated_at: int = 0
    matching_status: bool = False
    waiting: deque[Json] = field(default_factory=deque)
    waiters: deque[Waiter] = field(default_factory=deque)

    def check_token(self, token: str) -> None:
        """Raises Refused for another's token."""
        if token != BOT_TOKEN:
            raise Refused(401)

    def tell(self, update: Json) -> None:
        """Give an update to the first who still waits for one, or keep it."""
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.update.done() and waiter.request.transport is not None:
                waiter.update.set_result(update)
                return
        self.waiting.append(update)

    def close(self) -> None:
        """Send everybody away who waits."""
        for waiter in self.waiters:
            if not waiter.update.done():
                waiter.update.set_result(None)


class BotUpdates:
    """The methods about hearing."""

    def __init__(self, world: World) -> None:
        self._world = world

    def methods(self) -> dict[str, Endpoint]:
        """By their names."""
        setup = {
            "getMe": self.me, "setWebhook": self.set, "deleteWebhook": self.delete, "getWebhookInfo": self.info,
        }  # fmt: skip
        doors = {
            name: Endpoint(self._world, "bot_setup", BOT, answer, _optional) for name, answer in setup.items()
        }
        return doors | {"getUpdates": Endpoint(self._world, "updates", BOT, self.updates, _optional)}

    def me(self, asked: Asked) -> Reply:
        """getMe."""
        self._admit(asked)
        return _good(
            {"id": BOT_ID, "account_name": BOT_NAME, "account_type": "BASIC", "can_join_groups": True}
        )

    def set(self, asked: Asked) -> Reply:
        """setWebhook: https (plain http on this machine only) and a secret of 8 to 256 characters."""
        self._admit(asked)
        url, secret = text_of(asked.body.get("url")), text_of(asked.body.get("secret_token"))
        if not _acceptable(url):
            raise Refused(400, "Bad Request: url is invalid")
        if not 8 <= len(secret) <= 256:
            raise Refused(400, "Bad Request: secret_token is invalid")
        return self._now(url, secret)

    def delete(self, asked: Asked) -> Reply:
        """deleteWebhook."""
        self._admit(asked)
        return self._now("", "")

    def info(self, asked: Asked) -> Reply:
        """getWebhookInfo."""
        self._admit(asked)
        return self._webhook()

    async def updates(self, asked: Asked) -> Reply:
        """getUpdates: one update, which then is gone; 400 while there is a webhook, 408 when nothing came in time."""
        self._admit(asked)
        line, seconds = self._world.bot, text_of(asked.body.get("timeout", 30))
        if line.url:
            raise Refused(400, "Bad Request: a webhook is set")
        if not seconds.replace(".", "", 1).isdecimal():
            raise Refused(400, "Bad Request: timeout is invalid")
        update = line.waiting.popleft() if line.waiting else await self._coming(asked.request, float(seconds))
        if update is None:
            raise Refused(408, "Request timeout")
        return _good(update)

    async def _coming(self, request: web.Request, seconds: float) -> Json | None:
        waiter = Waiter(request, asyncio.get_running_loop().create_future())
        self._world.bot.waiters.append(waiter)
        await asyncio.wait([waiter.update], timeout=min(seconds, LONGEST_WAIT))
        if not waiter.update.done():
            waiter.update.cancel()
            return None
        return waiter.update.result()

    def _now(self, url: str, secret: str) -> Reply:
        line = self._world.bot
        line.url, line.secret_token, line.updated_at = url, secret, self._world.clock.millis()
        return self._webhook()

    def _webhook(self) -> Reply:
        return _good({"url": self._world.bot.url, "updated_at": self._world.bot.updated_at})

    def _admit(self, asked: Asked) -> None:
        self._world.bot.check_token(asked.request.match_info["token"])


def _optional(request: web.Request, raw: bytes) -> Json | None:
    return json_body(request, raw) if raw else {}


def _acceptable(url: str) -> bool:
    parts = urlsplit(url)
    return (parts.scheme == "https" and bool(parts.hostname)) or (
        parts.scheme == "http" and parts.hostname in _LOOPBACK
    )


def _good(result: Json) -> Reply:
    return Reply({"ok": True, "result": result})
