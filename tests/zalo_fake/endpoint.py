"""How any request to one of Zalo's hosts goes: read, meet its fate, be answered or refused, be noted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from aiohttp import web

from zalo_fake import mishaps
from zalo_fake.dialects import BOT
from zalo_fake.fates import AFTER, BEFORE, Fate
from zalo_fake.ledger import Send
from zalo_fake.wire import Asked, Dialect, Json, Refused, Reply

if TYPE_CHECKING:
    from zalo_fake.world import World

Reader = Callable[[web.Request, bytes], Json | None]
Answer = Callable[[Asked], Reply | Awaitable[Reply]]
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def json_body(_: web.Request, raw: bytes) -> Json | None:
    """A JSON object; None for anything else."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def form_body(request: web.Request, raw: bytes) -> Json | None:
    """The fields of a form; None when the body does not say that it is one."""
    if request.content_type != "application/x-www-form-urlencoded":
        return None
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def query(request: web.Request, _: bytes) -> Json | None:
    """What stands after the question mark."""
    return dict(request.query)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One of Zalo's doors. `channel` is the name under which fates are laid out for it.

    `draft` makes of a body the message that is to be sent, however bad it is; doors that send nothing have none.
    """

    world: World
    channel: str
    dialect: Dialect
    answer: Answer
    read: Reader = json_body
    draft: Callable[[Json], Send] | None = None

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Serve one request."""
        try:
            raw = await request.read()
        except ConnectionResetError:
            # The caller is gone in the middle of its request: nobody is there to be answered.
            return web.Response(status=400)
        body = self.read(request, raw)
        send = None if self.draft is None or body is None else self.draft(body)
        asked = Asked(request, body or {}, send)
        trouble = None
        if body is None:
            trouble = Refused(*(self.dialect.unreadable if raw else self.dialect.empty))
        fate = self.world.fates.take(self.channel, send.to if send else "")
        if fate is None:
            return await self._settle(asked, trouble)
        return await self._meet(fate, asked, trouble)

    async def _meet(self, fate: Fate, asked: Asked, trouble: Refused | None) -> web.StreamResponse:
        await asyncio.sleep(fate.delay)
        if fate.kind in BEFORE:
            return await mishaps.instead(fate, asked.request, self.dialect)
        if asked.send:
            asked.send.fate = fate.said
        if fate.kind == "error":
            trouble = Refused(fate.number)
        settle = partial(self._settle, asked, trouble)
        if fate.kind in AFTER:
            return await mishaps.after(fate, asked.request, self.dialect, settle)
        return await settle()

    async def _settle(self, asked: Asked, trouble: Refused | None) -> web.Response:
        if trouble is not None:
            return self._refuse(asked, trouble)
        if asked.send:
            asked.send.msg_id = self.world.numbers.next()
        try:
            reply = self.answer(asked)
            if not isinstance(reply, Reply):
                reply = await reply
        except Refused as refused:
            return self._refuse(asked, refused)
        if asked.send:
            self.world.accept(asked.send)
        return _response(reply, 200)

    def _refuse(self, asked: Asked, refused: Refused) -> web.Response:
        if asked.send:
            self.world.refuse(asked.send, refused.code)
        matching = self.dialect is BOT and self.world.bot.matching_status
        return _response(Reply(self.dialect.say(refused)), refused.code if matching else 200)


def _response(reply: Reply, status: int) -> web.Response:
    body = b"" if reply.body is None else _encode(reply.body).encode()
    return web.Response(
        body=body, status=status, headers=reply.headers, content_type="application/json", charset="utf-8"
    )
