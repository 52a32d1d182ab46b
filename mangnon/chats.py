"""Wiring of what comes in: which chats are open, who answers in them, who asks for news."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING

import structlog

from mangnon.settings import Settings
from notifications.answerers import BotAnswerer, BotLine
from notifications.answering import Answerer, Voice
from notifications.channels.base import ChannelError
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.zalo_bot import ZaloBotChannel
from notifications.channels.zalo_bot_api import polling
from notifications.code_mail import code_mail
from notifications.hearing import Ear
from notifications.polling import WAIT_SECONDS, Poller
from notifications.sign_in_mail import send_now
from tasks.clock import Clock
from web.site import Chats, CodeLetter

if TYPE_CHECKING:
    from mangnon.house import House

log = structlog.get_logger(__name__)
DEFAULT_ZONE = "Asia/Ho_Chi_Minh"


def chats_of(settings: Settings) -> Chats:
    """What the pages know of chats. One is open when the channel is on and what people write there comes in."""
    bot, oa, on = settings.zalo_bot, settings.zalo_oa, settings.delivery.channels
    heard = {"zalo_bot": bot.updates != "off", "zalo_oa": bool(oa.webhook_key.get_secret_value())}
    return Chats(
        open=tuple(name for name, hears in heard.items() if hears and name in on),
        invite_url=bot.invite_url,
        bot_secret=bot.webhook_secret.get_secret_value() if bot.updates == "webhook" else "",
        oa_app_id=oa.app_id,
        oa_key=oa.webhook_key.get_secret_value(),
        sms_secret=settings.sms.callback_secret.get_secret_value(),
    )


def voice(house: House) -> Voice:
    """What handles what came in, and answers it."""
    answerers: dict[str, Answerer] = {}
    if "zalo_bot" in house.settings.delivery.channels:
        answerers["zalo_bot"] = BotAnswerer(partial(_bot_line, house.settings, house.clock))
    return Voice(Ear(house.store, house.clock, house.base_url), house.links(), answerers)


def poller(house: House, came_in: Callable[[], None]) -> Poller | None:
    """Who asks the bot for news, where the settings say so."""
    bot = house.settings.zalo_bot
    if "zalo_bot" not in house.settings.delivery.channels or bot.updates != "poll":
        return None
    news = partial(
        polling, api_url=bot.api_url, token=bot.token.get_secret_value(), wait=WAIT_SECONDS, clock=house.clock,
        zone=DEFAULT_ZONE,
    )  # fmt: skip
    return Poller(news, house.store, house.clock, came_in, f"{socket.gethostname()}:{os.getpid()}")


async def send_code(house: House, letter: CodeLetter) -> None:
    """Send a code by mail; a failure is logged, for nobody waits for it."""
    mail = code_mail(
        name=letter.name, greeting=letter.greeting, address=letter.address, code=letter.code,
        invite_url=house.settings.zalo_bot.invite_url if letter.code.channel == "zalo_bot" else "", at=house.clock.now(),
        time_zone=DEFAULT_ZONE,
    )  # fmt: skip
    try:
        await send_now(house.channel(), mail)
    except ChannelError as error:
        log.error("mail with a code did not leave", person=letter.person_id, kind=error.kind)


def _bot_line(settings: Settings, clock: Clock) -> AbstractAsyncContextManager[BotLine]:
    bot = settings.zalo_bot
    channel = ZaloBotChannel(
        api_url=bot.api_url,
        token=bot.token.get_secret_value(),
        timeout=float(bot.timeout_seconds),
        quiet_hours=QuietHours(bot.quiet_from, bot.quiet_until, DEFAULT_ZONE),
        clock=clock,
    )
    return channel.line()
