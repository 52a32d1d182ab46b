"""Chats as addresses of people: whom a chat stands for, taken over, let go. One chat stands for at most one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db import journal
from db.errors import Missing
from db.tables import ContactPoint, Person
from tasks.actor import SYSTEM, Actor

CHATS = ("zalo_bot", "zalo_oa")


@dataclass(frozen=True)
class Chat:
    """A linked chat. `refused`: why nothing is sent there any more, "" while it is used."""

    contact_id: int
    channel: str
    group: bool
    refused: str


def put_first(session: Session, person: Person, channel: str, address: str) -> None:
    """Make an address the one that is tried first, be it new or known; a known one may be used again.

    A known one keeps its row: a message under way may hold its number.
    """
    rows = _points(session, person.id or 0)
    mine = next((row for row in rows if (row.channel, row.address) == (channel, address)), None)
    others = [row for row in rows if row is not mine]
    first = rows[0].position if rows else 1
    if mine is None:
        mine = ContactPoint(
            commune_id=person.commune_id,
            person_id=person.id or 0,
            position=0,
            channel=channel,
            address=address,
        )
        session.add(mine)
    # Out of the way first: no two may stand at one position, even for a moment.
    mine.position, mine.refused_at, mine.refused_reason = first - 1, None, None
    session.flush()
    for row in reversed(others):
        row.position += 1
        session.flush()
    mine.position = first
    session.flush()


def unlink(
    session: Session, commune_id: int, person_id: int, contact_id: int, *, by: Actor, now: datetime
) -> None:
    """Send nothing to a chat any more, nor take it for the person. Raises Missing."""
    mine = select(ContactPoint).where(
        col(ContactPoint.id) == contact_id,
        col(ContactPoint.person_id) == person_id,
        col(ContactPoint.commune_id) == commune_id,
        col(ContactPoint.channel).in_(CHATS),
    )
    row = session.execute(mine).scalar_one_or_none()
    if row is None or _number_of_phone(row.address):
        raise Missing("Không còn liên kết này; có thể đã được gỡ trước đó.")
    session.delete(row)
    note_chat(session, commune_id, person_id, "chat.unlinked", row.channel, by, now)


def chats_of(session: Session, person_id: int) -> list[Chat]:
    """The person's linked chats in their order."""
    return [
        Chat(
            row.id or 0, row.channel, row.address.startswith("group:"),
            (row.refused_reason or "không gửi được") if row.refused_at else "",
        )
        for row in _points(session, person_id)
        if row.channel in CHATS and not _number_of_phone(row.address)
    ]  # fmt: skip


def person_of(session: Session, channel: str, address: str) -> Person | None:
    """Whom a chat stands for."""
    query = (
        select(Person)
        .join(ContactPoint, col(ContactPoint.person_id) == col(Person.id))
        .where(col(ContactPoint.channel) == channel, col(ContactPoint.address) == address, col(Person.active))
    )
    return session.execute(query.order_by(col(Person.id))).scalars().first()


def take_from_others(session: Session, channel: str, address: str, person: Person, now: datetime) -> str:
    """Take the chat from everybody else, in whatever commune; the name of the first of them."""
    query = (
        select(ContactPoint, Person)
        .join(Person, col(Person.id) == col(ContactPoint.person_id))
        .where(
            col(ContactPoint.channel) == channel,
            col(ContactPoint.address) == address,
            col(Person.id) != person.id,
        )
    )
    others = session.execute(query.order_by(col(Person.id))).all()
    for point, other in others:
        session.delete(point)
        # Whoever has it now may be of another commune, whose people are nobody's business there.
        note_chat(session, other.commune_id, other.id or 0, "chat.unlinked", channel, SYSTEM, now)
    session.flush()
    return str(others[0][1].name) if others else ""


def _points(session: Session, person_id: int) -> list[ContactPoint]:
    query = select(ContactPoint).where(col(ContactPoint.person_id) == person_id)
    return list(session.execute(query.order_by(col(ContactPoint.position))).scalars())


def _number_of_phone(address: str) -> bool:
    return address.startswith("phone:")


def note_chat(
    session: Session, commune_id: int, person_id: int, action: str, channel: str, by: Actor, now: datetime
) -> None:
    """Write into the journal what became of a chat, without its number."""
    about = {"channel": channel, "role": by.role}
    journal.append(
        session,
        commune_id,
        at=now,
        actor=by.name,
        action=action,
        subject=f"person:{person_id}",
        payload=about,
    )
