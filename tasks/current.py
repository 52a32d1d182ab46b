"""The plan that a commune works on, and the rules it was imported with."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Missing
from db.tables import Plan
from tasks.ruleset import RuleSet


def current_plan(session: Session, commune_id: int) -> Plan:
    """The commune's newest plan. Raises Missing."""
    query = select(Plan).where(col(Plan.commune_id) == commune_id)
    newest = query.order_by(col(Plan.year).desc(), col(Plan.id).desc())
    row: Plan | None = session.execute(newest).scalars().first()
    if row is None:
        raise Missing("Chưa có kế hoạch nào. Người vận hành nhập bằng lệnh mangnon plan import TỆP.")
    return row


def rules_of(session: Session, plan_id: int) -> RuleSet:
    """The rule set a plan keeps."""
    return RuleSet.model_validate(
        session.execute(select(col(Plan.rule_set)).where(col(Plan.id) == plan_id)).scalar_one()
    )
