"""Answers in the chats of each Zalo channel, through the channel's own lines. At any hour: somebody just wrote."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from notifications.channels.base import ChannelError, HandOver, Outgoing, Receipt
from tasks.clock import Clock


class BotLine(Protocol):
    """What answering needs of the bot's line."""

    async def write(self, address: str, text: str, handing_over: HandOver) -> Receipt:
        """Deliver a text at any hour. Raises ChannelError."""


class OaLine(Protocol):
    """What answering needs of the OA's line."""

    async def customer_service(self, user_id: str, text: str) -> Receipt:
        """Answer somebody who wrote not long ago. Raises ChannelError."""

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Deliver one message. Raises ChannelError."""


class BotAnswerer:
    """Through the bot. `line` makes a connection, and raises ChannelError when the channel is set up wrongly."""

    def __init__(self, line: Callable[[], AbstractAsyncContextManager[BotLine]]) -> None:
        self._line = line

    async def answer(self, address: str, text: str) -> Receipt:
        """Send `text` to the chat at `address`. Raises ChannelError."""
        async with self._line() as line:
            return await line.write(address, text, _unmarked)


class OaAnswerer:
    """Through the OA: people by customer service, which is free for 48 hours after they wrote; groups as always."""

    def __init__(self, line: Callable[[], AbstractAsyncContextManager[OaLine]], clock: Clock) -> None:
        self._line, self._clock = line, clock

    async def answer(self, address: str, text: str) -> Receipt:
        """Send `text` to the chat at `address`. Raises ChannelError."""
        form, _, number = address.partition(":")
        if form not in {"user", "group"} or not number:
            raise ChannelError("permanent", "Địa chỉ Zalo OA không đúng dạng.")
        async with self._line() as line:
            if form == "user":
                return await line.customer_service(number, text)
            return await line.send(_to_group(address, text, self._clock), _unmarked)


def _to_group(address: str, text: str, clock: Clock) -> Outgoing:
    return Outgoing(
        tracking_id="tra-loi", address=address, recipient_name="", reply_to=None, at=clock.now(), optional=False, chat=text
    )  # fmt: skip


async def _unmarked() -> None:
    """The answer's row was marked before it was taken up."""
