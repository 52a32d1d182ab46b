"""The coordinator accepts a report or returns it with a reason."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import Report, Review, Task
from tasks import changing
from tasks.actor import Actor
from tasks.extending import today_of


def accept(session: Session, task_id: int, *, by: Actor, now: datetime, remark: str = "") -> None:
    """Accept the newest report of a task. Raises Refusal when none waits."""
    changing.require_office(by, "duyệt báo cáo")
    task = changing.load_task(session, task_id)
    changing.move(session, task, "accept", now)
    _decide(session, task, "accepted", remark.strip(), by, now)


def send_back(session: Session, task_id: int, *, reason: str, by: Actor, now: datetime) -> None:
    """Return the newest report of a task, also an accepted one, with a reason the unit will read. Raises Refusal."""
    changing.require_office(by, "trả lại báo cáo")
    if not reason.strip():
        raise Refusal("Hãy ghi lý do trả lại để đơn vị biết cần bổ sung gì.")
    task = changing.load_task(session, task_id)
    changing.move(session, task, "reopen" if task.state == "accepted" else "return", now)
    # The rungs that passed while the report lay with the office are nobody's fault and are not caught up.
    changing.write(session, task, {"due_set_on": today_of(session, task.commune_id, now)}, now)
    _decide(session, task, "returned", reason.strip(), by, now)


def _decide(session: Session, task: Task, decision: str, reason: str, by: Actor, now: datetime) -> None:
    newest = (
        select(col(Report.id), col(Report.number))
        .where(col(Report.task_id) == task.id)
        .order_by(col(Report.number).desc())
    )
    report = session.execute(newest).first()
    if report is None:
        raise Refusal(f"Nhiệm vụ {task.key} chưa có báo cáo nào.")
    values = {
        "commune_id": task.commune_id, "report_id": report.id, "decision": decision, "reason": reason,
        "by_name": by.name, "decided_at": now,
    }  # fmt: skip
    session.execute(insert(Review).values(values))
    changing.note(session, task, by, f"task.{decision}", now, report=report.number, reason=reason)
