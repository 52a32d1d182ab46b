"""The keeper of the OA's tokens. A refresh token is good for one use, so one process refreshes and all others wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from db.errors import Refusal
from db.store import Store
from db.tables.channels import ZaloToken
from notifications.channels import zalo_pair
from notifications.channels.base import ChannelError
from notifications.channels.zalo_oauth import Granted, OAuth, Turned
from notifications.channels.zalo_pair import Standing
from notifications.channels.zalo_refresh import Access, Refresher
from tasks.clock import Clock

AHEAD = timedelta(hours=3)
REREAD_SECONDS = 30.0
LOOK_AGAIN_SECONDS = 0.1
WAITING = "Mã truy cập Zalo OA đang được làm mới. Chương trình sẽ thử lại."


class TokenKeeper:
    """The tokens of one app, for all workers of a process.

    `lease`: how long a refresh can take at most; `patience`: how long a worker waits for another's, both in seconds.
    """

    def __init__(
        self, store: Store, clock: Clock, oauth: OAuth, *, lease: float | None = None, patience: float = 20.0
    ) -> None:
        self._store = store
        self._clock = clock
        self._oauth = oauth
        self._refresher = Refresher(store, clock, oauth, 2 * oauth.timeout + 5 if lease is None else lease)
        self._patience = patience
        self._read_at = 0.0
        self._known: ZaloToken | None = None

    async def current(self) -> Access:
        """The access token to use now. Raises ChannelError: config (permission is needed), retry."""
        row = self._known
        if row is None or row.trouble or time.monotonic() - self._read_at > REREAD_SECONDS:
            row = self._look()
        if row.expires_at <= self._clock.now():
            return await self._renewed(row.version)
        return Access(row.access_token, row.version)

    async def renew(self, turned_down: Access) -> Access:
        """Another token than the one that a host turned down, refreshed unless somebody did already.

        Raises ChannelError: config (permission is needed, or the app's settings are wrong), retry.
        """
        return await self._renewed(turned_down.version)

    async def refresh_if_due(self, ahead: timedelta = AHEAD) -> bool:
        """Refresh a pair that has not much time left. Whether it did. Raises ChannelError.

        Nothing is done where there is no pair, where it needs a person, or where another process is at it.
        """
        row = self._read()
        if row is None or row.trouble or not _due(row, ahead, self._clock.now()):
            return False
        return self._refresher.free(row) and await self._refreshed(row) is not None

    def standing(self) -> Standing:
        """How it stands with the pair."""
        with self._store.read() as session:
            return zalo_pair.standing(session, self._oauth.app_id)

    async def exchange_code(
        self, code: str, verifier: str, also: Callable[[Session], None] | None = None
    ) -> None:
        """Get the first pair for the code that came back with a person's permission, and keep it. Raises Refusal.

        `also` is done in the transaction that keeps it.
        """
        outcome = await self._oauth.exchange(code, verifier)
        if isinstance(outcome, Turned):
            raise Refusal(
                f"Zalo chưa cấp mã{outcome.said}. Xin cấp quyền lại; mã cấp quyền chỉ dùng được một lần, trong 10 phút."
            )
        # The database may be busy for a while; meanwhile whoever else is in this loop goes on.
        await asyncio.to_thread(self._enter, outcome, also)

    def _enter(self, pair: Granted, also: Callable[[Session], None] | None) -> None:
        with self._store.write() as session:
            zalo_pair.enter_pair(
                session, self._oauth.app_id, pair.access, pair.refresh, pair.expires_in, self._clock.now()
            )
            if also is not None:
                also(session)
        self._known = None

    async def _renewed(self, spent: int) -> Access:
        patience = time.monotonic() + self._patience
        while True:
            row = self._look()
            if row.version > spent:
                return Access(row.access_token, row.version)
            if self._refresher.free(row) and (access := await self._refreshed(row)):
                return access
            if time.monotonic() > patience:
                raise ChannelError("retry", WAITING)
            await asyncio.sleep(LOOK_AGAIN_SECONDS)

    async def _refreshed(self, row: ZaloToken) -> Access | None:
        try:
            return await self._refresher.refresh(row)
        finally:
            self._known = None

    def _look(self) -> ZaloToken:
        """The pair as it stands in the database. Raises ChannelError (config) where a person is needed."""
        row = self._read()
        if row is None or row.trouble:
            raise ChannelError("config", zalo_pair.NO_PAIR if row is None else row.trouble)
        return row

    def _read(self) -> ZaloToken | None:
        self._refresher.save()
        with self._store.read() as session:
            self._known = session.get(ZaloToken, self._oauth.app_id)
        self._read_at = time.monotonic()
        return self._known


def _due(row: ZaloToken, ahead: timedelta, now: datetime) -> bool:
    """Whether it is time for a new pair: `ahead` of the end, or half-way where a pair does not live long."""
    life = row.expires_at - row.changed_at
    return row.expires_at - now <= min(ahead, life / 2)
