"""Somebody reads a person's messages while that person is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from db import journal
from db.errors import Missing, Refusal
from db.tables import Person, Substitution
from tasks.actor import Actor
from tasks.deadline import short_date


def name_substitute(
    session: Session,
    person: Person,
    substitute: Person,
    *,
    from_on: date,
    until_on: date,
    reason: str,
    by: Actor,
    now: datetime,
) -> None:
    """Let `substitute` stand in during the local dates `[from_on, until_on)`; both names enter the journal.

    Raises Refusal for an empty window, the same person twice, or a window that overlaps another one.
    """
    if from_on >= until_on:
        raise Refusal(f"Ngày về {short_date(until_on)} phải sau ngày bắt đầu nghỉ {short_date(from_on)}.")
    if person.id == substitute.id:
        raise Refusal(f"{person.name} không thể tự thay mình.")
    _refuse_overlap(session, person, from_on, until_on)
    values = {
        "commune_id": person.commune_id, "person_id": person.id, "substitute_id": substitute.id,
        "from_on": from_on, "until_on": until_on, "reason": reason.strip(),
    }  # fmt: skip
    session.execute(insert(Substitution).values(values))
    window = {"from": from_on.isoformat(), "until": until_on.isoformat(), "substitute": substitute.name}
    journal.append(
        session, person.commune_id, at=now, actor=by.name, action="person.substituted",
        subject=f"person:{person.id}", payload={"person": person.name, "reason": reason.strip()} | window,
    )  # fmt: skip


@dataclass(frozen=True)
class StandIn:
    """One window `[from_on, until_on)` of local dates in which `substitute` stands in for `person`."""

    number: int
    person_id: int
    person: str
    substitute: str
    from_on: date
    until_on: date
    reason: str


def stand_ins(session: Session, commune_id: int, person_id: int, today: date) -> list[StandIn]:
    """Windows of today and later in which the person is away or stands in for somebody, the earliest first."""
    absent, other = aliased(Person), aliased(Person)
    query: Any = (
        select(Substitution, col(absent.name).label("person"), col(other.name).label("substitute"))
        .join(absent, col(absent.id) == col(Substitution.person_id))
        .join(other, col(other.id) == col(Substitution.substitute_id))
        .where(
            col(Substitution.commune_id) == commune_id,
            col(Substitution.until_on) > today,
            or_(col(Substitution.person_id) == person_id, col(Substitution.substitute_id) == person_id),
        )
        .order_by(col(Substitution.from_on), col(Substitution.id))
    )
    return [
        StandIn(row.id or 0, row.person_id, person, substitute, row.from_on, row.until_on, row.reason)
        for row, person, substitute in session.execute(query)
    ]


def end_substitution(
    session: Session, person: Person, number: int, *, today: date, by: Actor, now: datetime
) -> None:
    """The person is back, or does not leave after all: the window ends before `today`. Raises Missing."""
    row = session.get(Substitution, number)
    if row is None or row.person_id != person.id or row.until_on <= today:
        raise Missing("Việc thay này đã kết thúc rồi.")
    if row.from_on >= today:
        session.delete(row)
    else:
        row.until_on = today
    journal.append(
        session, person.commune_id, at=now, actor=by.name, action="person.back", subject=f"person:{person.id}",
        payload={"person": person.name, "from": row.from_on.isoformat(), "until": today.isoformat()},
    )  # fmt: skip


def _refuse_overlap(session: Session, person: Person, from_on: date, until_on: date) -> None:
    query = select(col(Substitution.from_on), col(Substitution.until_on)).where(
        col(Substitution.person_id) == person.id,
        col(Substitution.from_on) < until_on,
        col(Substitution.until_on) > from_on,
    )
    if other := session.execute(query).first():
        raise Refusal(
            f"{person.name} đã có người thay từ {short_date(other[0])} đến trước {short_date(other[1])}."
        )
