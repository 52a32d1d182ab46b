"""Signed-in browsers: a row each, found by the hash of a cookie's secret, listed and revocable."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlmodel import Session, col

from db import journal
from db.store import changed
from db.tables import AccessLink, WebSession
from web import tokens

COOKIE = "phien"
DEVICE_LENGTH = 120


def open_session(
    session: Session, link: AccessLink, *, device: str, lasting: timedelta, name: str, now: datetime
) -> str:
    """Sign the link's person in; the secret for the cookie. Its hash alone is kept."""
    secret = tokens.fresh()
    row = WebSession(
        commune_id=link.commune_id, person_id=link.person_id, link_id=link.id, origin=link.purpose,
        token_hash=tokens.hashed(secret), device=device[:DEVICE_LENGTH], created_at=now, last_seen_at=now,
        expires_at=now + lasting,
    )  # fmt: skip
    session.add(row)
    session.flush()
    journal.append(
        session, link.commune_id, at=now, actor=name, action="session.opened", subject=f"person:{link.person_id}",
        payload={"origin": link.purpose, "session": row.id},
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
