"""What the projection and the trend are made from, read from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import IndicatorValue, Report, Review, Task
from tasks.clock import local_date
from tasks.figures import Figure
from tasks.listing import TaskLine
from tasks.projection import Evidenced


@dataclass(frozen=True)
class Gathered:
    """`reported`: criterion -> what its tasks say. `handed_in`, `accepted`: local dates, one for each task."""

    reported: Mapping[int, Sequence[Evidenced]]
    handed_in: Sequence[date]
    accepted: Sequence[date]


def gather(session: Session, plan_id: int, lines: Sequence[TaskLine], time_zone: str) -> Gathered:
    """Three queries, however many tasks there are."""
    live = [line for line in lines if line.state != "cancelled"]
    newest, first = _reports(session, plan_id)
    figures = _figures(session, list(newest.values()))
    reported: dict[int, list[Evidenced]] = defaultdict(list)
    for line in live:
        if line.criterion_no:
            said = tuple(figures[newest[line.id]]) if line.id in newest else ()
            reported[line.criterion_no].append(Evidenced(line.state, said))
    here = {line.id for line in live}
    done = {line.id for line in live if line.state == "accepted"}
    accepted = _accepted(session, [newest[task] for task in done if task in newest])
    return Gathered(
        reported,
        [local_date(at, time_zone) for task, at in first.items() if task in here],
        [local_date(at, time_zone) for at in accepted],
    )


def _reports(session: Session, plan_id: int) -> tuple[dict[int, int], dict[int, Any]]:
    """Task -> its newest report; task -> when its first one came (UTC)."""
    query = select(col(Report.task_id), col(Report.id), col(Report.submitted_at)).join(
        Task, col(Task.id) == col(Report.task_id)
    )
    newest: dict[int, int] = {}
    first: dict[int, Any] = {}
    for row in session.execute(query.where(col(Task.plan_id) == plan_id).order_by(col(Report.number))):
        newest[row.task_id] = row.id
        first.setdefault(row.task_id, row.submitted_at)
    return newest, first


def _figures(session: Session, reports: Sequence[int]) -> dict[int, list[Figure]]:
    found: dict[int, list[Figure]] = defaultdict(list)
    query = select(IndicatorValue).where(col(IndicatorValue.report_id).in_(reports))
    for one in session.execute(query).scalars():
        found[one.report_id].append(
            Figure(one.indicator, one.numerator, one.denominator, one.value, one.note)
        )
    return found


def _accepted(session: Session, reports: Sequence[int]) -> list[Any]:
    query = select(col(Review.decided_at)).where(
        col(Review.report_id).in_(reports), col(Review.decision) == "accepted"
    )
    return list(session.execute(query).scalars())
