"""Tasks as people look at them: with their unit's name, days left, and whether they are late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import Task, Unit
from tasks.deadline import is_overdue, working_days_left
from tasks.lifecycle import OPEN_STATES
from tasks.workdays import WorkCalendar


@dataclass(frozen=True)
class TaskLine:
    """One task. `days_left` are working days to the last working day in time, negative ones working days late."""

    id: int
    key: str
    kind: str
    criterion_no: int | None
    part: str
    unit_id: int
    unit_key: str
    unit_name: str
    title: str
    source: str
    state: str
    last_valid_on: date | None
    due_wording: str
    days_left: int | None
    late: bool


def list_tasks(session: Session, plan_id: int, today: date, calendar: WorkCalendar) -> list[TaskLine]:
    """All tasks of a plan in the plan's order of units."""
    columns: tuple[Any, ...] = (
        col(Task.id), col(Task.key), col(Task.kind), col(Task.criterion_no), col(Task.part), col(Task.unit_id), col(Unit.key).label("unit_key"),
        col(Unit.name).label("unit_name"), col(Task.title), col(Task.source), col(Task.state), col(Task.last_valid_on), col(Task.due_wording),
    )  # fmt: skip
    query = select(*columns).join(Unit, col(Unit.id) == col(Task.unit_id)).where(col(Task.plan_id) == plan_id)
    rows = session.execute(query.order_by(col(Unit.position), col(Task.id)))
    return [_line(row, today, calendar) for row in rows]


def find_task(lines: Iterable[TaskLine], wanted: str) -> TaskLine:
    """The task with that key or number. Raises Refusal, with near keys, when there is none."""
    listed = list(lines)
    for line in listed:
        if wanted.casefold() in {line.key.casefold(), str(line.id)}:
            return line
    near = [line.key for line in listed if wanted.casefold() in line.key.casefold()][:5]
    hint = f" Có phải: {', '.join(near)}?" if near else " Xem mã nhiệm vụ bằng lệnh mangnon tasks list."
    raise Refusal(f"Không có nhiệm vụ «{wanted}».{hint}")


def _line(row: Any, today: date, calendar: WorkCalendar) -> TaskLine:
    due, still_open = row.last_valid_on, row.state in OPEN_STATES
    days_left = working_days_left(due, today, calendar) if due is not None and still_open else None
    late = still_open and due is not None and is_overdue(due, today)
    return TaskLine(**row._asdict(), days_left=days_left, late=late)
