"""For which units a person may act today: the own ones, and those of people stood in for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, or_, select
from sqlmodel import Session, col

from db.tables import Member, Person, Substitution


@dataclass(frozen=True)
class Parts:
    """What a person may do today. `units`: of which the person is a contact (đầu mối), or stands in for one.

    `roles`: the own ones, a contact's is "unit"; with units to act for, "unit" is among them. Both empty for somebody who left.
    """

    units: frozenset[int]
    roles: frozenset[str]


def parts_of(session: Session, commune_id: int, person_id: int, today: date) -> Parts:
    """Read in one query."""
    absent = select(col(Substitution.person_id)).where(
        col(Substitution.commune_id) == commune_id,
        col(Substitution.substitute_id) == person_id,
        col(Substitution.from_on) <= today,
        col(Substitution.until_on) > today,
    )
    query = (
        select(col(Member.unit_id), col(Member.role))
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.commune_id) == commune_id,
            col(Person.active),
            or_(
                col(Member.person_id) == person_id,
                and_(col(Member.role) == "contact", col(Member.person_id).in_(absent)),
            ),
        )
    )
    rows = session.execute(query).all()
    return Parts(
        frozenset(row.unit_id for row in rows if row.role == "contact"),
        frozenset("unit" if row.role == "contact" else row.role for row in rows),
    )
