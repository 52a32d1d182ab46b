"""Moving one task along its life cycle: the conditional update that every service shares."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Refusal
from db.store import changed
from db.tables import Plan, Task
from tasks.actor import Actor
from tasks.lifecycle import next_state

OFFICE = frozenset({"coordinator", "leadership", "operator", "system"})


def load_task(session: Session, task_id: int) -> Task:
    """The row of a task that somebody wants to act on. Raises Refusal: no such task, or its plan is finished."""
    task = session.get(Task, task_id)
    if task is None:
        raise Refusal(f"Không có nhiệm vụ số {task_id}.")
    require_open_plan(session, task.plan_id)
    return task


def require_open_plan(session: Session, plan_id: int) -> None:
    """Raises Refusal when the plan's stage is one of its procedure's ends."""
    # Only the stages are read, not the whole rule set.
    stages = col(Plan.rule_set)[("procedure", "stage")].label("stages")
    plan = session.execute(select(col(Plan.stage), stages).where(col(Plan.id) == plan_id)).one()
    if is_finished(plan.stage, plan.stages or ()):
        raise Refusal("Kế hoạch đã kết thúc nên không thay đổi được nhiệm vụ.")


def is_finished(stage: str, stages: Iterable[Mapping[str, Any]]) -> bool:
    """Whether `stage` is an end among a procedure's `stages` (tables with `key` and `open`, true by default)."""
    return any(one["key"] == stage and not one.get("open", True) for one in stages)


def move(session: Session, task: Task, trigger: str, now: datetime) -> None:
    """Pull a trigger on a task. Raises Refusal when its state does not allow it or somebody was first."""
    write(session, task, {"state": next_state(task.state, trigger)}, now)


def write(session: Session, task: Task, values: Mapping[str, Any], now: datetime) -> None:
    """Change a task's row if it still is the version that was read. Raises Refusal otherwise."""
    statement = update(Task).where(
        col(Task.id) == task.id, col(Task.state) == task.state, col(Task.version) == task.version
    )
    if not changed(session, statement.values(**values, version=task.version + 1, updated_at=now)):
        raise Refusal(f"Nhiệm vụ «{task.title}» vừa được người khác thay đổi. Hãy xem lại rồi làm lại.")
    session.refresh(task)


def note(session: Session, task: Task, by: Actor, action: str, now: datetime, **payload: Any) -> None:
    """Write a journal entry about a task."""
    about = {"key": task.key, "role": by.role} | payload
    journal.append(
        session,
        task.commune_id,
        at=now,
        actor=by.name,
        action=action,
        subject=f"task:{task.id}",
        payload=about,
    )


def require_office(by: Actor, deed: str) -> None:
    """Refuse what only the commune's office may do. `deed` completes "Chỉ cán bộ điều phối mới được …"."""
    if by.role not in OFFICE:
        raise Refusal(f"Chỉ cán bộ điều phối hoặc lãnh đạo mới được {deed}.")


def require_self_or_office(by: Actor, acting: str | None, person: str, deed: str) -> None:
    """Refuse what people may do for themselves only, unless the office does it. `acting`, `person`: persons' keys.

    `deed` completes "… chỉ được … cho chính mình".
    """
    if by.role not in OFFICE and acting != person:
        raise Refusal(
            f"{by.name} chỉ được {deed} cho chính mình; việc của người khác do cán bộ điều phối làm."
        )
