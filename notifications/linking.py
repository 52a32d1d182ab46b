"""A chat becomes an address of a person: a code made for the person is typed in the chat, once, within a quarter of an hour."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from db.errors import Refusal
from db.store import changed
from db.tables import ChatCode, Commune, Person
from notifications.chats import CHATS, note_chat, put_first, take_from_others
from tasks.actor import Actor
from tasks.ways import Point

LASTING = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)


@dataclass(frozen=True)
class Code:
    """A code that is good until `expires_at` (aware), in chats of one channel."""

    channel: str
    code: str
    expires_at: datetime


@dataclass(frozen=True)
class Linked:
    """A chat that now stands for a person. `before`: for whom it stood, "" for nobody else."""

    person_id: int
    commune_id: int
    name: str
    commune: str
    before: str


def make_code(session: Session, commune_id: int, person_id: int, channel: str, now: datetime) -> Code:
    """A new code for a person; the one before is good no more. Raises Refusal for a channel that has no chats."""
    if channel not in CHATS:
        raise Refusal("Kênh này không liên kết bằng mã được.")
    mine = (col(ChatCode.person_id) == person_id) & (col(ChatCode.channel) == channel)
    unused = mine & col(ChatCode.used_at).is_(None)
    session.execute(delete(ChatCode).where(unused | (col(ChatCode.expires_at) < now - KEPT_FOR)))
    code = _fresh(session, now)
    row = ChatCode(
        commune_id=commune_id, person_id=person_id, channel=channel, code=code, created_at=now, expires_at=now + LASTING
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Code(channel, code, row.expires_at)


def offer_code(
    session: Session, commune_id: int, person: Person, channel: str, *, by: Actor, now: datetime
) -> Code:
    """A code that somebody else hands to the person. Raises Refusal when the person has left."""
    if not person.active:
        raise Refusal(f"{person.name} đã thôi trong danh bạ nên không liên kết Zalo được.")
    code = make_code(session, commune_id, person.id or 0, channel, now)
    note_chat(session, commune_id, person.id or 0, "chat.offered", Point(channel, ""), by, now)
    return code


def open_code(session: Session, person_id: int, channel: str, now: datetime) -> Code | None:
    """The person's code that is still good."""
    query = select(ChatCode).where(
        col(ChatCode.person_id) == person_id,
        col(ChatCode.channel) == channel,
        col(ChatCode.used_at).is_(None),
        col(ChatCode.expires_at) > now,
    )
    row = session.execute(query).scalars().first()
    return Code(row.channel, row.code, row.expires_at) if row else None


def redeem(session: Session, channel: str, code: str, address: str, now: datetime) -> Linked | None:
    """Link the chat at `address` to whom the code was made for; None for a code that is not good.

    The chat becomes the person's first address, and stands for nobody else any more.
    """
    found = _spend(session, channel, code, now)
    if found is None:
        return None
    person, commune = found
    before = take_from_others(session, channel, address, person, now)
    put_first(session, person, channel, address)
    by = Actor(person.name, "unit")
    note_chat(session, person.commune_id, person.id or 0, "chat.linked", Point(channel, address), by, now)
    return Linked(person.id or 0, person.commune_id, person.name, commune, before)


def _fresh(session: Session, now: datetime) -> str:
    query = select(col(ChatCode.code)).where(col(ChatCode.used_at).is_(None), col(ChatCode.expires_at) > now)
    taken = set(session.execute(query).scalars())
    while (code := f"{secrets.randbelow(1_000_000):06}") in taken:
        pass
    return code


def _spend(session: Session, channel: str, code: str, now: datetime) -> tuple[Person, str] | None:
    good = (
        select(ChatCode, Person, col(Commune.name))
        .join(Person, col(Person.id) == col(ChatCode.person_id))
        .join(Commune, col(Commune.id) == col(Person.commune_id))
        .where(
            col(ChatCode.channel) == channel,
            col(ChatCode.code) == code,
            col(ChatCode.used_at).is_(None),
            col(ChatCode.expires_at) > now,
            col(Person.active),
        )
    )
    row = session.execute(good).first()
    if row is None:
        return None
    unused = update(ChatCode).where(col(ChatCode.id) == row[0].id, col(ChatCode.used_at).is_(None))
    return (row[1], row[2]) if changed(session, unused.values(used_at=now)) else None
