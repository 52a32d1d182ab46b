"""Who can be told anything: who is active, for which units and parts, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlmodel import Session, col

from db.tables import Member, Person, Substitution


@dataclass(frozen=True)
class Absence:
    """A person's substitute on the local dates `[from_on, until_on)`."""

    person_id: int
    substitute_id: int
    from_on: date
    until_on: date


@dataclass(frozen=True)
class People:
    """Who has which part. `names` are of active people; `away` maps a person to the substitute of today."""

    active: frozenset[int]
    opted_out: frozenset[int]
    contacts: dict[int, tuple[int, ...]]
    by_role: dict[str, tuple[int, ...]]
    away: Mapping[int, int]
    names: Mapping[int, str]


def load_people(session: Session, commune_id: int) -> People:
    """Everybody of a commune, with nobody away yet."""
    query = select(
        col(Person.id),
        col(Person.name),
        col(Person.active),
        col(Person.digest_opt_out),
        col(Member.unit_id),
        col(Member.role),
    ).outerjoin(
        Member,
        and_(col(Member.person_id) == col(Person.id), col(Member.commune_id) == col(Person.commune_id)),
    )
    rows = session.execute(query.where(col(Person.commune_id) == commune_id).order_by(col(Member.id))).all()
    contacts: dict[int, tuple[int, ...]] = {}
    by_role: dict[str, tuple[int, ...]] = {}
    for row in rows:
        if row.role == "contact":
            contacts[row.unit_id] = (*contacts.get(row.unit_id, ()), row.id)
        if row.role is not None:
            by_role[row.role] = (*by_role.get(row.role, ()), row.id)
    return People(
        active=frozenset(row.id for row in rows if row.active),
        opted_out=frozenset(row.id for row in rows if row.active and row.digest_opt_out),
        contacts=contacts,
        by_role=by_role,
        away={},
        names={row.id: row.name for row in rows if row.active},
    )


def load_absences(session: Session, commune_id: int, today: date) -> tuple[Absence, ...]:
    """The substitutions of today and later."""
    names = ("person_id", "substitute_id", "from_on", "until_on")
    query = select(*(getattr(Substitution, name) for name in names))
    rows = session.execute(
        query.where(col(Substitution.commune_id) == commune_id, col(Substitution.until_on) > today)
    )
    return tuple(Absence(*row) for row in rows)


def away_on(absences: tuple[Absence, ...], day: date) -> dict[int, int]:
    """Person -> substitute on a day."""
    return {one.person_id: one.substitute_id for one in absences if one.from_on <= day < one.until_on}
