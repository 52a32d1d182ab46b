"""What the digests of a commune quote from, read once and good until something is journalled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from db.tables import Commune, ContactPoint, Person, Plan, Task, Unit
from notifications.audience import People


@dataclass(frozen=True)
class Register:
    """Names and sentences by number. `coordinator`: name and mail address ("" for none) of whom readers may ask."""

    commune: str
    time_zone: str
    people: Mapping[int, Row[Any]]
    tasks: Mapping[int, Row[Any]]
    coordinator: tuple[str, str]


def read_register(session: Session, commune_id: int, people: People) -> Register:
    """Four queries and one more a coordinator without an address."""
    commune, time_zone = session.execute(
        select(col(Commune.name), col(Commune.time_zone)).where(col(Commune.id) == commune_id)
    ).one()
    persons = select(col(Person.id), col(Person.name), col(Person.greeting))
    known = {row.id: row for row in session.execute(persons.where(col(Person.commune_id) == commune_id))}
    tasks = {row.id: row for row in session.execute(_task_query(commune_id))}
    return Register(commune, time_zone, known, tasks, _coordinator(session, people, known) or (commune, ""))


def _coordinator(session: Session, people: People, known: Mapping[int, Row[Any]]) -> tuple[str, str] | None:
    coordinators = [one for one in people.by_role.get("coordinator", ()) if one in people.active]
    for person_id in coordinators:
        query = select(col(ContactPoint.address)).where(
            col(ContactPoint.person_id) == person_id,
            col(ContactPoint.channel) == "email",
            col(ContactPoint.refused_at).is_(None),
        )
        if address := session.execute(query.order_by(col(ContactPoint.position))).scalars().first():
            return known[person_id].name, address
    # One who is reached in other ways than by mail can still be asked for by name.
    return (known[coordinators[0]].name, "") if coordinators else None


def _task_query(commune_id: int) -> Any:
    return (
        select(
            col(Task.id), col(Task.kind), col(Task.key), col(Task.title), col(Task.source), col(Task.due_wording), col(Task.last_valid_on),
            col(Task.previous_on),
            col(Unit.name).label("unit"), col(Plan.number),
        )
        .join(Unit, col(Unit.id) == col(Task.unit_id))
        .join(Plan, col(Plan.id) == col(Task.plan_id))
        .where(col(Task.commune_id) == commune_id)
    )  # fmt: skip
