"""For which units a person may act today: the own ones, and those of people stood in for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import or_, select
from sqlmodel import Session, col

from db.tables import Member, Person, Substitution


def units_of(session: Session, commune_id: int, person_id: int, today: date) -> frozenset[int]:
    """Units of which the person is a contact (đầu mối), or whose contact the person stands in for today."""
    absent = select(col(Substitution.person_id)).where(
        col(Substitution.commune_id) == commune_id,
        col(Substitution.substitute_id) == person_id,
        col(Substitution.from_on) <= today,
        col(Substitution.until_on) > today,
    )
    query = (
        select(col(Member.unit_id))
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.commune_id) == commune_id,
            col(Member.role) == "contact",
            col(Person.active),
            or_(col(Member.person_id) == person_id, col(Member.person_id).in_(absent)),
        )
    )
    return frozenset(session.execute(query).scalars())


def roles_of(session: Session, commune_id: int, person_id: int) -> frozenset[str]:
    """The roles a person holds; a contact's is "unit". Empty for somebody who left."""
    query = (
        select(col(Member.role))
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.commune_id) == commune_id, col(Member.person_id) == person_id, col(Person.active))
    )
    return frozenset("unit" if role == "contact" else role for role in session.execute(query).scalars())
