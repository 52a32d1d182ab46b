"""`/tre-han` and `/nhac`: what is late or soon due, and reminding the units out of turn."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from db.errors import Refusal, StorageRefusal
from notifications.last_told import last_told
from notifications.nudging import Round, rehearse, send
from notifications.words import STATE_NAMES
from tasks.clock import local_date
from tasks.current import current_plan
from tasks.lifecycle import OPEN_STATES
from tasks.listing import TaskLine, list_tasks
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
READERS = ("coordinator", "leadership")
SOON = 7
SCOPES = {"": "Trễ hạn", "sap": f"Trễ hoặc còn ít hơn {SOON} ngày làm việc", "het": "Mọi việc chưa báo cáo"}
MOST_TASKS = 200


@router.get("/tre-han", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed, muc: str = "") -> Response:
    """Late tasks, the latest first, with when their units were last reminded; wider on request."""
    scope = muc if muc in SCOPES else ""
    with site.store.read() as session:
        return _list(request, session, site, visitor, scope)


@router.post("/nhac", **allow("coordinator"))
def nudge(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Show the letters word for word; sent are only those that were seen."""
    chosen = _chosen(site, visitor, form)
    words, seal = text(form, "loi_nhan"), text(form, "dau")
    try:
        if not chosen:
            raise Refusal("Chưa chọn việc nào. Xin đánh dấu ít nhất một việc.")
        if not seal:
            return _letters(request, site, visitor, chosen, words)
        with site.store.write() as session:
            send(
                session, visitor.commune_id, chosen, words, seal=seal, desk=site.desk(), by=visitor.actor_as(READERS),
                now=site.clock.now(),
            )  # fmt: skip
    except StorageRefusal:
        raise
    except Refusal as refusal:
        return _refused(request, site, visitor, chosen, words, refusal)
    return after(request, "/tre-han?xong=da-nhac")


def _chosen(site: Site, visitor: Visitor, form: FormData) -> list[int]:
    """The tasks that were ticked, or all that the list showed."""
    if text(form, "tat_ca"):
        with site.store.read() as session:
            return [line.id for line in _listed(session, site, visitor, text(form, "muc"))][:MOST_TASKS]
    return sorted({number for one in form.getlist("viec") if (number := whole(str(one)))})[:MOST_TASKS]


def _refused(
    request: Request, site: Site, visitor: Visitor, chosen: list[int], words: str, refusal: Refusal
) -> Response:
    status = getattr(refusal, "status", 422)
    if status == 409:
        return _letters(request, site, visitor, chosen, words, str(refusal), status)
    with site.store.read() as session:
        return _list(request, session, site, visitor, "het" if chosen else "", chosen, words, str(refusal))


def _letters(
    request: Request, site: Site, visitor: Visitor, chosen: list[int], words: str, wrong: str = "", status: int = 200
) -> Response:  # fmt: skip
    by, now = visitor.actor_as(READERS), site.clock.now()
    found: Round = rehearse(site.store, visitor.commune_id, chosen, words, desk=site.desk(), by=by, now=now)
    with site.store.read() as session:
        titles = {line.id: line for line in _tasks(session, site, visitor)}
    return page(
        request, "late/letters.html", status, round=found, chosen=chosen, words=words, titles=titles, wrong=wrong
    )  # fmt: skip


def _list(
    request: Request, session: Session, site: Site, visitor: Visitor, scope: str, chosen: list[int] | None = None,
    words: str = "", wrong: str = "",
) -> Response:  # fmt: skip
    plan = current_plan(session, visitor.commune_id)
    ordered = _listed(session, site, visitor, scope)
    return page(
        request, "late/list.html", 422 if wrong else 200, lines=ordered, scope=scope, scopes=SCOPES, wrong=wrong,
        told=last_told(session, plan.id or 0), states=STATE_NAMES, chosen=chosen or [], words=words,
        may_nudge="coordinator" in visitor.roles,
    )  # fmt: skip


def _listed(session: Session, site: Site, visitor: Visitor, scope: str) -> list[TaskLine]:
    lines = [
        line for line in _tasks(session, site, visitor) if line.state in OPEN_STATES and _within(line, scope)
    ]
    return sorted(
        lines, key=lambda line: (line.days_left is None, line.days_left or 0, line.unit_key, line.key)
    )


def _tasks(session: Session, site: Site, visitor: Visitor) -> list[TaskLine]:
    plan = current_plan(session, visitor.commune_id)
    return list_tasks(session, plan.id or 0, local_date(site.clock.now(), visitor.time_zone), site.calendar)


def _within(line: TaskLine, scope: str) -> bool:
    if scope == "sap":
        return line.late or (line.days_left is not None and line.days_left < SOON)
    return line.late or scope == "het"
