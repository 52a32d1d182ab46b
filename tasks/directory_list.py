"""The directory as it stands: everybody with their parts and addresses, in three queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import ContactPoint, Member, Person, Unit
from tasks.person_facts import ROLE_WORDS, PersonFacts


@dataclass(frozen=True)
class Entry:
    """One person. `refused`: (address, reason) of what a mail server turned down."""

    person_id: int
    key: str
    active: bool
    facts: PersonFacts
    refused: tuple[tuple[str, str], ...]


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
        data = (facts.name, facts.greeting, facts.email, facts.second_email)
        yield units[order[place]], ROLE_WORDS[role], key, *data


def _gathered(pairs: Iterator[tuple[int, Any]]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for number, value in pairs:
        found[number].append(value)
    return found


def _entry(row: Person, parts: Sequence[tuple[str, str]], points: Sequence[ContactPoint]) -> Entry:
    first, second, *_ = [*(point.address for point in points), "", ""]
    facts = PersonFacts(row.name, row.greeting, tuple(parts), first, second, row.digest_opt_out)
    refused = tuple((point.address, point.refused_reason or "") for point in points if point.refused_at)
    return Entry(row.id or 0, row.key, row.active, facts, refused)
