"""What the OA needs between messages: fresh tokens, a look at the quota, and news of what went by telephone number.

It is looked after once a tick. Nothing here keeps a message from leaving: what cannot be had now is asked for again.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlmodel import Session

from db.tables import ChannelState
from notifications import breakers, outbox
from notifications.arrivals import note_arrival
from notifications.channels.base import ChannelError
from notifications.channels.zalo_oa import ZaloOaChannel
from notifications.channels.zalo_oa_line import MessageStatus
from notifications.channels.zalo_pair import Standing
from notifications.events import Arrived
from notifications.sending import Delivery
from notifications.unheard import CHANNEL, Unheard, unheard

QUOTA_EVERY = timedelta(hours=1)
ASK_EVERY = timedelta(minutes=30)
MOST_ASKED = 20
log = structlog.get_logger(__name__)


class Keeper(Protocol):
    """Who keeps the tokens."""

    async def refresh_if_due(self) -> bool:
        """Refresh a pair that has not much time left. Whether it did. Raises ChannelError."""

    def standing(self) -> Standing:
        """How it stands with the pair."""


class OaLine(Protocol):
    """Whom the OA is asked about."""

    async def quota(self) -> int | None:
        """How many template messages are left today, None when it is not said. Raises ChannelError."""

    async def message_status(self, message_id: str) -> MessageStatus:
        """What became of a message. Raises ChannelError."""


class Upkeep:
    """Looks after one OA, for one process. A channel that is closed here is closed for its delivery, too."""

    def __init__(
        self, delivery: Delivery, keeper: Keeper, line: Callable[[], AbstractAsyncContextManager[OaLine]]
    ) -> None:
        self._delivery = delivery
        self._keeper = keeper
        self._line = line
        self._because = ""
        self._asked_at: dict[int, datetime] = {}
        self._quota_asked_at: datetime | None = None

    async def run(self) -> None:
        """Look after it once. Raises StorageRefusal."""
        if not await self._tokens():
            return
        quota, wanted = self._quota_due(), self._wanted()
        if not quota and not wanted:
            return
        try:
            async with self._line() as line:
                if quota:
                    await self._read_quota(line)
                for one in wanted:
                    await self._ask(line, one)
        except ChannelError as error:
            log.warning("zalo oa was not asked", kind=error.kind)

    async def _tokens(self) -> bool:
        """Refresh what runs out soon. Whether there is a token to ask with."""
        wrong = ""
        try:
            await self._keeper.refresh_if_due()
        except ChannelError as error:
            log.warning("zalo tokens not refreshed ahead of time", kind=error.kind)
            wrong = error.detail if error.kind == "config" else ""
        standing = self._keeper.standing()
        if not standing.ended(self._delivery.clock.now()):
            self._open_again()
            return True
        if because := standing.trouble or wrong:
            self._shut(because)
        return False

    def _shut(self, because: str) -> None:
        """A person is needed, and is told even when no message waits."""
        now, store = self._delivery.clock.now(), self._delivery.store
        with store.read() as session:
            known = breakers.closed_channels(session, [CHANNEL]).get(CHANNEL)
        if known is None or known.because != because or not known.holds(now):
            with store.write() as session:
                breakers.close(session, CHANNEL, because, now)
        if self._because != because:
            log.error("channel closed", channel=CHANNEL)
            # A closed channel leaves no journal entry, and somebody is to hear of it.
            self._delivery.planned.clear()
        self._because = because
        self._delivery.found_closed.add(CHANNEL)

    def _open_again(self) -> None:
        """What was closed here for its tokens is not closed once they are good again."""
        if self._because:
            with self._delivery.store.write() as session:
                open_again(session, CHANNEL, self._delivery.clock.now())
            self._because = ""

    def _quota_due(self) -> bool:
        now = self._delivery.clock.now()
        with self._delivery.store.read() as session:
            row = session.get(ChannelState, CHANNEL)
        known = (row.quota_at if row else None, self._quota_asked_at)
        return not any(at is not None and abs(now - at) < QUOTA_EVERY for at in known)

    async def _read_quota(self, line: OaLine) -> None:
        self._quota_asked_at = now = self._delivery.clock.now()
        left = await line.quota()
        if left is not None:
            with self._delivery.store.write() as session:
                breakers.note_quota(session, CHANNEL, left, now)

    def _wanted(self) -> list[Unheard]:
        """Whom to ask about now: those never asked about first, then those asked about longest ago."""
        now = self._delivery.clock.now()
        with self._delivery.store.read() as session:
            found = unheard(session, now)
        asked = {one.attempt: at for one in found if (at := self._asked_at.get(one.attempt))}
        self._asked_at = asked
        due = [one for one in found if one.attempt not in asked or abs(now - asked[one.attempt]) >= ASK_EVERY]
        return sorted(due, key=lambda one: asked.get(one.attempt, one.sent_at))[:MOST_ASKED]

    async def _ask(self, line: OaLine, one: Unheard) -> None:
        self._asked_at[one.attempt] = now = self._delivery.clock.now()
        try:
            status = await line.message_status(one.provider_id)
        except ChannelError as error:
            if error.kind not in {"payload", "permanent"}:
                raise
            # Zalo does not like this one question; it may like the others.
            return
        if status.state == "delivered":
            at = status.at if status.at is not None and one.sent_at <= status.at <= now else now
            with self._delivery.store.write() as session:
                note_arrival(session, CHANNEL, Arrived((one.provider_id,)), at)


def upkeep_of(delivery: Delivery) -> Upkeep | None:
    """Who looks after the OA that a delivery uses; None where it uses none."""
    oa = delivery.channels.get(CHANNEL)
    return Upkeep(delivery, oa.keeper, oa.line) if isinstance(oa, ZaloOaChannel) else None


def open_again(session: Session, channel: str, now: datetime) -> None:
    """What kept a channel closed may be mended: what waits for it is tried at once."""
    if closed := breakers.closed_channels(session, [channel]).get(channel):
        outbox.wake(session, closed.because, closed.until, now)
        breakers.reopen(session, channel)
