"""A unit acknowledges, starts and reports its task."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import IndicatorValue, Report, Task
from tasks import changing
from tasks.actor import Actor
from tasks.current import rules_of
from tasks.drafting import close_draft
from tasks.evidence import bind
from tasks.extending import close_pending
from tasks.figures import Figure, check

LONGEST_NOTE = 10_000
NO_NEED = "Đã nộp báo cáo nên không cần gia hạn."


@dataclass(frozen=True)
class Submitted:
    """The report's row and what looked odd about its figures without being wrong."""

    report_id: int
    number: int
    doubts: tuple[str, ...]


def acknowledge(session: Session, task_id: int, *, by: Actor, now: datetime) -> None:
    """The unit says it has read the assignment. Raises Refusal."""
    task = changing.load_task(session, task_id)
    changing.move(session, task, "acknowledge", now)
    changing.note(session, task, by, "task.acknowledged", now)


def start(session: Session, task_id: int, *, by: Actor, now: datetime) -> None:
    """The unit says it has begun. Raises Refusal."""
    task = changing.load_task(session, task_id)
    changing.move(session, task, "start", now)
    changing.note(session, task, by, "task.started", now)


def submit_report(
    session: Session, task_id: int, *, figures: Sequence[Figure], note: str, by: Actor, now: datetime
) -> Submitted:
    """Hand in the next version of a task's report.

    A criterion's report needs that criterion's figures; every other needs a sentence in `note`.
    A request for more time that still waits is closed with it; what was gathered as evidence becomes the report's.
    Raises Refusal with one line per problem; then nothing is written.
    """
    task = changing.load_task(session, task_id)
    note = _clean(note)
    doubts = _checked(session, task, figures, note)
    changing.move(session, task, "submit", now)
    number = _next_number(session, task_id)
    report_id = _insert(session, task, number, note, by, now)
    if figures:
        session.execute(insert(IndicatorValue), [_value(task, report_id, figure) for figure in figures])
    close_pending(session, task, NO_NEED, by=by, now=now)
    close_draft(session, task_id)
    proofs = bind(session, task_id, report_id)
    changing.note(
        session, task, by, "task.reported", now, report=number, figures=len(figures), evidence=proofs
    )
    return Submitted(report_id, number, tuple(doubts))


def _checked(session: Session, task: Task, figures: Sequence[Figure], note: str) -> list[str]:
    if task.kind != "criterion" or task.criterion_no is None:
        if figures:
            raise Refusal(f"Nhiệm vụ {task.key} không có chỉ tiêu số liệu; hãy ghi kết quả bằng lời.")
        if not note:
            raise Refusal(f"Hãy ghi ít nhất một câu kết quả cho nhiệm vụ {task.key}.")
        return []
    rules = rules_of(session, task.plan_id)
    result = check(rules.criterion(task.criterion_no), figures, note)
    if result.problems:
        raise Refusal("\n".join(result.problems))
    return list(result.doubts)


def _next_number(session: Session, task_id: int) -> int:
    newest = session.execute(
        select(func.max(col(Report.number))).where(col(Report.task_id) == task_id)
    ).scalar()
    return (newest or 0) + 1


def _insert(session: Session, task: Task, number: int, note: str, by: Actor, now: datetime) -> int:
    values = {
        "commune_id": task.commune_id, "task_id": task.id, "number": number, "note": note,
        "by_name": by.name, "submitted_at": now,
    }  # fmt: skip
    return int(session.execute(insert(Report).values(values).returning(col(Report.id))).scalar_one())


def _value(task: Task, report_id: int, figure: Figure) -> dict[str, object]:
    return {
        "commune_id": task.commune_id, "report_id": report_id, "indicator": figure.indicator,
        "numerator": figure.numerator, "denominator": figure.denominator, "value": figure.value, "note": figure.note,
    }  # fmt: skip


def _clean(note: str) -> str:
    text = unicodedata.normalize("NFC", note).strip()
    if len(text) > LONGEST_NOTE:
        raise Refusal(f"Ghi chú dài {len(text)} ký tự, tối đa {LONGEST_NOTE}. Hãy rút gọn.")
    return text
