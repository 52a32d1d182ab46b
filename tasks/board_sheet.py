"""The board as an .xlsx: every task of a plan in a row, with real dates, numbers and instants."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Report, Review, Task
from tasks.deadline import last_working_day
from tasks.lifecycle import STATE_NAMES
from tasks.listing import TaskLine
from tasks.sheets import Column, Sheet, Value, local, spreadsheet
from tasks.workdays import WorkCalendar

COLUMNS = (
    Column("Đơn vị", 34), Column("Tiêu chí", 10), Column("Mã việc", 26), Column("Việc", 60), Column("Mục trong kế hoạch", 14),
    Column("Hạn theo kế hoạch", 26), Column("Ngày cuối còn hạn", 16), Column("Ngày làm việc cuối", 16), Column("Trạng thái", 22),
    Column("Trễ hạn", 10), Column("Số ngày làm việc còn lại", 14), Column("Số ngày làm việc trễ", 14), Column("Lần báo cáo", 10),
    Column("Nộp lúc", 18), Column("Duyệt hoặc trả lại lúc", 18),
)  # fmt: skip


@dataclass(frozen=True)
class Handed:
    """A task's newest report. Instants in UTC; `decided_at` None while nobody has reviewed it."""

    number: int
    submitted_at: datetime
    decided_at: datetime | None


def board_file(
    session: Session, plan_id: int, lines: Iterable[TaskLine], time_zone: str, calendar: WorkCalendar
) -> bytes:
    """The .xlsx of these tasks of a plan, its instants as clocks in `time_zone` showed them; one query."""
    handed = _newest(session, plan_id)
    rows = [_row(one, handed, time_zone, calendar) for one in lines]
    return spreadsheet(Sheet("Bảng theo dõi", COLUMNS, rows))


def _row(
    line: TaskLine, handed: Mapping[int, Handed], time_zone: str, calendar: WorkCalendar
) -> Sequence[Value]:
    left, report, due = line.days_left, handed.get(line.id), line.last_valid_on
    return (
        line.unit_name, line.criterion_no, line.key, line.title, line.source, line.due_wording, due,
        last_working_day(due, calendar) if due else None, STATE_NAMES[line.state], "có" if line.late else "không", left if left is None or left >= 0 else 0,
        -left if left is not None and left < 0 else 0, report.number if report else None,
        local(report.submitted_at, time_zone) if report else None,
        local(report.decided_at, time_zone) if report else None,
    )  # fmt: skip


def _newest(session: Session, plan_id: int) -> dict[int, Handed]:
    """Task -> its newest report with the newest decision on it."""
    query = (
        select(col(Report.task_id), col(Report.number), col(Report.submitted_at), col(Review.decided_at))
        .join(Task, col(Task.id) == col(Report.task_id))
        .outerjoin(Review, col(Review.report_id) == col(Report.id))
        .where(col(Task.plan_id) == plan_id)
        .order_by(col(Report.number), col(Review.decided_at))
    )
    return {
        row.task_id: Handed(row.number, row.submitted_at, row.decided_at) for row in session.execute(query)
    }
