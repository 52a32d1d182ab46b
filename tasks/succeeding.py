"""Somebody else takes over a place in the directory (người kế nhiệm): nothing that let the one before in does so any more."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import Session, col

from db.tables import AccessLink, ApiToken, ChatCode, PasswordHash, WebSession
from tasks.ways import PHONE, Point


def somebody_else(
    name_before: str, name: str, points_before: Iterable[Point], points: Iterable[Point]
) -> bool:
    """Whether it is another person now: by name, and with no mail address or number of before. Pure.

    A marriage, a new telephone or a mended spelling changes one of them. Where there was no such address nobody can tell.
    """
    before, after = _reached(points_before), _reached(points)
    return _plain(name_before) != _plain(name) and bool(before and after) and before.isdisjoint(after)


def end_access(session: Session, person_id: int, now: datetime) -> None:
    """End the sessions, links, tokens, chat codes and the password that stand for a person. `now` is aware."""
    for table in (AccessLink, WebSession, ApiToken):
        mine = update(table).where(col(table.person_id) == person_id, col(table.revoked_at).is_(None))
        session.execute(mine.values(revoked_at=now))
    for gone in (ChatCode, PasswordHash):
        session.execute(delete(gone).where(col(gone.person_id) == person_id))


def _reached(points: Iterable[Point]) -> frozenset[str]:
    return frozenset(one.address.removeprefix(PHONE).casefold() for one in points if not one.is_chat)


def _plain(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
