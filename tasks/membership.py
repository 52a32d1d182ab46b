"""Who may act for a unit, and how somebody leaves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db import journal
from db.errors import Refusal
from db.tables import Member, Unit
from tasks import changing
from tasks.actor import Actor
from tasks.directory_rows import coordinators
from tasks.people import find_person


def require_part(session: Session, commune_id: int, key: str, unit: str) -> None:
    """Raises Refusal when the person has no part in the unit with that key."""
    person = find_person(session, commune_id, key)
    mine = (
        select(col(Unit.key))
        .join(Member, col(Member.unit_id) == Unit.id)
        .where(col(Member.person_id) == person.id)
    )
    if unit not in set(session.execute(mine).scalars()):
        raise Refusal(f"{person.name} không thuộc đơn vị {unit} nên không làm được việc của đơn vị này.")


def remove_person(session: Session, commune_id: int, key: str, *, by: Actor, now: datetime) -> str:
    """Let a person leave; return the person's name. Importing the person again brings the person back.

    Raises Refusal for the last coordinator.
    """
    changing.require_office(by, "cho người khác thôi việc trong danh bạ")
    row = find_person(session, commune_id, key)
    if coordinators(session, commune_id) == {row.id}:
        raise Refusal(f"{row.name} là cán bộ điều phối duy nhất. Hãy nhập người thay vào danh bạ trước.")
    row.active = False
    journal.append(
        session, commune_id, at=now, actor=by.name, action="person.removed", subject=f"person:{row.id}",
        payload={"person": key, "role": by.role},
    )  # fmt: skip
    return row.name
