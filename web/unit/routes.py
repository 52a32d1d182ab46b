"""`/viec-cua-toi`, `/viec/…` and what a unit does there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlmodel import Session, col
from starlette.datastructures import FormData

from db.errors import Refusal
from db.tables import Plan
from tasks import extending, reporting
from tasks.clock import local_date
from tasks.deadline import parse_date
from tasks.listing import TaskLine, list_tasks
from web.forms import Posted, Writer, after, text
from web.rendering import page
from web.roles import TaskId, allow
from web.unit.reading import READERS, NoSuchTask, own_task, view_task
from web.unit.showing import Asked, first_shown, task_page
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
LONGEST_TYPED = 1_000_000


@router.get("/viec-cua-toi", **allow("unit"))
def mine(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The tasks of the visitor's units, what is owed first."""
    today = local_date(site.clock.now(), visitor.time_zone)
    with site.store.read() as session:
        lines = [
            line
            for plan in _plans(session, visitor)
            for line in list_tasks(session, plan, today, site.calendar)
        ]
        own = [line for line in lines if line.unit_id in visitor.unit_ids and line.state != "cancelled"]
    return page(
        request,
        "unit/mine.html",
        figures=any(line.kind == "criterion" for line in own),
        owed=_owed(own),
        rest=[line for line in own if line.days_left is None],
    )


@router.get("/viec/{task_id}", **allow("unit", *READERS))
def show(request: Request, site: TheSite, visitor: Signed, task_id: TaskId) -> Response:
    """One task with its report form."""
    with site.store.read() as session:
        view = view_task(session, site, visitor, task_id)
        return task_page(request, view, first_shown(view))


@router.post("/viec/{task_id}/da-nhan", **allow("unit"))
def acknowledge(request: Request, site: TheSite, visitor: Writer, task_id: TaskId) -> Response:
    """The unit says that it has read the assignment."""
    with site.store.write() as session:
        own_task(session, visitor, task_id)
        reporting.acknowledge(session, task_id, by=visitor.unit_actor(), now=site.clock.now())
    return after(request, f"/viec/{task_id}?xong=da-nhan")


@router.post("/viec/{task_id}/gia-han", **allow("unit"))
def ask_for_time(request: Request, site: TheSite, visitor: Writer, form: Posted, task_id: TaskId) -> Response:
    """Ask for a later day."""
    try:
        with site.store.write() as session:
            own_task(session, visitor, task_id)
            extending.request(
                session, task_id, wanted_on=_day(form), reason=text(form, "ly_do", 2_000), by=visitor.unit_actor(),
                now=site.clock.now(),
            )  # fmt: skip
    except NoSuchTask:
        raise
    except Refusal as refusal:
        with site.store.read() as session:
            view = view_task(session, site, visitor, task_id)
            asked = Asked(text(form, "den_ngay"), text(form, "ly_do", LONGEST_TYPED), str(refusal))
            return task_page(request, view, replace(first_shown(view), asked=asked), 422)
    return after(request, f"/viec/{task_id}?xong=gia-han")


def _day(form: FormData) -> date:
    given = text(form, "den_ngay", 40)
    try:
        return parse_date(given)
    except Refusal:
        raise Refusal("Xin ghi ngày muốn lùi đến theo mẫu ngày/tháng/năm, ví dụ 15/11/2024.") from None


def _plans(session: Session, visitor: Visitor) -> list[int]:
    query = select(col(Plan.id)).where(col(Plan.commune_id) == visitor.commune_id)
    return list(session.execute(query.order_by(col(Plan.year).desc(), col(Plan.id).desc())).scalars())


def _owed(lines: list[TaskLine]) -> list[TaskLine]:
    return sorted(
        (line for line in lines if line.days_left is not None), key=lambda line: line.days_left or 0
    )
