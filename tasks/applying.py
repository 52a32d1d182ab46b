"""Writing the difference between a plan file and the tasks that were given out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col

from db.tables import Plan, Task
from tasks import changing
from tasks.actor import Actor
from tasks.extending import close_pending, give_deadline
from tasks.generation import TaskChange, TaskDiff, TaskDraft
from tasks.lifecycle import OPEN_STATES

WITHDRAWN = "Việc đã được rút."


def apply_diff(
    session: Session,
    plan: Plan,
    units: Mapping[str, int],
    found: TaskDiff,
    today: date,
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Write a diff: new tasks, changed ones, and withdrawn ones as cancelled. `today`: local date. Raises Refusal."""
    if found.new:
        session.execute(insert(Task), [_row(plan, units, draft, today, now) for draft in found.new])
    for change in (*found.moved, *found.reworded, *found.restored):
        _change(session, plan, units, change, by, now)
    for gone in found.withdrawn:
        _withdraw(session, _task(session, plan, gone.key), by, now)


def _change(
    session: Session, plan: Plan, units: Mapping[str, int], change: TaskChange, by: Actor, now: datetime
) -> None:
    task, draft = _task(session, plan, change.after.key), change.after
    if change.handed_over and task.state in OPEN_STATES:
        # Whatever the former unit acknowledged, began or asked for, the new one has not.
        _withdraw(session, task, by, now)
    if task.state == "cancelled":
        changing.move(session, task, "restore", now)
    changing.write(session, task, _words(change) | {"unit_id": units[draft.unit]}, now)
    if change.redated or change.before.state == "cancelled":
        give_deadline(session, task, draft.last_valid_on, draft.due_wording, now)
    elif change.handed_over:
        give_deadline(session, task, task.last_valid_on, task.due_wording, now)


def _words(change: TaskChange) -> dict[str, Any]:
    draft = change.after
    words = {"title": draft.title, "wording": draft.wording, "source": draft.source, "part": draft.part}
    # Granted time carries the grant's own words.
    return words if change.before.planned_on else words | {"due_wording": draft.due_wording}


def _withdraw(session: Session, task: Task, by: Actor, now: datetime) -> None:
    changing.move(session, task, "cancel", now)
    close_pending(session, task, WITHDRAWN, by=by, now=now)


def _task(session: Session, plan: Plan, key: str) -> Task:
    query = select(Task).where(col(Task.plan_id) == plan.id, col(Task.key) == key)
    task: Task = session.execute(query).scalar_one()
    return task


def _row(
    plan: Plan, units: Mapping[str, int], draft: TaskDraft, today: date, now: datetime
) -> dict[str, Any]:
    return {
        "commune_id": plan.commune_id, "plan_id": plan.id, "unit_id": units[draft.unit], "key": draft.key,
        "kind": draft.kind, "criterion_no": draft.criterion_no, "part": draft.part, "title": draft.title,
        "wording": draft.wording, "source": draft.source, "last_valid_on": draft.last_valid_on,
        "due_wording": draft.due_wording, "due_set_on": today, "due_no": 1, "state": "assigned", "version": 1,
        "created_at": now, "updated_at": now,
    }  # fmt: skip
