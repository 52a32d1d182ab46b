"""Asking the bot for news: kept once, handled, patient with errors, gone at once when told. Against the fake of Zalo."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import httpx
import pytest
from chat_world import ChatWorld
from sqlalchemy import select
from web_world import WebWorld
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.errors import StorageRefusal
from db.store import Store
from db.tables import Heartbeat
from notifications import polling as module
from notifications.channels.base import ChannelError
from notifications.channels.zalo_bot_api import polling
from notifications.polling import WEBHOOK_SET, Poller
from tasks.clock import ManualClock


@pytest.fixture
def chats(store: Store, clock: ManualClock) -> ChatWorld:
    return ChatWorld(WebWorld.build(store, clock))


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of a few hundredths of a second."""
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.02)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.1)


def asks(fake: ZaloFake, chats: ChatWorld, came: list[int], token: str = defaults.BOT_TOKEN) -> Poller:
    clock = chats.web.site.clock
    news = partial(polling, api_url=fake.url, token=token, wait=30, clock=clock, zone="Asia/Ho_Chi_Minh")
    return Poller(news, chats.web.site.store, clock, lambda: came.append(1), "thu")


async def while_polling(poller: Poller, *deeds: Any, seconds: float = 0.4) -> float:
    """Run the deeds while it polls, with a while after each; how long stopping took."""
    stop = asyncio.Event()
    running = asyncio.ensure_future(poller.run(stop))
    for deed in (lambda: None, *deeds):
        await asyncio.to_thread(deed)
        await asyncio.sleep(seconds)
    began = time.monotonic()
    stop.set()
    await running
    return time.monotonic() - began


def beat(chats: ChatWorld) -> str:
    [row] = chats.rows(select(Heartbeat).where(Heartbeat.name == module.HEARTBEAT))
    return str(row[0].detail)


def test_news_is_kept_in_order_and_whoever_handles_it_is_called(fake: ZaloFake, chats: ChatWorld) -> None:
    came: list[int] = []
    fake.say("bot", "u1", f"LK {chats.code()}")
    fake.say("bot", "u1", "nhan")
    asyncio.run(while_polling(asks(fake, chats, came), lambda: fake.say("bot", "u1", "alo")))
    chats.round()
    assert [row.understood for row in chats.incoming()] == ["link", "acknowledge", "unknown"]
    assert (len(came), beat(chats)) == (3, "")


def test_it_stops_at_once_in_the_middle_of_a_long_question(fake: ZaloFake, chats: ChatWorld) -> None:
    assert asyncio.run(while_polling(asks(fake, chats, []))) < 0.5


def test_a_webhook_that_is_set_is_told_in_one_sentence_and_left_alone(
    fake: ZaloFake, chats: ChatWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    bot = f"{fake.url}/bot{defaults.BOT_TOKEN}"
    httpx.post(
        f"{bot}/setWebhook", json={"url": "https://xa.example/webhook", "secret_token": "chuoi-bi-mat"}
    )
    asyncio.run(while_polling(asks(fake, chats, [])))
    assert beat(chats) == WEBHOOK_SET
    assert httpx.post(f"{bot}/getWebhookInfo").json()["result"]["url"] == "https://xa.example/webhook"
    said = capsys.readouterr().out
    assert said.count("no news from the bot") == 1
    assert defaults.BOT_TOKEN not in said
    httpx.post(f"{bot}/deleteWebhook")
    fake.say("bot", "u1", "alo")
    asyncio.run(while_polling(asks(fake, chats, [])))
    assert (len(chats.events()), beat(chats)) == (1, "")


@pytest.mark.parametrize("fate", ["status:500", "html", "reset_before", "error:401", "status:429", "empty"])
def test_after_any_trouble_it_asks_again(fake: ZaloFake, chats: ChatWorld, fate: str) -> None:
    fake.fate("updates", fate, fate)
    asyncio.run(while_polling(asks(fake, chats, []), lambda: fake.say("bot", "u1", "alo"), seconds=0.6))
    assert (len(chats.events()), beat(chats)) == (1, "")


def test_a_wrong_token_is_told(fake: ZaloFake, chats: ChatWorld) -> None:
    asyncio.run(while_polling(asks(fake, chats, [], token="1:khong-dung")))
    assert "zalo_bot" in beat(chats)
    asyncio.run(while_polling(asks(fake, chats, [], token="khong phai ma")))
    assert "token" in beat(chats)


def test_news_that_cannot_be_kept_at_once_is_not_lost_and_nothing_else_is_asked_for(
    chats: ChatWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, tries = [], []
    pieces = [chats.bot_event("alo"), chats.bot_event("alo nữa")]
    keep = module.keep_event

    class Given:
        async def get_updates(self, wait: int) -> dict[str, Any] | None:
            asked.append(wait)
            if not pieces:
                await asyncio.sleep(30)
            return pieces.pop(0)

    @asynccontextmanager
    async def news() -> AsyncIterator[Given]:
        yield Given()

    def busy(*args: Any, **more: Any) -> bool:
        tries.append(len(asked))
        if len(tries) < 4:
            raise StorageRefusal("bận")
        return keep(*args, **more)

    monkeypatch.setattr(module, "keep_event", busy)
    poller = Poller(news, chats.web.site.store, chats.web.site.clock, lambda: None, "thu")
    asyncio.run(while_polling(poller))
    assert len(chats.events()) == 2
    assert tries == [1, 1, 1, 1, 2]


def test_told_to_stop_while_the_database_is_busy_it_keeps_the_news_in_hand(
    chats: ChatWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces, tries, keep = [chats.bot_event("nhan")], [], module.keep_event

    class Given:
        async def get_updates(self, wait: int) -> dict[str, Any] | None:
            if not pieces:
                await asyncio.sleep(30)
            return pieces.pop(0)

    @asynccontextmanager
    async def news() -> AsyncIterator[Given]:
        yield Given()

    def busy(*args: Any, **more: Any) -> bool:
        tries.append(1)
        if len(tries) < 4:
            raise StorageRefusal("bận")
        return keep(*args, **more)

    monkeypatch.setattr(module, "keep_event", busy)
    monkeypatch.setattr(module, "FIRST_PAUSE", 0.2)
    poller = Poller(news, chats.web.site.store, chats.web.site.clock, lambda: None, "thu")
    asyncio.run(while_polling(poller, seconds=0.1))
    assert len(chats.events()) == 1


def test_waits_grow_and_stay_bounded_and_do_not_beat_in_time(
    monkeypatch: pytest.MonkeyPatch, chats: ChatWorld
) -> None:
    monkeypatch.undo()
    pauses: list[float] = []

    class Down:
        async def get_updates(self, wait: int) -> dict[str, Any] | None:
            raise ChannelError("retry", "Mất kết nối.")

    @asynccontextmanager
    async def news() -> AsyncIterator[Down]:
        yield Down()

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 12:
            raise asyncio.CancelledError

    poller = Poller(news, chats.web.site.store, chats.web.site.clock, lambda: None, "thu")
    monkeypatch.setattr(module.asyncio, "sleep", sleep)
    asyncio.run(poller.run(asyncio.Event()))
    assert pauses[0] < pauses[3] < 60 * 1.25
    assert max(pauses) <= 60 * 1.25
    assert len(set(pauses[-3:])) == 3
