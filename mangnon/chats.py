"""Wiring of what comes in: which chats are open, who answers in them, who asks for news."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import structlog

from db.tables import Heartbeat
from mangnon.settings import DEFAULT_ZONE, Settings
from notifications.answerers import BotAnswerer, OaAnswerer
from notifications.answering import Answerer, Voice
from notifications.asked_mail import send_now
from notifications.channels.base import ChannelError
from notifications.channels.zalo_bot_api import polling
from notifications.code_mail import code_mail
from notifications.hearing import Ear
from notifications.polling import HEARTBEAT, WAIT_SECONDS, Poller
from web.site import Chats, CodeLetter

if TYPE_CHECKING:
    from mangnon.house import House

log = structlog.get_logger(__name__)
SHORTEST_SECRET = 8
"""As many characters as Zalo demands of a webhook's secret."""


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
    """What handles what came in, and answers it in the chats of the channels that are on."""
    channels, on = house.channels, house.settings.delivery.channels
    # A channel that is set up wrongly says so when it is to answer, and keeps nothing else from starting.
    known: dict[str, Answerer] = {
        "zalo_bot": BotAnswerer(lambda: channels.zalo_bot().line()),
        "zalo_oa": OaAnswerer(lambda: channels.zalo_oa().line(), house.clock),
    }
    answerers: dict[str, Answerer] = {name: known[name] for name in on if name in known}
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
    channel = house.channels.mail()
    if channel is None:
        log.error("mail with a code has no channel", person=letter.person_id)
        return
    try:
        await send_now(channel, mail)
    except ChannelError as error:
        log.error("mail with a code did not leave", person=letter.person_id, kind=error.kind)


def hears(house: House) -> tuple[bool, str] | None:
    """Whether what people write to the bot comes in, and a Vietnamese sentence; None where there is no bot."""
    bot = house.settings.zalo_bot
    if "zalo_bot" not in house.settings.delivery.channels:
        return None
    if bot.updates == "off":
        return False, "bot Zalo không nghe trả lời. Hãy đặt updates ở mục [zalo_bot] là poll hoặc webhook."
    if bot.updates == "poll":
        return _polled(house)
    if len(bot.webhook_secret.get_secret_value()) < SHORTEST_SECRET:
        return False, f"webhook_secret ở mục [zalo_bot] phải dài ít nhất {SHORTEST_SECRET} ký tự."
    return True, f"Zalo gọi tới {house.base_url}/webhook/zalo-bot."


def _polled(house: House) -> tuple[bool, str]:
    with house.store.read() as session:
        beat = session.get(Heartbeat, HEARTBEAT)
    if beat is None:
        return False, "chưa hỏi Zalo lần nào. Hãy chạy mangnon serve."
    local = beat.at.astimezone(ZoneInfo(DEFAULT_ZONE))
    return not beat.detail, beat.detail or f"máy tự hỏi Zalo; ghi nhận gần nhất lúc {local:%H:%M %d/%m/%Y}."
