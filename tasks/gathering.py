"""What the projection and the trend are made from, read from the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import Row, select
from sqlmodel import Session, col

from db.tables import IndicatorValue, Report, Review, Task
from tasks.clock import local_date
from tasks.figures import Figure
from tasks.projection import Evidenced


class Carrying(Protocol):
    """A task, as far as its criterion's score needs it."""

    @property
    def id(self) -> int: ...

    @property
    def state(self) -> str: ...

    @property
    def criterion_no(self) -> int | None: ...


@dataclass(frozen=True)
class Gathered:
    """`reported`: criterion -> what its tasks say. `handed_in`, `accepted`: local dates, one for each task."""

    reported: Mapping[int, Sequence[Evidenced]]
    handed_in: Sequence[date]
    accepted: Sequence[date]


def gather(session: Session, plan_id: int, lines: Sequence[Carrying], time_zone: str) -> Gathered:
    """Two queries, however many tasks there are."""
    live = [line for line in lines if line.state != "cancelled"]
    first, newest = _reports(session, plan_id)
    figures = _figures(session, [row.id for row in newest.values()])
    reported: dict[int, list[Evidenced]] = defaultdict(list)
    for line in live:
        if line.criterion_no:
            said = tuple(figures[newest[line.id].id]) if line.id in newest else ()
            reported[line.criterion_no].append(Evidenced(line.state, said))
    here = {line.id for line in live}
    done = [newest[line.id] for line in live if line.state == "accepted" and line.id in newest]
    return Gathered(
        reported,
        [local_date(at, time_zone) for task, at in first.items() if task in here],
        [local_date(row.decided_at, time_zone) for row in done if row.decided_at],
    )


def _reports(session: Session, plan_id: int) -> tuple[dict[int, datetime], dict[int, Row[Any]]]:
    """Task -> when its first report came (UTC); task -> its newest one, with when that was accepted, if it was."""
    query = (
        select(col(Report.task_id), col(Report.id), col(Report.submitted_at), col(Review.decided_at))
        .join(Task, col(Task.id) == col(Report.task_id))
        .outerjoin(Review, (col(Review.report_id) == col(Report.id)) & (col(Review.decision) == "accepted"))
        .where(col(Task.plan_id) == plan_id)
    )
    first: dict[int, datetime] = {}
    newest: dict[int, Row[Any]] = {}
    for row in session.execute(query.order_by(col(Report.number))):
        first.setdefault(row.task_id, row.submitted_at)
        newest[row.task_id] = row
    return first, newest


def _figures(session: Session, reports: Sequence[int]) -> dict[int, list[Figure]]:
    found: dict[int, list[Figure]] = defaultdict(list)
    query = select(IndicatorValue).where(col(IndicatorValue.report_id).in_(reports))
    for one in session.execute(query).scalars():
        found[one.report_id].append(
            Figure(one.indicator, one.numerator, one.denominator, one.value, one.note)
        )
    return found
