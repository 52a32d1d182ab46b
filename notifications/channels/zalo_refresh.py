"""One refresh of the OA's tokens: the right to do it, the question, and what follows from each answer.

The right is a note in the database. Clocks may differ between machines, so a holder counts as dead not by the hour in
the note but once the same note was seen for as long as a refresh can take at most.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from db.store import Store
from db.tables.channels import ZaloToken
from notifications.channels import zalo_pair
from notifications.channels.base import ChannelError
from notifications.channels.zalo_oauth import Granted, OAuth, Turned
from notifications.channels.zalo_pair import Pair
from tasks.clock import Clock

log = structlog.get_logger(__name__)

# A note older than this is a dead process's, whatever the clocks say.
LONG_DEAD = timedelta(minutes=30)
SPENT = "Zalo không nhận mã làm mới nữa, cần cấp quyền lại cho Zalo OA."
SPENT_UNHEARD = (
    "Lần làm mới mã trước không nhận được trả lời và mã cũ đã hết hiệu lực, cần cấp quyền lại cho Zalo OA."
)
SETTINGS = "Zalo không nhận ứng dụng{said}. Hãy kiểm tra app_id và app_secret ở mục [zalo_oa]."
LATER = "Chưa làm mới được mã truy cập Zalo OA{said}. Chương trình sẽ thử lại."


@dataclass(frozen=True)
class Access:
    """An access token, and which pair it is of."""

    token: str = field(repr=False)
    version: int


class Refresher:
    """Refreshes the pair of one app. `lease`: how many seconds a refresh can take at most."""

    def __init__(self, store: Store, clock: Clock, oauth: OAuth, lease: float) -> None:
        self._store = store
        self._clock = clock
        self._oauth = oauth
        self._lease = lease
        self._watched: tuple[str, datetime] | None = None
        self._watched_since = 0.0
        self._unsaved: tuple[ZaloToken, Pair] | None = None

    async def refresh(self, row: ZaloToken) -> Access | None:
        """Refresh if the right to do so can be had; None: somebody was faster. Raises ChannelError."""
        owner = secrets.token_hex(8)
        until = self._clock.now() + timedelta(seconds=self._lease)
        with self._store.write() as session:
            if not zalo_pair.take(session, row, owner, until):
                return None
        try:
            outcome = await self._asked(row, owner)
        except _Overtaken:
            return None
        except BaseException:
            self._let_go(row, owner, answered=False)
            raise
        if isinstance(outcome, Granted):
            return self._kept(row, outcome)
        self._turned(row, owner, outcome)
        return None

    async def _asked(self, row: ZaloToken, owner: str) -> Granted | Turned:
        async def noted() -> None:
            with self._store.write() as session:
                if not zalo_pair.note_asked(session, row, owner, self._clock.now()):
                    raise _Overtaken

        outcome = await self._oauth.refresh(row.refresh_token, noted)
        if isinstance(outcome, Turned) and outcome.silent and row.asked_at is None:
            # So much hangs on an empty answer that a gateway's slip is ruled out by asking twice.
            return await self._oauth.refresh(row.refresh_token, noted)
        return outcome

    def _kept(self, row: ZaloToken, granted: Granted) -> Access | None:
        """The new pair is in the database before anybody uses it; where that fails it is kept until it works."""
        life = zalo_pair.lifetime(granted.expires_in)
        pair = Pair(granted.access, granted.refresh, self._clock.now() + life, row.version + 1)
        self._unsaved = row, pair
        return Access(pair.access, pair.version) if self.save() else None

    def save(self) -> bool:
        """Save a pair that could not be saved when it came. False: there was a newer one."""
        # The tick and the pages, each in a thread of its own, may both come here at once.
        if (unsaved := self._unsaved) is None:
            return True
        row, pair = unsaved
        with self._store.write() as session:
            kept = zalo_pair.keep(session, row, pair, self._clock.now())
        self._unsaved = None
        log.info("zalo tokens refreshed", version=pair.version, kept=kept)
        return kept

    def _turned(self, row: ZaloToken, owner: str, turned: Turned) -> None:
        """What follows from having no new pair: somebody else has one, or it raises ChannelError."""
        log.warning("zalo tokens not refreshed", reason=turned.reason, heard=turned.heard)
        if turned.reason == "spent":
            trouble = SPENT_UNHEARD if row.asked_at is not None else SPENT
            with self._store.write() as session:
                if not zalo_pair.give_up(session, row, owner, trouble, self._clock.now()):
                    return
            raise ChannelError("config", trouble)
        self._let_go(row, owner, answered=turned.heard)
        if turned.reason == "settings":
            raise ChannelError("config", SETTINGS.format(said=turned.said))
        raise ChannelError("retry", LATER.format(said=turned.said))

    def _let_go(self, row: ZaloToken, owner: str, *, answered: bool) -> None:
        with self._store.write() as session:
            zalo_pair.let_go(session, row, owner, answered=answered)

    def free(self, row: ZaloToken) -> bool:
        """Whether nobody is at it, as far as can be told without trusting anybody's clock."""
        if row.refreshing_by is None or row.refreshing_until is None:
            return True
        note = (row.refreshing_by, row.refreshing_until)
        if note != self._watched:
            self._watched, self._watched_since = note, time.monotonic()
        long_dead = self._clock.now() - row.refreshing_until > LONG_DEAD
        return long_dead or time.monotonic() - self._watched_since > self._lease


class _Overtaken(Exception):
    """The right to refresh went to somebody else."""
