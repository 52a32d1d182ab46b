"""The reports that wait for the coordinator, with figures, percentages and what looks odd."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.tables import Evidence, IndicatorValue, Plan, Report, Task, Unit
from tasks.figures import Figure, check
from tasks.ruleset import Criterion, RuleSet


@dataclass(frozen=True)
class Waiting:
    """One report. `figures`: (indicator's name, figure in words); `doubts`: sentences."""

    task_id: int
    report_id: int
    number: int
    title: str
    unit: str
    by_name: str
    submitted_at: datetime
    note: str
    figures: tuple[tuple[str, str], ...]
    doubts: tuple[str, ...]
    evidence: tuple[Evidence, ...]


def queue(session: Session, commune_id: int) -> list[Waiting]:
    """All reports of a commune that wait, the oldest first; five queries, however many there are."""
    newest = (
        select(col(Report.task_id), func.max(col(Report.number)).label("number"))
        .group_by(col(Report.task_id))
        .subquery()
    )
    query: Any = (
        select(Task, Report, col(Unit.name).label("unit"))
        .join(newest, newest.c.task_id == col(Task.id))
        .join(Report, (col(Report.task_id) == newest.c.task_id) & (col(Report.number) == newest.c.number))
        .join(Unit, col(Unit.id) == col(Task.unit_id))
        .where(col(Task.commune_id) == commune_id, col(Task.state) == "submitted")
    )
    rows = session.execute(query.order_by(col(Report.submitted_at), col(Report.id))).all()
    values: dict[int, list[IndicatorValue]] = defaultdict(list)
    wanted = [row[1].id for row in rows]
    for value in session.execute(
        select(IndicatorValue).where(col(IndicatorValue.report_id).in_(wanted))
    ).scalars():
        values[value.report_id].append(value)
    plans = {row[0].plan_id for row in rows if row[0].criterion_no}
    rules = {
        plan_id: RuleSet.model_validate(found)
        for plan_id, found in session.execute(
            select(col(Plan.id), col(Plan.rule_set)).where(col(Plan.id).in_(plans))
        )
    }
    proofs: dict[int, list[Evidence]] = defaultdict(list)
    for proof in session.execute(select(Evidence).where(col(Evidence.report_id).in_(wanted))).scalars():
        proofs[proof.report_id or 0].append(proof)
    return [
        _waiting(task, report, unit, values[report.id], rules.get(task.plan_id), proofs[report.id])
        for task, report, unit in rows
    ]


def _waiting(
    task: Task, report: Report, unit: str, values: list[IndicatorValue], rules: RuleSet | None,
    proofs: list[Evidence],
) -> Waiting:  # fmt: skip
    criterion = rules.criterion(task.criterion_no) if rules and task.criterion_no else None
    figures = [Figure(one.indicator, one.numerator, one.denominator, one.value, one.note) for one in values]
    return Waiting(
        task_id=task.id or 0,
        report_id=report.id or 0,
        number=report.number,
        title=task.title,
        unit=unit,
        by_name=report.by_name,
        submitted_at=report.submitted_at,
        note=report.note,
        figures=tuple(_named(criterion, one) for one in figures) if criterion else (),
        doubts=tuple(check(criterion, figures, report.note).doubts) if criterion else (),
        evidence=tuple(proofs),
    )


def _named(criterion: Criterion, figure: Figure) -> tuple[str, str]:
    indicator = criterion.indicator(figure.indicator)
    name = indicator.name if indicator else figure.indicator
    if figure.numerator is not None and figure.denominator:
        share = f"{figure.numerator / figure.denominator * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",")
        return name, f"{figure.numerator}/{figure.denominator} = {share} %"
    if indicator and indicator.kind == "yes_no":
        return name, "có" if figure.value else "không"
    return name, f"{figure.value:g}".replace(".", ",")
