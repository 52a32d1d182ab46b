"""Passwords that somebody chose to have: argon2 hashes, one a person."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from functools import cache

from pwdlib import PasswordHash as Hasher
from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from db import journal
from db.store import changed
from db.tables import ContactPoint, PasswordHash, Person, WebSession

ORIGIN = "password"
LONGEST = 200


def has_password(session: Session, person_id: int) -> datetime | None:
    """When a person's password was set; None when there is none."""
    query = select(col(PasswordHash.set_at)).where(col(PasswordHash.person_id) == person_id)
    found: datetime | None = session.execute(query).scalar()
    return found


def set_password(session: Session, person: Person, password: str, now: datetime) -> None:
    """Replace a person's password; browsers that came in by the old one are signed out."""
    _forget(session, person, now)
    values = {"commune_id": person.commune_id, "person_id": person.id, "set_at": now}
    session.execute(insert(PasswordHash).values(hash=_hasher().hash(_same(password)), **values))
    _note(session, person, "password.set", now)


def remove_password(session: Session, person: Person, now: datetime) -> None:
    """From now on sign-in links only."""
    _forget(session, person, now)
    _note(session, person, "password.removed", now)


def person_with(session: Session, address: str, password: str) -> Person | None:
    """The active person with that address and password. An unknown address takes as long as a wrong password."""
    query = (
        select(Person, col(PasswordHash.hash), col(ContactPoint.address))
        .join(PasswordHash, col(PasswordHash.person_id) == col(Person.id))
        .join(ContactPoint, col(ContactPoint.person_id) == col(Person.id))
        .where(col(Person.active), col(ContactPoint.channel) == "email")
    )
    # SQLite folds ASCII letters only, so addresses are compared here.
    known = [row for row in session.execute(query) if row[2].casefold() == address.casefold()]
    if not known:
        _hasher().verify(_same(password), _nobody())
    return next((row[0] for row in known if _hasher().verify(_same(password), row[1])), None)


def _forget(session: Session, person: Person, now: datetime) -> None:
    session.execute(delete(PasswordHash).where(col(PasswordHash.person_id) == person.id))
    came_by_it = update(WebSession).where(
        col(WebSession.person_id) == person.id,
        col(WebSession.origin) == ORIGIN,
        col(WebSession.revoked_at).is_(None),
    )
    changed(session, came_by_it.values(revoked_at=now))


def _note(session: Session, person: Person, action: str, now: datetime) -> None:
    journal.append(
        session, person.commune_id, at=now, actor=person.name, action=action, subject=f"person:{person.id}", payload={}
    )  # fmt: skip


def _same(password: str) -> str:
    """The same letters give the same password, however a keyboard composes them."""
    return unicodedata.normalize("NFC", password)[:LONGEST]


@cache
def _hasher() -> Hasher:
    return Hasher.recommended()


@cache
def _nobody() -> str:
    return _hasher().hash("nobody has this password")
