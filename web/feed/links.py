"""The one standing feed address of a person: given, given anew, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.store import changed
from db.tables import AccessLink
from web import tokens
from web.site import Site
from web.visitor import Visitor


def standing_feed(session: Session, visitor: Visitor) -> int | None:
    """The number of the person's feed link."""
    query = select(col(AccessLink.id)).where(*_mine(visitor))
    return session.execute(query).scalar_one_or_none()


def renew_feed(session: Session, visitor: Visitor, now: datetime) -> None:
    """Give a new address; the one before answers no more."""
    _end(session, visitor, now)
    row = AccessLink(
        commune_id=visitor.commune_id, person_id=visitor.person_id, purpose=tokens.CALENDAR, created_at=now
    )
    session.add(row)
    _note(session, visitor, "calendar.opened", now)


def end_feed(session: Session, visitor: Visitor, now: datetime) -> bool:
    """Take the address back; False when there is none."""
    if not _end(session, visitor, now):
        return False
    _note(session, visitor, "calendar.ended", now)
    return True


def address_of(site: Site, number: int) -> str:
    """The feed's address; whoever has it can read the deadlines, and nothing else."""
    return f"{site.base_url}/lich/{tokens.sign(site.secret_key, tokens.CALENDAR, number)}.ics"


def _end(session: Session, visitor: Visitor, now: datetime) -> int:
    return changed(session, update(AccessLink).where(*_mine(visitor)).values(revoked_at=now))


def _mine(visitor: Visitor) -> tuple[Any, ...]:
    return (
        col(AccessLink.commune_id) == visitor.commune_id,
        col(AccessLink.person_id) == visitor.person_id,
        col(AccessLink.purpose) == tokens.CALENDAR,
        col(AccessLink.revoked_at).is_(None),
    )


def _note(session: Session, visitor: Visitor, action: str, now: datetime) -> None:
    by = visitor.actor()
    journal.append(
        session, visitor.commune_id, at=now, actor=by.name, action=action, subject=f"person:{visitor.person_id}",
        payload={"role": by.role},
    )  # fmt: skip
