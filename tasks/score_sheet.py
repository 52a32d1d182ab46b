"""A plan's self-assessment as it stands in the database."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Commune, Plan, Task
from tasks.confirming import rules_of_plan
from tasks.gathering import gather
from tasks.scoring import ScoreSheet, score


@dataclass(frozen=True)
class Carried:
    """As much of a task as its criterion's score needs."""

    id: int
    state: str
    criterion_no: int | None


def score_sheet(session: Session, plan: Plan) -> ScoreSheet:
    """The sheet of a plan, by the rules it keeps; four queries."""
    query = select(col(Task.id), col(Task.state), col(Task.criterion_no)).where(col(Task.plan_id) == plan.id)
    lines = [Carried(*row) for row in session.execute(query.order_by(col(Task.id)))]
    zone = session.get_one(Commune, plan.commune_id).time_zone
    return score(rules_of_plan(plan), gather(session, plan.id or 0, lines, zone).reported)
