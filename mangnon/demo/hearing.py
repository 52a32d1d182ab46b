"""What people write to the season's bot: fetched as long as there is news, then handled and answered."""

from __future__ import annotations

import json

from mangnon import chats
from mangnon.house import House
from mangnon.settings import DEFAULT_ZONE
from notifications.answering import converse
from notifications.channels.zalo_bot_api import polling
from notifications.event_rows import keep_event
from notifications.events import key_of

CHANNEL = "zalo_bot"


async def hear(house: House) -> None:
    """Fetch, handle and answer all of it. Raises ChannelError where the bot cannot be asked."""
    bot = house.settings.zalo_bot
    token = bot.token.get_secret_value()
    async with polling(
        api_url=bot.api_url, token=token, wait=0, clock=house.clock, zone=DEFAULT_ZONE
    ) as news:
        while piece := await news.get_updates(0):
            body = json.dumps(piece)
            keep_event(house.store, CHANNEL, key_of(body.encode(), piece), body, now=house.clock.now())
    await converse(chats.voice(house))
