"""The row that holds the OA's pair of tokens: who may refresh it, and what came of it. One transaction a function."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Update, update
from sqlmodel import Session, col

from db.errors import Refusal
from db.store import changed
from db.tables.channels import ZaloToken

NO_PAIR = "Zalo OA chưa được cấp quyền: xin bấm «Cấp quyền» ở trang Kênh gửi, hoặc nhập cặp mã bằng lệnh mangnon zalo token."
USUAL_LIFE = timedelta(hours=25)
_TOKEN = re.compile(r"[!-~]{8,4096}")


@dataclass(frozen=True)
class Pair:
    """An access token with its refresh token. `expires_at` is aware; `version` counts the pairs of this installation."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime
    version: int = 1


@dataclass(frozen=True)
class Standing:
    """How it stands with an app's tokens, without showing them. Instants are aware; None: there never was a pair.

    `trouble`: why a person has to give permission (again), "" while all is well.
    """

    trouble: str
    changed_at: datetime | None = None
    expires_at: datetime | None = None
    version: int = 0

    def ended(self, now: datetime) -> bool:
        """Whether nothing can be asked with what there is."""
        return bool(self.trouble) or self.expires_at is None or self.expires_at <= now


def standing(session: Session, app_id: str) -> Standing:
    """Of the pair as it stands in the database."""
    row = session.get(ZaloToken, app_id)
    if row is None:
        return Standing(NO_PAIR)
    return Standing(row.trouble, row.changed_at, row.expires_at, row.version)


def lifetime(expires_in: object) -> timedelta:
    """Of an access token, from what Zalo says: seconds, as a number or as text; the usual 25 hours where it says neither."""
    try:
        seconds = float(str(expires_in))
    except ValueError:
        return USUAL_LIFE
    return timedelta(seconds=seconds) if 0 < seconds < 10**8 else USUAL_LIFE


def enter_pair(
    session: Session, app_id: str, access: str, refresh: str, expires_in: object, now: datetime
) -> ZaloToken:
    """Keep a pair that a person got from Zalo; whatever trouble there was is over. `now` is aware. Raises Refusal."""
    access, refresh = access.strip(), refresh.strip()
    if not (_TOKEN.fullmatch(access) and _TOKEN.fullmatch(refresh)):
        raise Refusal("Mã truy cập hoặc mã làm mới không đúng dạng. Xin chép lại cả hai mã từ Zalo.")
    row = session.get(ZaloToken, app_id)
    if row is None:
        row = ZaloToken(
            app_id=app_id, access_token=access, refresh_token=refresh, expires_at=now, version=0, changed_at=now
        )  # fmt: skip
        session.add(row)
    row.access_token, row.refresh_token = access, refresh
    row.expires_at, row.changed_at = now + lifetime(expires_in), now
    row.version += 1
    row.refreshing_by, row.refreshing_until, row.asked_at, row.trouble = None, None, None, ""
    session.flush()
    return row


def take(session: Session, seen: ZaloToken, owner: str, until: datetime) -> bool:
    """Whether the right to refresh is ours now: nobody was faster than what was `seen`."""
    held_as_seen = (
        col(ZaloToken.version) == seen.version,
        col(ZaloToken.refreshing_by).is_not_distinct_from(seen.refreshing_by),
        col(ZaloToken.refreshing_until).is_not_distinct_from(seen.refreshing_until),
    )
    statement = _row(seen.app_id).where(*held_as_seen)
    return changed(session, statement.values(refreshing_by=owner, refreshing_until=until)) == 1


def note_asked(session: Session, seen: ZaloToken, owner: str, now: datetime) -> bool:
    """Note that the question leaves now. False: the right went to somebody else, so it must not."""
    return changed(session, _mine(seen, owner).values(asked_at=now)) == 1


def keep(session: Session, seen: ZaloToken, pair: Pair, now: datetime) -> bool:
    """Keep the pair that followed the one `seen`. False: there is a newer one already."""
    values: dict[str, Any] = {
        "access_token": pair.access, "refresh_token": pair.refresh, "expires_at": pair.expires_at,
        "version": pair.version, "refreshing_by": None, "refreshing_until": None, "asked_at": None,
        "trouble": "", "changed_at": now,
    }  # fmt: skip
    statement = _row(seen.app_id).where(col(ZaloToken.version) == seen.version)
    return changed(session, statement.values(values)) == 1


def let_go(session: Session, seen: ZaloToken, owner: str, *, answered: bool) -> None:
    """Give back the right to refresh. `answered` False: it stays noted that a question may be out."""
    values: dict[str, Any] = {"refreshing_by": None, "refreshing_until": None}
    if answered:
        values["asked_at"] = None
    changed(session, _mine(seen, owner).values(values))


def give_up(session: Session, seen: ZaloToken, owner: str, trouble: str, now: datetime) -> bool:
    """A person has to give permission again; `trouble` says why, in Vietnamese. False: there is a newer pair."""
    values = {"refreshing_by": None, "refreshing_until": None, "trouble": trouble, "changed_at": now}
    return changed(session, _mine(seen, owner).values(values)) == 1


def _row(app_id: str) -> Update:
    return update(ZaloToken).where(col(ZaloToken.app_id) == app_id)


def _mine(seen: ZaloToken, owner: str) -> Update:
    return _row(seen.app_id).where(
        col(ZaloToken.version) == seen.version, col(ZaloToken.refreshing_by) == owner
    )
