"""The channel "zalo_bot": plain text from a bot to people and groups that wrote to it once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from notifications.channels.base import ChannelError, Form, HandOver, Outgoing, Receipt
from notifications.channels.http_line import HttpLine
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.zalo_bot_api import BotApi
from tasks.clock import Clock


class ZaloBotChannel:
    """Messages through one bot; addresses `user:<chat id>` and `group:<chat id>`. Raises ChannelError for a bad token.

    `timeout` in seconds, for connecting and for the answer each.
    """

    name = "zalo_bot"
    forms: frozenset[Form] = frozenset({"chat"})
    repeatable = False

    def __init__(
        self, *, api_url: str, token: str, timeout: float, quiet_hours: QuietHours, clock: Clock
    ) -> None:
        self._api_url = api_url
        self._token = token
        self._timeout = timeout
        self._quiet_hours = quiet_hours
        self._clock = clock
        self._api(HttpLine(timeout))

    @asynccontextmanager
    async def line(self) -> AsyncIterator[ZaloBotLine]:
        """A connection that is made for the first message; `line.api` has the bot's other methods."""
        http = HttpLine(self._timeout)
        try:
            yield ZaloBotLine(self._api(http), self._quiet_hours, self._clock)
        finally:
            await http.close()

    def already_sent(self, tracking_id: str) -> None:
        """The Bot API cannot tell."""

    def _api(self, http: HttpLine) -> BotApi:
        zone = self._quiet_hours.zone
        return BotApi(http, api_url=self._api_url, token=self._token, clock=self._clock, zone=zone)


class ZaloBotLine:
    """One worker's connection to the Bot API."""

    def __init__(self, api: BotApi, quiet_hours: QuietHours, clock: Clock) -> None:
        self.api = api
        self._quiet_hours = quiet_hours
        self._clock = clock

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Deliver one message. Raises ChannelError; what `handing_over` raises passes unchanged."""
        if not message.asked:
            self._quiet_hours.refuse(self._clock.now())
        return await self.write(message.address, message.chat, handing_over)

    async def write(self, address: str, text: str, handing_over: HandOver) -> Receipt:
        """Deliver a text at any hour, as an answer to somebody who just wrote. Raises ChannelError."""
        result = await self.api.send_message(chat_id(address), text, handing_over)
        return Receipt("Zalo Bot đã nhận tin.", provider_id=str(result.get("message_id", "")))

    async def check(self) -> None:
        """Ask the bot who it is. Raises ChannelError."""
        await self.api.get_me()


def chat_id(address: str) -> str:
    """The chat of an address. Raises ChannelError (permanent)."""
    form, _, chat = address.partition(":")
    if form not in {"user", "group"} or not chat:
        raise ChannelError("permanent", "Địa chỉ Zalo Bot không đúng dạng. Xin liên kết lại với bot.")
    return chat
