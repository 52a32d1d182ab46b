"""Answers for machines without a public address: the bot is asked for news, one question after another."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from sqlalchemy import insert, update
from sqlmodel import Session, col

from db.errors import StorageRefusal
from db.store import Store, changed
from db.tables import Heartbeat
from notifications.channels.base import ChannelError
from notifications.event_rows import keep_event
from notifications.events import key_of
from tasks.clock import Clock

CHANNEL, HEARTBEAT = "zalo_bot", "zalo_bot_poll"
WAIT_SECONDS = 30
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
MOST_TRIES = 20
BEAT_EVERY = timedelta(minutes=5)
WEBHOOK_SET = 'Zalo không cho hỏi tin đến: có thể bot đang đặt webhook. Hãy gỡ bằng lệnh mangnon zalo webhook --off, hoặc đặt updates = "webhook" ở mục [zalo_bot].'
log = structlog.get_logger(__name__)


class News(Protocol):
    """Whom news is asked for."""

    async def get_updates(self, wait: int) -> dict[str, Any] | None:
        """The next piece of news, waited for `wait` seconds at most; None when there is none. Raises ChannelError."""


class Poller:
    """Asks until it is stopped; each piece of news is kept, and `came_in` is called. `owner` names this process."""

    def __init__(
        self,
        news: Callable[[], AbstractAsyncContextManager[News]],
        store: Store,
        clock: Clock,
        came_in: Callable[[], None],
        owner: str,
    ) -> None:
        self._news = news
        self._store, self._clock, self._owner = store, clock, owner
        self._came_in = came_in
        self._said: str | None = None
        self._said_at: datetime | None = None
        self._failures = 0
        self._keeping: asyncio.Future[None] | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Return soon after `stop` is set."""
        stopping = asyncio.ensure_future(stop.wait())
        asking = asyncio.ensure_future(self._ask_on())
        try:
            await asyncio.wait((stopping, asking), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (stopping, asking):
                one.cancel()
            await asyncio.gather(stopping, asking, return_exceptions=True)
            if self._keeping is not None:
                await self._keeping
        if not asking.cancelled() and (error := asking.exception()):
            raise error
        log.info("poller stopped")

    async def _ask_on(self) -> None:
        while True:
            try:
                async with self._news() as news:
                    while True:
                        await self._ask(news)
            except (ChannelError, StorageRefusal) as error:
                await self._told(error)
            except Exception as error:
                log.exception("polling broke")
                await self._told(error)
            await asyncio.sleep(self._pause())

    async def _ask(self, news: News) -> None:
        piece = await news.get_updates(WAIT_SECONDS)
        if piece is not None:
            # News is handed out once: it is kept even when we are told to stop right now, however busy the database is.
            self._keeping = asyncio.ensure_future(self._keep(piece))
            await asyncio.shield(self._keeping)
            self._came_in()
        self._failures = 0
        await asyncio.to_thread(self._beat, "")

    async def _keep(self, piece: dict[str, Any]) -> None:
        body = json.dumps(piece)
        key, now = key_of(body.encode(), piece), self._clock.now()
        for _ in range(MOST_TRIES):
            try:
                await asyncio.to_thread(keep_event, self._store, CHANNEL, key, body, now=now)
            except StorageRefusal:
                log.warning("news could not be kept yet", channel=CHANNEL)
                await asyncio.sleep(FIRST_PAUSE)
            else:
                return
        log.error("news was lost", channel=CHANNEL)

    async def _told(self, error: Exception) -> None:
        self._failures += 1
        kind = error.kind if isinstance(error, ChannelError) else type(error).__name__
        detail = error.detail if isinstance(error, ChannelError) else "Lỗi khi hỏi tin đến; xem nhật ký chạy."
        sentence = WEBHOOK_SET if kind in {"payload", "permanent"} else detail
        if self._said != sentence:
            log.warning("no news from the bot", kind=kind)
        if not isinstance(error, StorageRefusal):
            await asyncio.to_thread(self._beat, sentence)

    def _beat(self, sentence: str) -> None:
        """Write how it goes when that changed, and now and then. A busy database has more urgent things to do."""
        now = self._clock.now()
        if self._said == sentence and self._said_at is not None and now - self._said_at < BEAT_EVERY:
            return
        with suppress(StorageRefusal), self._store.write() as session:
            _put_beat(session, {"at": now, "owner": self._owner, "detail": sentence})
        self._said, self._said_at = sentence, now

    def _pause(self) -> float:
        longest = min(FIRST_PAUSE * 2.0 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        return longest * random.uniform(0.75, 1.25)  # noqa: S311


def _put_beat(session: Session, values: dict[str, Any]) -> None:
    if not changed(session, update(Heartbeat).where(col(Heartbeat.name) == HEARTBEAT).values(**values)):
        session.execute(insert(Heartbeat).values(name=HEARTBEAT, **values))
