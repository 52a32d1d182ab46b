"""A unit's figures as a spreadsheet: to be filled in, and brought in as drafts or as reports after a yes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.errors import Outdated
from db.tables import IndicatorValue, Plan, Report, ReportDraft, Task
from tasks import drafting, reporting
from tasks.actor import Actor
from tasks.confirming import rules_of_plan
from tasks.figure_preview import FiguresPreview, preview_figures
from tasks.figure_rows import Form, Said
from tasks.report_form import NOTE, typed_figure
from tasks.ruleset import Criterion


@dataclass(frozen=True)
class BroughtIn:
    """How many drafts were kept, how many reports handed in."""

    drafts: int = 0
    reports: int = 0


def unit_forms(session: Session, plan: Plan, unit_id: int) -> dict[str, Form]:
    """The report forms of a unit's criterion tasks, by task key, in the plan's order; four queries."""
    rules = rules_of_plan(plan)
    mine = select(Task).where(
        col(Task.plan_id) == plan.id, col(Task.unit_id) == unit_id, col(Task.kind) == "criterion", col(Task.state) != "cancelled",
    )  # fmt: skip
    tasks = list(session.execute(mine.order_by(col(Task.criterion_no), col(Task.id))).scalars())
    numbers = [task.id or 0 for task in tasks]
    drafts = _drafts(session, numbers)
    reports = _last_reports(session, numbers)
    return {task.key: _form(task, rules.criterion(task.criterion_no or 0), drafts, reports) for task in tasks}


def bring_figures(
    session: Session,
    plan: Plan,
    unit_id: int,
    said: Said,
    *,
    seal: str,
    hand_in: bool,
    by: Actor,
    now: datetime,
) -> BroughtIn:
    """Keep what a previewed table says as drafts; with `hand_in`, hand in the reports that are complete.

    `seal`: of the preview somebody agreed to. Raises Outdated when it would look different by now, and Refusal as
    `save_draft` and `submit_report` do; then nothing is written.
    """
    seen = preview_figures(unit_forms(session, plan, unit_id), said)
    if seen.seal != seal:
        raise Outdated(
            "Báo cáo của đơn vị vừa được thay đổi nên bản xem trước không còn đúng. Hãy chọn lại tệp để xem lại."
        )
    ready = {line.form.key for line in seen.ready} if hand_in else set()
    for line in seen.ready if hand_in else ():
        filled = line.filled
        reporting.submit_report(
            session, line.form.task_id, figures=filled.figures, note=filled.note, by=by, now=now
        )
    return BroughtIn(_keep(session, seen, ready, by=by, now=now), len(ready))


def _keep(session: Session, seen: FiguresPreview, but: set[str], *, by: Actor, now: datetime) -> int:
    kept = [line for line in seen.changed if line.form.key not in but]
    for line in kept:
        drafting.save_draft(
            session, line.form.task_id, line.filled.typed, seen=line.form.draft, by=by, now=now
        )
    return len(kept)


def _drafts(session: Session, tasks: Sequence[int]) -> dict[int, ReportDraft]:
    query = select(ReportDraft).where(col(ReportDraft.task_id).in_(tasks))
    return {row.task_id: row for row in session.execute(query).scalars()}


def _last_reports(session: Session, tasks: Sequence[int]) -> dict[int, tuple[Report, list[IndicatorValue]]]:
    newest = (
        select(func.max(col(Report.id))).where(col(Report.task_id).in_(tasks)).group_by(col(Report.task_id))
    )
    query = (
        select(Report, IndicatorValue)
        .outerjoin(IndicatorValue, col(IndicatorValue.report_id) == col(Report.id))
        .where(col(Report.id).in_(newest))
        .order_by(col(IndicatorValue.id))
    )
    found: dict[int, tuple[Report, list[IndicatorValue]]] = {}
    for report, value in session.execute(query):
        _, values = found.setdefault(report.task_id, (report, []))
        values += [value] if value else []
    return found


def _form(
    task: Task,
    criterion: Criterion,
    drafts: Mapping[int, ReportDraft],
    reports: Mapping[int, tuple[Report, list[IndicatorValue]]],
) -> Form:
    number = task.id or 0
    draft, report = drafts.get(number), reports.get(number)
    typed: dict[str, str] = {}
    if draft is not None:
        typed = drafting.typed_in(draft)
    elif report is not None and task.state in {"returned", "submitted", "accepted"}:
        typed = _typed(criterion, *report)
    return Form(
        number,
        task.key,
        task.title,
        task.state,
        task.version,
        criterion,
        typed,
        draft.version if draft else 0,
    )


def _typed(criterion: Criterion, report: Report, values: Sequence[IndicatorValue]) -> dict[str, str]:
    typed = {NOTE: report.note} if report.note else {}
    for one in values:
        indicator = criterion.indicator(one.indicator)
        typed |= typed_figure(indicator, one.numerator, one.denominator, one.value) if indicator else {}
    return typed
