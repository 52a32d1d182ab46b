"""The plan that a commune works on, and the rules it was imported with."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Missing, Outdated
from db.tables import Plan
from tasks.ruleset import RuleSet


class AnotherPlan(Outdated):
    """A page was opened for another plan than is the newest by now."""

    def __init__(self, year: int) -> None:
        super().__init__(
            f"Chưa ghi gì: từ lúc mở trang này, xã đã có kế hoạch mới hơn, là kế hoạch năm {year}."
        )


def current_plan(session: Session, commune_id: int) -> Plan:
    """The commune's newest plan. Raises Missing."""
    query = select(Plan).where(col(Plan.commune_id) == commune_id)
    newest = query.order_by(col(Plan.year).desc(), col(Plan.id).desc())
    row: Plan | None = session.execute(newest).scalars().first()
    if row is None:
        raise Missing("Chưa có kế hoạch nào. Người vận hành nhập bằng lệnh mangnon plan import TỆP.")
    return row


def require_newest(session: Session, commune_id: int, opened_for: int) -> None:
    """Raises AnotherPlan unless the newest plan is that of a page. `opened_for`: its number, 0 for none."""
    query = select(col(Plan.id), col(Plan.year)).where(col(Plan.commune_id) == commune_id)
    newest = session.execute(query.order_by(col(Plan.year).desc(), col(Plan.id).desc())).first()
    if newest is not None and newest.id != opened_for:
        raise AnotherPlan(newest.year)


def rules_of(session: Session, plan_id: int) -> RuleSet:
    """The rule set a plan keeps."""
    return RuleSet.model_validate(
        session.execute(select(col(Plan.rule_set)).where(col(Plan.id) == plan_id)).scalar_one()
    )
