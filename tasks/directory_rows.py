"""The rows behind the directory: people and their parts. No rules, no journal."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import ContactPoint, Member, Person, Unit
from tasks.address_rows import load_points, point_of, put_points
from tasks.contact_rows import ContactRow
from tasks.succeeding import end_access, somebody_else
from tasks.way_words import read_ways, ways_told
from tasks.ways import Point, arranged, phone_in


def coordinators(session: Session, commune_id: int) -> frozenset[int]:
    """Numbers of the active people who coordinate."""
    query = (
        select(col(Member.person_id))
        .join(Person, col(Person.id) == Member.person_id)
        .where(col(Member.commune_id) == commune_id, col(Member.role) == "coordinator", col(Person.active))
    )
    return frozenset(session.execute(query).scalars())


def require_coordinator_left(session: Session, commune_id: int, before: frozenset[int]) -> None:
    """Raises Refusal when nobody of those who coordinated, and nobody else, does so any more."""
    if before and not coordinators(session, commune_id):
        raise Refusal(
            "Như vậy xã không còn cán bộ điều phối nào. Hãy giao vai trò điều phối cho người khác trước."
        )


def standings(session: Session, commune_id: int) -> dict[str, set[tuple[Any, ...]]]:
    """Key of an active person -> parts and addresses."""
    person = select(col(Person.key)).where(col(Person.commune_id) == commune_id, col(Person.active))
    parts = person.join(Member, col(Member.person_id) == col(Person.id)).add_columns(
        col(Member.unit_id), col(Member.role)
    )
    addresses = person.join(ContactPoint, col(ContactPoint.person_id) == col(Person.id)).add_columns(
        col(ContactPoint.position), col(ContactPoint.channel), col(ContactPoint.address)
    )
    found: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for query in (parts, addresses):
        for key, *rest in session.execute(query):
            found[key].add(tuple(rest))
    return found


def put_contact(
    session: Session, commune_id: int, rows: Sequence[ContactRow], units: Mapping[str, int], now: datetime
) -> int:
    """Write one person from all of their rows; return the number. `units`: key -> number; `now` is aware.

    A linked chat stays, unless the row is now somebody else's: then all that let the one before in is ended.
    """
    first = rows[0]
    before = _name_of(session, commune_id, first.person)
    person_id = _put_person(session, commune_id, first.person, first)
    _put_parts(session, commune_id, person_id, [(units[row.unit], row.role) for row in rows])
    present = [point_of(one) for one in load_points(session, person_id)]
    if before and somebody_else(before, first.name, present, points_for(first, present)):
        end_access(session, person_id, now)
        present = [one for one in present if not one.is_chat]
    put_points(session, commune_id, person_id, points_for(first, present))
    return person_id


def _name_of(session: Session, commune_id: int, key: str) -> str:
    """The name under a key, also of somebody who left; "" for a key that is new."""
    known = select(col(Person.name)).where(col(Person.commune_id) == commune_id, col(Person.key) == key)
    return session.execute(known).scalar_one_or_none() or ""


def points_for(row: ContactRow, present: Sequence[Point]) -> list[Point]:
    """The addresses that a row gives a person who has `present`, in order; what it does not speak of stays."""
    phone = phone_in(present) if row.phone is None else row.phone
    unsaid = row.ways is None or row.ways == ways_told(present)
    return arranged(present, row.emails, phone, None if unsaid else read_ways(row.ways or ""))


def unit_numbers(session: Session, commune_id: int) -> dict[str, int]:
    """Unit key -> number."""
    query = select(col(Unit.key), col(Unit.id)).where(col(Unit.commune_id) == commune_id)
    return {row[0]: row[1] for row in session.execute(query)}


def _put_person(session: Session, commune_id: int, key: str, row: ContactRow) -> int:
    """Write a person's name and greeting, new or known, and have them active; return the number."""
    values: dict[str, Any] = {"name": row.name, "greeting": row.greeting, "active": True}
    known = select(col(Person.id)).where(col(Person.commune_id) == commune_id, col(Person.key) == key)
    person_id = session.execute(known).scalar_one_or_none()
    if person_id is not None:
        session.execute(update(Person).where(col(Person.id) == person_id).values(**values))
        return int(person_id)
    new = insert(Person).values(commune_id=commune_id, key=key, digest_opt_out=False, **values)
    return int(session.execute(new.returning(col(Person.id))).scalar_one())


def _put_parts(session: Session, commune_id: int, person_id: int, parts: Sequence[tuple[int, str]]) -> None:
    """Give a person these parts, unit number and role, and no others."""
    session.execute(delete(Member).where(col(Member.person_id) == person_id))
    for unit_id, role in dict.fromkeys(parts):
        session.execute(
            insert(Member).values(commune_id=commune_id, unit_id=unit_id, person_id=person_id, role=role)
        )
