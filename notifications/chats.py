"""Chats as addresses of people: whom a chat stands for, taken over, let go. One chat stands for at most one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Missing, Refusal
from db.tables import ContactPoint, Person
from tasks.actor import SYSTEM, Actor
from tasks.address_rows import load_points, point_of, put_points
from tasks.way_words import NAMES
from tasks.ways import Point

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
    mine, others = Point(channel, address), [point_of(row) for row in load_points(session, person.id or 0)]
    points = [mine, *(one for one in others if one != mine)]
    put_points(session, person.commune_id, person.id or 0, points)
    again = update(ContactPoint).where(
        col(ContactPoint.person_id) == person.id,
        col(ContactPoint.channel) == channel,
        col(ContactPoint.address) == address,
    )
    session.execute(again.values(refused_at=None, refused_reason=None))


def unlink(
    session: Session, commune_id: int, person_id: int, contact_id: int, *, by: Actor, now: datetime
) -> None:
    """Send nothing to a chat any more, nor take it for the person. Raises Missing; Refusal for the last way to reach them."""
    rows = load_points(session, person_id)
    row = next((one for one in rows if one.id == contact_id and one.commune_id == commune_id), None)
    if row is None or not point_of(row).is_chat:
        raise Missing("Không còn liên kết này; có thể đã được gỡ trước đó.")
    if len(rows) == 1:
        raise Refusal(
            "Đây là nơi nhận tin duy nhất. Xin ghi thư điện tử hoặc điện thoại vào danh bạ trước khi gỡ."
        )
    gone, kept = point_of(row), [point_of(one) for one in rows if one is not row]
    put_points(session, commune_id, person_id, kept)
    note_chat(session, commune_id, person_id, "chat.unlinked", gone, by, now)


def chats_of(session: Session, person_id: int) -> list[Chat]:
    """The person's linked chats in their order."""
    return [
        Chat(
            row.id or 0, row.channel, row.address.startswith("group:"),
            (row.refused_reason or "không gửi được") if row.refused_at else "",
        )
        for row in load_points(session, person_id)
        if point_of(row).is_chat
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
        note_chat(
            session, other.commune_id, other.id or 0, "chat.unlinked", Point(channel, address), SYSTEM, now
        )
    session.flush()
    return str(others[0][1].name) if others else ""


def note_chat(
    session: Session, commune_id: int, person_id: int, action: str, point: Point, by: Actor, now: datetime
) -> None:
    """Write into the journal what became of a chat, without its number."""
    about = {"way": NAMES[point.way], "role": by.role}
    journal.append(
        session,
        commune_id,
        at=now,
        actor=by.name,
        action=action,
        subject=f"person:{person_id}",
        payload=about,
    )
