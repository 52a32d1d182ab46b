"""Reading what the status shows."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.tables import Heartbeat, Message, Plan
from mangnon.house import Bearings
from mangnon.views.status import Status
from notifications.heartbeat import HEARTBEAT
from tasks.board import board, next_deadline
from tasks.deadline import working_days_left
from tasks.listing import list_tasks
from tasks.ways import Way
from tasks.workdays import WorkCalendar
from workflow.definition import procedure_of
from workflow.overview import stepper
from workflow.view import load_view


def gather(session: Session, where: Bearings, calendar: WorkCalendar, in_use: frozenset[Way]) -> Status:
    """The status of the plan that `where` points at, on its commune's local date.

    `in_use`: the ways to reach people that are switched on.
    """
    plan = session.get_one(Plan, where.plan_id)
    lines = list_tasks(session, where.plan_id, where.today, calendar)
    due = next_deadline(lines, where.today)
    return Status(
        title=f"{where.commune_name}: {plan.title} (số {plan.number})",
        today=where.today,
        stepper=stepper(procedure_of(plan.rule_set), plan.stage),
        board=board(lines),
        criteria=sorted({one["no"] for one in plan.rule_set.get("criterion", ())}),
        last_valid_on=due,
        working_days_left=None if due is None else working_days_left(due, where.today, calendar),
        undelivered=_undelivered(session, where.commune_id),
        unreachable=load_view(session, plan, where.today, in_use).unreachable,
        heartbeat=_heartbeat(session, where.time_zone),
    )


def _undelivered(session: Session, commune_id: int) -> int:
    query = select(func.count()).select_from(Message)
    bad = query.where(col(Message.commune_id) == commune_id, col(Message.state).in_(("failed", "unknown")))
    return int(session.execute(bad).scalar_one())


def _heartbeat(session: Session, time_zone: str) -> str:
    at: datetime | None = session.execute(
        select(col(Heartbeat.at)).where(col(Heartbeat.name) == HEARTBEAT)
    ).scalar_one_or_none()
    if at is None:
        return "Bộ nhắc việc chưa chạy lần nào."
    return f"Bộ nhắc việc chạy lần cuối {at.astimezone(ZoneInfo(time_zone)):%H:%M %d/%m/%Y}."
