"""Whose figures a visitor may bring in, and the forms they fill."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Missing
from db.tables import Plan, Task, Unit
from tasks.current import current_plan
from tasks.figure_rows import Form
from tasks.unit_figures import unit_forms
from web.visitor import Visitor


@dataclass(frozen=True)
class UnitFigures:
    """A unit with its report forms in the newest plan. `mine`: the visitor may hand in its reports."""

    plan: Plan
    unit_id: int
    key: str
    name: str
    mine: bool
    forms: Mapping[str, Form]

    @property
    def open(self) -> list[Form]:
        """The forms that still wait for a report."""
        return [form for form in self.forms.values() if form.open]


def choices(session: Session, visitor: Visitor) -> dict[str, str]:
    """The units with figures that the visitor may choose from: key -> name, in the plan's order."""
    plan = current_plan(session, visitor.commune_id)
    owing = select(col(Task.unit_id)).where(
        col(Task.plan_id) == plan.id, col(Task.kind) == "criterion", col(Task.state) != "cancelled"
    )
    query = select(col(Unit.key), col(Unit.name)).where(
        col(Unit.commune_id) == visitor.commune_id, col(Unit.id).in_(owing)
    )
    if "coordinator" not in visitor.roles:
        query = query.where(col(Unit.id).in_(visitor.unit_ids))
    return {row[0]: row[1] for row in session.execute(query.order_by(col(Unit.position)))}


def unit_figures(session: Session, visitor: Visitor, key: str) -> UnitFigures:
    """A unit's forms. Raises Missing when there is no such unit, or it is none of the visitor's business."""
    query = select(Unit).where(col(Unit.commune_id) == visitor.commune_id, col(Unit.key) == key)
    unit = session.execute(query).scalars().first()
    if unit is None or not (unit.id in visitor.unit_ids or "coordinator" in visitor.roles):
        raise Missing("Không tìm thấy đơn vị này trong các đơn vị của đồng chí.")
    plan, number = current_plan(session, visitor.commune_id), unit.id or 0
    forms = unit_forms(session, plan, number)
    return UnitFigures(plan, number, unit.key, unit.name, number in visitor.unit_ids, forms)
