"""`/duyet` and `/gia-han/…`: what waits for the coordinator's decision."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from db.errors import Refusal, StorageRefusal
from tasks import extending, reviewing
from tasks.deadline import parse_date
from web.board.queue import queue
from web.board.requests import asked
from web.forms import Posted, Writer, after, text
from web.rendering import page
from web.roles import TaskId, allow
from web.roles import TaskId as RowId
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
LONGEST_REASON = 2_000


@dataclass(frozen=True)
class Shown:
    """What could not be done: for which task or request, why, and the reason and day that were typed."""

    wrong: int = 0
    refused: int = 0
    sentence: str = ""
    reason: str = ""
    day: str = ""


@router.get("/duyet", **allow("coordinator"))
def waiting(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The reports and requests that wait for a decision, the oldest first."""
    return _queue_page(request, site, visitor)


@router.post("/duyet/{task_id}", **allow("coordinator"))
def decide(request: Request, site: TheSite, visitor: Writer, form: Posted, task_id: TaskId) -> Response:
    """Accept or return one report; what was typed stays when it cannot be done."""
    reason, accepted = text(form, "ly_do", 1_000_000), text(form, "viec") == "duyet"
    try:
        with site.store.write() as session:
            _decide(
                session, site, visitor, task_id, text(form, "bao_cao"), "" if accepted else reason, accepted
            )
    except StorageRefusal:
        raise
    except Refusal as refusal:
        return _queue_page(request, site, visitor, Shown(wrong=task_id, sentence=str(refusal), reason=reason))
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


@router.post("/gia-han/{number}", **allow("coordinator", "leadership"))
def answer(request: Request, site: TheSite, visitor: Writer, form: Posted, number: RowId) -> Response:
    """Say yes or no to a request for more time."""
    granted = text(form, "viec") == "dong-y"
    reason = "" if granted else text(form, "ly_do", 1_000_000)
    try:
        on = parse_date(day) if granted and (day := text(form, "den", 40)) else None
        if len(reason) > LONGEST_REASON:
            raise Refusal(f"Lý do dài {len(reason)} ký tự, tối đa {LONGEST_REASON}. Xin rút gọn.")
        with site.store.write() as session:
            if number not in {one.number for one in asked(session, visitor.commune_id)}:
                raise Refusal("Yêu cầu gia hạn này vừa được trả lời, xin xem lại danh sách dưới đây.")
            extending.decide(
                session,
                number,
                granted=granted,
                reason=reason,
                by=visitor.actor(),
                now=site.clock.now(),
                on=on,
            )
    except StorageRefusal:
        raise
    except Refusal as refusal:
        shown = Shown(
            refused=number, sentence=str(refusal), reason=reason, day=text(form, "den", 40) if granted else ""
        )
        return _queue_page(request, site, visitor, shown)
    return after(request, f"/duyet?xong={'dong-y' if granted else 'khong-dong-y'}")


def _queue_page(request: Request, site: Site, visitor: Visitor, shown: Shown | None = None) -> Response:
    with site.store.read() as session:
        listed, requests = queue(session, visitor.commune_id), asked(session, visitor.commune_id)
    return page(
        request, "board/queue.html", 422 if shown else 200, queue=listed, requests=requests, shown=shown or Shown()
    )  # fmt: skip
