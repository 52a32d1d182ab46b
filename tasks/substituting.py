"""Somebody reads a person's messages while that person is away."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from db import journal
from db.errors import Refusal
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
