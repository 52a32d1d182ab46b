"""A plan's self-assessment as it stands in the database, with the units that answer for each criterion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Plan, Task, Unit
from tasks.confirming import rules_of_plan
from tasks.gathering import gather
from tasks.scoring import ScoreSheet, score


@dataclass(frozen=True)
class Carried:
    """As much of a task as its criterion's score needs."""

    id: int
    state: str
    criterion_no: int | None
    unit_name: str


def carried(session: Session, plan_id: int) -> list[Carried]:
    """All tasks of a plan in the plan's order of units."""
    columns = col(Task.id), col(Task.state), col(Task.criterion_no), col(Unit.name)
    query = select(*columns).join(Unit, col(Unit.id) == col(Task.unit_id)).where(col(Task.plan_id) == plan_id)
    return [Carried(*row) for row in session.execute(query.order_by(col(Unit.position), col(Task.id)))]


def score_sheet(session: Session, plan: Plan, lines: Sequence[Carried] | None = None) -> ScoreSheet:
    """The sheet of a plan, by the rules it keeps; two queries, three without `lines`."""
    known = carried(session, plan.id or 0) if lines is None else lines
    # The zone only dates reports, and nobody looks at their dates here.
    return score(rules_of_plan(plan), gather(session, plan.id or 0, known, "UTC").reported)
