"""`/viec-cua-toi`, `/viec/…` and what a unit does there."""

from __future__ import annotations

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
from web.site import Site
from web.unit.filled import NOTE, Filled, fields_of, fill
from web.unit.reading import NoSuchTask, TaskView, view_task
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
READ = ("unit", "coordinator", "leadership", "council", "superior")
VERSION, LOOKED = "phien_ban", "da_xem"
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
        request, "unit/mine.html", owed=_owed(own), rest=[line for line in own if line.days_left is None]
    )


@router.get("/viec/{task_id}", **allow(*READ))
def show(request: Request, site: TheSite, visitor: Signed, task_id: TaskId) -> Response:
    """One task with its report form."""
    with site.store.read() as session:
        return _task_page(request, view_task(session, site, visitor, task_id))


@router.post("/viec/{task_id}/da-nhan", **allow("unit"))
def acknowledge(request: Request, site: TheSite, visitor: Writer, task_id: TaskId) -> Response:
    """The unit says that it has read the assignment."""
    with site.store.write() as session:
        _own(session, site, visitor, task_id)
        reporting.acknowledge(session, task_id, by=visitor.unit_actor(), now=site.clock.now())
    return after(request, f"/viec/{task_id}?xong=da-nhan")


@router.post("/viec/{task_id}/bao-cao", **allow("unit"))
def report(request: Request, site: TheSite, visitor: Writer, form: Posted, task_id: TaskId) -> Response:
    """Hand in the report; a form that needs mending comes back as it was typed."""
    with site.store.write() as session:
        view = _own(session, site, visitor, task_id)
        filled = fill(
            view.criterion, {name: text(form, name, LONGEST_TYPED) for name in fields_of(view.criterion)}
        )
        if text(form, VERSION) != str(view.task.version):
            return _task_page(request, view, filled, 409, conflict=True)
        if filled.problems or (filled.doubts and text(form, LOOKED) != "1"):
            return _task_page(request, view, filled, 422)
        reporting.submit_report(
            session,
            task_id,
            figures=filled.figures,
            note=filled.note,
            by=visitor.unit_actor(),
            now=site.clock.now(),
        )
    return after(request, f"/viec/{task_id}?xong=da-nop")


@router.post("/viec/{task_id}/gia-han", **allow("unit"))
def ask_for_time(request: Request, site: TheSite, visitor: Writer, form: Posted, task_id: TaskId) -> Response:
    """Ask for a later day."""
    try:
        with site.store.write() as session:
            _own(session, site, visitor, task_id)
            extending.request(
                session, task_id, wanted_on=_day(form), reason=text(form, "ly_do", 2_000), by=visitor.unit_actor(),
                now=site.clock.now(),
            )  # fmt: skip
    except NoSuchTask:
        raise
    except Refusal as refusal:
        with site.store.read() as session:
            asked = {
                "den_ngay": text(form, "den_ngay"),
                "ly_do": text(form, "ly_do", LONGEST_TYPED),
                "sai": str(refusal),
            }
            return _task_page(request, view_task(session, site, visitor, task_id), status=422, asked=asked)
    return after(request, f"/viec/{task_id}?xong=gia-han")


def _task_page(
    request: Request, view: TaskView, filled: Filled | None = None, status: int = 200, *,
    conflict: bool = False, asked: dict[str, str] | None = None,
) -> Response:  # fmt: skip
    return page(
        request, "unit/task.html", status, view=view, filled=filled or Filled(), conflict=conflict, NOTE=NOTE,
        asked=asked or {"den_ngay": "", "ly_do": "", "sai": ""},
    )  # fmt: skip


def _own(session: Session, site: Site, visitor: Visitor, task_id: int) -> TaskView:
    view = view_task(session, site, visitor, task_id)
    if not view.mine:
        raise NoSuchTask("Việc này do đơn vị khác thực hiện nên đồng chí chỉ xem được.")
    return view


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
