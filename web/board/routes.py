"""`/bang` for the office, `/duyet` for the coordinator."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from db.errors import Refusal
from tasks import reviewing
from tasks.board import board
from tasks.lifecycle import STATE_NAMES
from web.board.queue import Waiting, queue
from web.board.reading import LATE, Filters, overview
from web.forms import Posted, Writer, after, text
from web.rendering import page
from web.roles import TaskId, allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
OFFICE = ("coordinator", "leadership", "council", "superior")
LONGEST_REASON = 2_000


@router.get("/bang", **allow(*OFFICE))
def show(
    request: Request,
    site: TheSite,
    visitor: Signed,
    don_vi: str = "",
    trang_thai: str = "",
    tieu_chi: str = "",
) -> Response:
    """The board; filters are in the address, so a filtered board can be sent to somebody."""
    filters = Filters(don_vi, trang_thai, tieu_chi)
    with site.store.read() as session:
        seen = overview(session, site, visitor)
    shown = replace(seen, board=board(line for line in seen.lines if filters.keep(line)))
    units = {line.unit_key: line.unit_name for line in seen.lines}
    states = {LATE: "trễ hạn"} | STATE_NAMES
    return page(
        request, "board/board.html", seen=seen, shown=shown, filters=filters, units=units, states=states
    )


@router.get("/duyet", **allow("coordinator"))
def waiting(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The reports that wait for a decision, the oldest first."""
    with site.store.read() as session:
        return _queue_page(request, queue(session, visitor.commune_id))


@router.post("/duyet/{task_id}", **allow("coordinator"))
def decide(request: Request, site: TheSite, visitor: Writer, form: Posted, task_id: TaskId) -> Response:
    """Accept or return one report; what was typed stays when it cannot be done."""
    reason, accepted = text(form, "ly_do", 1_000_000), text(form, "viec") == "duyet"
    try:
        with site.store.write() as session:
            _decide(
                session, site, visitor, task_id, text(form, "bao_cao"), "" if accepted else reason, accepted
            )
    except Refusal as refusal:
        with site.store.read() as session:
            listed = queue(session, visitor.commune_id)
        return _queue_page(request, listed, 422, wrong=task_id, sentence=str(refusal), reason=reason)
    return after(request, f"/duyet?xong={'da-duyet' if accepted else 'da-tra'}")


def _decide(
    session: Session, site: Site, visitor: Visitor, task_id: int, seen: str, reason: str, accepted: bool
) -> None:
    here = {one.task_id: one for one in queue(session, visitor.commune_id)}.get(task_id)
    if here is None or str(here.report_id) != seen:
        raise Refusal("Báo cáo này vừa được xử lý hoặc nộp lại, xin xem lại danh sách dưới đây.")
    if len(reason) > LONGEST_REASON:
        raise Refusal(f"Lý do dài {len(reason)} ký tự, tối đa {LONGEST_REASON}. Xin rút gọn.")
    now = site.clock.now()
    if accepted:
        reviewing.accept(session, task_id, by=visitor.actor(), now=now)
    else:
        reviewing.send_back(session, task_id, reason=reason, by=visitor.actor(), now=now)


def _queue_page(
    request: Request,
    listed: list[Waiting],
    status: int = 200,
    *,
    wrong: int = 0,
    sentence: str = "",
    reason: str = "",
) -> Response:
    return page(
        request, "board/queue.html", status, queue=listed, wrong=wrong, sentence=sentence, reason=reason
    )
