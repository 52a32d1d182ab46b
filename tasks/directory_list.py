"""The directory as it stands: everybody with their parts and addresses, in three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import ContactPoint, Member, Person, Unit
from tasks.address_rows import point_of
from tasks.person_facts import ROLE_WORDS, PersonFacts
from tasks.phones import national
from tasks.way_words import NAMES, address_told, ways_told
from tasks.ways import Point, Way, phone_in, usable


@dataclass(frozen=True)
class Address:
    """One address of a person. `refused_at`: since when nothing is sent there, and `refused_reason` why."""

    id: int
    point: Point
    refused_at: datetime | None
    refused_reason: str

    @property
    def name(self) -> str:
        """The way it is, in words."""
        return NAMES[self.point.way]

    @property
    def told(self) -> str:
        """The address as people know it."""
        return address_told(self.point)


@dataclass(frozen=True)
class Entry:
    """One person with all addresses in the order in which they are tried."""

    person_id: int
    key: str
    active: bool
    facts: PersonFacts
    addresses: tuple[Address, ...]

    @property
    def points(self) -> list[Point]:
        """The addresses alone."""
        return [one.point for one in self.addresses]

    @property
    def linked(self) -> bool:
        """Whether a chat is linked."""
        return any(one.is_chat for one in self.points)

    @property
    def brief(self) -> list[str]:
        """Where the person is reached, in order, each number once: for lists that have little room."""
        told = (NAMES[one.way] if one.is_chat else address_told(one) for one in self.points)
        return list(dict.fromkeys(told))

    @property
    def refused(self) -> tuple[Address, ...]:
        """What a receiving service turned down."""
        return tuple(one for one in self.addresses if one.refused_at)

    def reached(self, in_use: Collection[Way]) -> bool:
        """Whether a message can arrive by the ways in use."""
        return usable((one.point for one in self.addresses if not one.refused_at), in_use)


def everybody(session: Session, commune_id: int, person_id: int | None = None) -> list[Entry]:
    """Everybody in order of entry, also those who were removed; or one person only."""
    people = select(Person).where(col(Person.commune_id) == commune_id).order_by(col(Person.id))
    members = select(col(Member.person_id), col(Member.role), col(Unit.key)).join(
        Unit, col(Unit.id) == Member.unit_id
    )
    members = members.where(col(Member.commune_id) == commune_id).order_by(
        col(Unit.position), col(Member.role)
    )
    addresses = select(ContactPoint).where(col(ContactPoint.commune_id) == commune_id)
    addresses = addresses.order_by(col(ContactPoint.position))
    if person_id is not None:
        people = people.where(col(Person.id) == person_id)
        members = members.where(col(Member.person_id) == person_id)
        addresses = addresses.where(col(ContactPoint.person_id) == person_id)
    parts = _gathered((row[0], (row[1], row[2])) for row in session.execute(members))
    points = _gathered((row.person_id, row) for row in session.execute(addresses).scalars())
    return [_entry(row, parts[row.id or 0], points[row.id or 0]) for row in session.execute(people).scalars()]


def linked_people(session: Session, commune_id: int) -> frozenset[str]:
    """Keys of the people who linked a chat."""
    query = select(col(Person.key), ContactPoint).join(
        ContactPoint, col(ContactPoint.person_id) == col(Person.id)
    )
    rows = session.execute(query.where(col(Person.commune_id) == commune_id))
    return frozenset(key for key, row in rows if point_of(row).is_chat)


def unit_names(session: Session, commune_id: int) -> dict[str, str]:
    """Unit key -> name, in the plan's order."""
    query = select(col(Unit.key), col(Unit.name)).where(col(Unit.commune_id) == commune_id)
    return {row[0]: row[1] for row in session.execute(query.order_by(col(Unit.position)))}


def present_rows(session: Session, commune_id: int) -> Iterator[tuple[str, ...]]:
    """The directory as the rows of a contacts file, in the plan's order of units."""
    order = list(units := unit_names(session, commune_id))
    known = [one for one in everybody(session, commune_id) if one.active]
    parts = [(order.index(unit), one.key, role, one.facts) for one in known for role, unit in one.facts.parts]
    for place, key, role, facts in sorted(parts, key=lambda part: part[:3]):
        data = (
            facts.name,
            facts.greeting,
            facts.email,
            facts.second_email,
            national(facts.phone),
            facts.ways,
        )
        yield units[order[place]], ROLE_WORDS[role], key, *data


def _gathered(pairs: Iterator[tuple[int, Any]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for number, value in pairs:
        found[number].append(value)
    return found


def _entry(row: Person, parts: Sequence[tuple[str, str]], rows: Sequence[ContactPoint]) -> Entry:
    points = [point_of(one) for one in rows]
    mails = [one.address for one in points if one.way == "email"]
    first, second, *_ = [*mails, "", ""]
    facts = PersonFacts(
        row.name, row.greeting, tuple(parts), first, second, row.digest_opt_out, phone_in(points), ways_told(points)
    )  # fmt: skip
    addresses = (
        Address(one.id or 0, point, one.refused_at, one.refused_reason or "")
        for one, point in zip(rows, points, strict=True)
    )
    return Entry(row.id or 0, row.key, row.active, facts, tuple(addresses))
