"""Signed-in browsers: a row each, found by the hash of a cookie's secret, listed and revocable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from db import journal
from db.store import changed
from db.tables import AccessLink, WebSession
from web import tokens

COOKIE = "phien"
DEVICE_LENGTH = 120


@dataclass(frozen=True)
class Entrance:
    """Who comes in, and how. `link_id`: the link that was opened; None for a password."""

    commune_id: int
    person_id: int
    name: str
    origin: str
    link_id: int | None
    device: str

    @classmethod
    def by_link(cls, link: AccessLink, name: str, device: str) -> Self:
        """Somebody who opened a link."""
        return cls(link.commune_id, link.person_id, name, link.purpose, link.id, device)


def open_session(session: Session, who: Entrance, lasting: timedelta, now: datetime) -> str:
    """Sign somebody in; the secret for the cookie. Its hash alone is kept."""
    secret = tokens.fresh()
    row = WebSession(
        commune_id=who.commune_id, person_id=who.person_id, link_id=who.link_id, origin=who.origin,
        token_hash=tokens.hashed(secret), device=who.device[:DEVICE_LENGTH], created_at=now, last_seen_at=now,
        expires_at=now + lasting,
    )  # fmt: skip
    session.add(row)
    session.flush()
    journal.append(
        session, who.commune_id, at=now, actor=who.name, action="session.opened", subject=f"person:{who.person_id}",
        payload={"origin": who.origin, "session": row.id},
    )  # fmt: skip
    return secret


def find_session(session: Session, secret: str, now: datetime) -> WebSession | None:
    """The standing session of a cookie. One that came by a task link ends when the link is revoked."""
    query = (
        select(WebSession)
        .join(AccessLink, col(AccessLink.id) == col(WebSession.link_id), isouter=True)
        .where(
            col(WebSession.token_hash) == tokens.hashed(secret),
            col(WebSession.revoked_at).is_(None),
            col(WebSession.expires_at) > now,
            or_(col(WebSession.origin) != tokens.TASK, col(AccessLink.revoked_at).is_(None)),
        )
    )
    return session.execute(query).scalars().first()


def sessions_of(session: Session, commune_id: int, person_id: int, now: datetime) -> list[WebSession]:
    """A person's standing sessions, the newest first."""
    query = select(WebSession).where(
        col(WebSession.commune_id) == commune_id,
        col(WebSession.person_id) == person_id,
        col(WebSession.revoked_at).is_(None),
        col(WebSession.expires_at) > now,
    )
    return list(session.execute(query.order_by(col(WebSession.id).desc())).scalars())


def end_session(
    session: Session, commune_id: int, person_id: int, number: int, *, name: str, now: datetime
) -> bool:
    """Revoke one session of a person; False when there is none such."""
    mine = update(WebSession).where(
        col(WebSession.id) == number,
        col(WebSession.commune_id) == commune_id,
        col(WebSession.person_id) == person_id,
        col(WebSession.revoked_at).is_(None),
    )
    if not changed(session, mine.values(revoked_at=now)):
        return False
    journal.append(
        session, commune_id, at=now, actor=name, action="session.ended", subject=f"person:{person_id}",
        payload={"session": number},
    )  # fmt: skip
    return True


def end_sessions(session: Session, commune_id: int, person_id: int, now: datetime) -> int:
    """Sign a person out everywhere, however they came in; how many sessions that ended."""
    mine = update(WebSession).where(
        col(WebSession.commune_id) == commune_id,
        col(WebSession.person_id) == person_id,
        col(WebSession.revoked_at).is_(None),
    )
    return changed(session, mine.values(revoked_at=now))
