"""A corrected plan on its way into the database: a proposal where there is such a plan, else a new plan after a yes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Outdated
from db.tables import Commune, Plan
from documents.correcting.numbers import whole
from documents.correcting.own import Own, own_of_plan
from tasks.actor import Actor
from tasks.importing import Imported, compare, import_plan
from tasks.planfile import PlanFile
from tasks.ruleset import RuleSet
from workflow.definition import procedure_of


def own_of(session: Session, commune_id: int, year: str) -> Own:
    """What the commune has already; of its plans that of `year`, or the newest where there is none of that year."""
    commune = session.get_one(Commune, commune_id)
    values = {name: getattr(commune, name) for name in ("key", "name", "place", "superior", "time_zone")}
    query = select(col(Plan.year), col(Plan.key), col(Plan.id)).where(col(Plan.commune_id) == commune_id)
    plans_there = session.execute(query.order_by(col(Plan.year), col(Plan.id))).all()
    keys = {row.year: row.key for row in plans_there}
    own_year = col(Plan.year) == (whole(year) or 0)
    plans = select(col(Plan.source)).where(col(Plan.commune_id) == commune_id)
    best = plans.order_by(own_year.desc(), col(Plan.year).desc(), col(Plan.id).desc())
    source = session.execute(best.limit(1)).scalar()
    return replace(own_of_plan(values, keys, source), newest=plans_there[-1].id if plans_there else 0)


def foresee(session: Session, plan: PlanFile, rules: RuleSet) -> Imported:
    """What importing a plan that is not there yet would bring. Raises Outdated when it is there by now."""
    found = compare(session, plan, rules)
    if not found.created:
        raise Outdated(
            f"Đã có kế hoạch năm {plan.year}. Hãy bấm «Sửa tiếp», rồi lưu để thành bản sửa chờ duyệt."
        )
    return found


def import_new(session: Session, plan: PlanFile, rules: RuleSet, *, by: Actor, now: datetime) -> Imported:
    """Import a plan that is not there yet. Raises Outdated."""
    foresee(session, plan, rules)
    first = procedure_of(rules.model_dump(mode="json")).start
    return import_plan(session, plan, rules, first_stage=first, by=by, now=now)
