"""The Zalo Bot API: a static token, and one address for each method."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from notifications.channels.base import ChannelError, HandOver
from notifications.channels.http_line import Call, HttpLine
from notifications.channels.outcomes import Judge, error
from notifications.channels.zalo_verdicts import Verdict
from tasks.clock import Clock

SERVICE, SECTION = "Zalo Bot", "zalo_bot"
LONGEST_TEXT = 2_000
NO_NEWS = 408
# How much longer than the server may wait for news its answer may take.
_ON_THE_WAY = 10.0
_TOKEN = re.compile(r"[0-9]+:[A-Za-z0-9_.~-]+")
_HEADERS = (("Content-Type", "application/json"),)


class BotApi:
    """The methods of one bot, over one line. `token`: "digits:letters". Raises ChannelError (config) for any other."""

    def __init__(self, http: HttpLine, *, api_url: str, token: str, clock: Clock, zone: str) -> None:
        if not _TOKEN.fullmatch(token):
            raise ChannelError(
                "config", "Chưa có mã Zalo Bot, hoặc mã không đúng dạng. Hãy ghi token ở mục [zalo_bot]."
            )
        self._http = http
        self._base = f"{api_url}/bot{token}"
        self._clock = clock
        self._zone = zone

    async def send_message(self, chat_id: str, text: str, handing_over: HandOver) -> dict[str, Any]:
        """The message's `message_id` and `date`. Raises ChannelError; what `handing_over` raises passes."""
        if not 0 < len(text) <= LONGEST_TEXT:
            raise ChannelError("payload", f"Tin Zalo Bot phải có từ 1 đến {LONGEST_TEXT} ký tự.")
        verdict = await self._ask("sendMessage", {"chat_id": chat_id, "text": text}, handing_over, sends=True)
        if verdict.code == NO_NEWS:
            # In answer to a message this is no "nothing new": nobody can tell what became of it.
            verdict = Verdict("unknown", verdict.code, verdict.said)
        return _settled(verdict, sends=True)

    async def get_me(self) -> dict[str, Any]:
        """Who the bot is: `id`, `account_name`, `can_join_groups`. Raises ChannelError."""
        return _settled(await self._ask("getMe", {}))

    async def get_updates(self, wait: int) -> dict[str, Any] | None:
        """The next piece of news, waited for `wait` seconds at most; None when there is none. Raises ChannelError.

        News that was handed out is not handed out again. The line's own time-out must be longer (`polling`).
        """
        verdict = await self._ask("getUpdates", {"timeout": wait})
        return None if verdict.code == NO_NEWS else _settled(verdict) or None

    async def set_webhook(self, url: str, secret: str) -> dict[str, Any]:
        """News comes by POST to `url` (https) from now on, with `secret` (8–256 characters). Raises ChannelError."""
        return _settled(await self._ask("setWebhook", {"url": url, "secret_token": secret}))

    async def delete_webhook(self) -> dict[str, Any]:
        """News is fetched from now on. Raises ChannelError."""
        return _settled(await self._ask("deleteWebhook", {}))

    async def get_webhook_info(self) -> dict[str, Any]:
        """`url` ("" for none) and `updated_at`. Raises ChannelError."""
        return _settled(await self._ask("getWebhookInfo", {}))

    async def _ask(
        self, method: str, body: dict[str, Any], handing_over: HandOver | None = None, *, sends: bool = False
    ) -> Verdict:
        raw = json.dumps(body, ensure_ascii=False).encode()
        call = Call(httpx.URL(f"{self._base}/{method}"), raw, _HEADERS)
        reply = await self._http.ask(call, handing_over)
        return Judge("bot", self._clock.now(), self._zone).verdict(reply, sends=sends)


@asynccontextmanager
async def polling(*, api_url: str, token: str, wait: int, clock: Clock, zone: str) -> AsyncIterator[BotApi]:
    """A bot of one's own to ask for news, patient enough for `get_updates(wait)`. Raises ChannelError (config)."""
    http = HttpLine(wait + _ON_THE_WAY)
    try:
        yield BotApi(http, api_url=api_url, token=token, clock=clock, zone=zone)
    finally:
        await http.close()


def _settled(verdict: Verdict, *, sends: bool = False) -> dict[str, Any]:
    if verdict.outcome != "ok":
        raise error(verdict, service=SERVICE, section=SECTION, sends=sends)
    return verdict.result if isinstance(verdict.result, dict) else {}
