"""The commune confirms points of the rule set from its official appendix, or takes a confirmation back.

The confirmation lives in the plan's snapshot of its rules; the rule set file that everybody shares stays as it is.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Outdated, Refusal
from db.store import changed
from db.tables import Commune, Plan
from tasks import changing
from tasks.actor import Actor
from tasks.appendix import (
    BarEntry,
    CriterionEntry,
    enter_bar,
    enter_criterion,
    fingerprint,
    points_of,
    restored,
)
from tasks.clock import local_date
from tasks.ruleset import Bar, Criterion, RuleSet


def rules_of_plan(plan: Plan) -> RuleSet:
    """The plan's snapshot of its rules, confirmations included."""
    return RuleSet.model_validate(plan.rule_set)


def bar_of(rules: RuleSet, key: str) -> Bar:
    """Raises Refusal when the rule set has no such bar."""
    for one in rules.bars:
        if one.key == key:
            return one
    raise Refusal(f"Bộ quy tắc {rules.decision_number} không có mức công nhận «{key}».")


def confirm_criterion(
    session: Session, plan_id: int, no: int, entry: CriterionEntry, *, expected: str, by: Actor, now: datetime
) -> Criterion:
    """Write the points of a criterion and its indicators. `expected`: the fingerprint of what the form showed.

    Raises WrongFields (see `tasks.appendix`), Outdated, or Refusal.
    """
    plan, rules = _open(session, plan_id, by)
    before = rules.criterion(no)
    _require_as_shown(before, expected)
    after = enter_criterion(before, entry, by=by.name, on=_today(session, plan, now))
    _write(session, plan, rules, before, after, "rules.confirmed", by=by, now=now)
    return after


def confirm_bar(
    session: Session, plan_id: int, key: str, entry: BarEntry, *, expected: str, by: Actor, now: datetime
) -> Bar:
    """Write the points of a recognition bar; otherwise as `confirm_criterion`."""
    plan, rules = _open(session, plan_id, by)
    before = bar_of(rules, key)
    _require_as_shown(before, expected)
    after = enter_bar(before, entry, by=by.name, on=_today(session, plan, now))
    _write(session, plan, rules, before, after, "rules.confirmed", by=by, now=now)
    return after


def withdraw_criterion(
    session: Session, plan_id: int, no: int, *, expected: str, by: Actor, now: datetime
) -> Criterion:
    """Take a confirmation back: the criterion is again what the rule set says. Raises Outdated or Refusal."""
    plan, rules = _open(session, plan_id, by)
    before = rules.criterion(no)
    _require_withdrawable(before, expected, f"Tiêu chí {no}")
    after = restored(before)
    _write(session, plan, rules, before, after, "rules.withdrawn", by=by, now=now)
    return after


def withdraw_bar(session: Session, plan_id: int, key: str, *, expected: str, by: Actor, now: datetime) -> Bar:
    """Take the confirmation of a bar back. Raises Outdated or Refusal."""
    plan, rules = _open(session, plan_id, by)
    before = bar_of(rules, key)
    _require_withdrawable(before, expected, "Mức công nhận này")
    after = restored(before)
    _write(session, plan, rules, before, after, "rules.withdrawn", by=by, now=now)
    return after


def _open(session: Session, plan_id: int, by: Actor) -> tuple[Plan, RuleSet]:
    changing.require_office(by, "xác nhận điểm của bộ quy tắc")
    changing.require_open_plan(session, plan_id)
    plan: Plan = session.execute(select(Plan).where(col(Plan.id) == plan_id)).scalar_one()
    return plan, rules_of_plan(plan)


def _require_as_shown(statement: Criterion | Bar, expected: str) -> None:
    if fingerprint(statement) != expected:
        who = f"{statement.confirmed.by} xác nhận" if statement.confirmed else "người khác rút lại"
        points = statement.points if isinstance(statement, Bar) else statement.max_points
        now = "chưa biết điểm" if points is None else f"{points} điểm"
        raise Outdated(
            f"Mục này vừa được {who} (nay là {now}, nguồn: {statement.source}). Hãy xem lại rồi lưu lần nữa."
        )


def _require_withdrawable(statement: Criterion | Bar, expected: str, what: str) -> None:
    if statement.confirmed is None:
        raise Refusal(f"{what} chưa được xã xác nhận nên không có gì để rút lại.")
    _require_as_shown(statement, expected)


def _write(
    session: Session,
    plan: Plan,
    rules: RuleSet,
    before: Criterion | Bar,
    after: Criterion | Bar,
    action: str,
    *,
    by: Actor,
    now: datetime,
) -> None:
    whole = _with(rules, before, after)
    # Checked once more as a whole: what is stored must be readable by every room.
    raw = RuleSet.model_validate(whole.model_dump(mode="json")).model_dump(mode="json")
    mine = update(Plan).where(col(Plan.id) == plan.id, col(Plan.version) == plan.version)
    if not changed(session, mine.values(rule_set=raw, version=plan.version + 1)):
        raise Outdated("Kế hoạch vừa được người khác thay đổi. Hãy xem lại rồi lưu lần nữa.")
    session.refresh(plan)
    payload: dict[str, Any] = {"role": by.role, "before": points_of(before), "after": points_of(after)}
    subject = {"bar": after.key} if isinstance(after, Bar) else {"criterion": after.no}
    journal.append(
        session, plan.commune_id, at=now, actor=by.name, action=action, subject=f"plan:{plan.id}",
        payload=subject | payload,
    )  # fmt: skip


def _with(rules: RuleSet, before: Criterion | Bar, after: Criterion | Bar) -> RuleSet:
    if isinstance(before, Bar):
        return rules.model_copy(update={"bars": tuple(after if one is before else one for one in rules.bars)})
    return rules.model_copy(
        update={"criteria": tuple(after if one is before else one for one in rules.criteria)}
    )


def _today(session: Session, plan: Plan, now: datetime) -> Any:
    return local_date(now, session.get_one(Commune, plan.commune_id).time_zone)
