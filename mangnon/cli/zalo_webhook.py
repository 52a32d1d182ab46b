"""`mangnon zalo webhook`: where Zalo calls when somebody writes to the bot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from db.errors import Refusal
from mangnon.chats import SHORTEST_SECRET
from mangnon.cli.app import opened
from mangnon.cli.output import done, warn
from mangnon.cli.zalo import commands
from mangnon.house import House
from mangnon.settings import DEFAULT_ZONE
from notifications.channels.base import ChannelError
from notifications.channels.zalo_bot_api import BotApi, polling

PLACE = "/webhook/zalo-bot"
THIS_MACHINE = ("localhost", "127.0.0.1")
WAIT_SECONDS = 10


@commands.command("webhook")
def webhook(
    set_: Annotated[
        bool, typer.Option("--set", help="Báo cho Zalo địa chỉ trang web này (web.base_url).")
    ] = False,
    off: Annotated[bool, typer.Option("--off", help="Gỡ, để máy tự hỏi Zalo (updates = poll).")] = False,
) -> None:
    """Xem, đặt hoặc gỡ nơi Zalo gọi tới khi có người nhắn cho bot."""
    if set_ and off:
        raise Refusal("Chọn một trong hai: --set hoặc --off.")
    with opened(schema=False) as house:
        if set_:
            place, secret = _place(house), _secret(house)
            _ask(house, lambda bot: bot.set_webhook(place, secret))
        elif off:
            _ask(house, lambda bot: bot.delete_webhook())
        now = str(_ask(house, lambda bot: bot.get_webhook_info()).get("url") or "")
        _tell(house, now)


def _ask(house: House, question: Callable[[BotApi], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
    """The bot's answer. Raises Refusal."""
    bot = house.settings.zalo_bot

    async def asked() -> dict[str, Any]:
        token = bot.token.get_secret_value()
        async with polling(
            api_url=bot.api_url, token=token, wait=WAIT_SECONDS, clock=house.clock, zone=DEFAULT_ZONE
        ) as api:
            return await question(api)

    try:
        return asyncio.run(asked())
    except ChannelError as error:
        raise Refusal(error.detail) from None


def _place(house: House) -> str:
    where = urlsplit(house.base_url)
    if where.scheme != "https" and where.hostname not in THIS_MACHINE:
        raise Refusal(
            f"Zalo chỉ gọi tới địa chỉ https, mà web.base_url là {house.base_url}. Hãy sửa, hoặc dùng updates = poll."
        )
    return f"{house.base_url}{PLACE}"


def _secret(house: House) -> str:
    secret = house.settings.zalo_bot.webhook_secret.get_secret_value()
    if len(secret) < SHORTEST_SECRET:
        raise Refusal(f"webhook_secret ở mục [zalo_bot] phải dài ít nhất {SHORTEST_SECRET} ký tự.")
    return secret


def _tell(house: House, now: str) -> None:
    """Where Zalo calls, and whether the settings fit that."""
    done(f"Zalo gọi tới {now}." if now else "Bot không có webhook; máy hỏi tin bằng updates = poll.")
    updates = house.settings.zalo_bot.updates
    if now and updates != "webhook":
        warn(
            f"Cài đặt updates đang là {updates}: tin Zalo gọi tới sẽ bị bỏ. Hãy đặt updates = webhook ở mục [zalo_bot]."
        )
    if not now and updates == "webhook":
        warn(
            "Cài đặt updates đang là webhook nhưng Zalo chưa biết gọi tới đâu. Hãy chạy mangnon zalo webhook --set."
        )
