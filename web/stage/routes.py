"""`/giai-doan`: the stages, what stands in the way of the next, and taking it."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from db.errors import Outdated, Refusal, StorageRefusal
from tasks.deadline import parse_date
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.stage.reading import NextStep, StageView, stage_view
from web.visitor import Signed, TheSite, Visitor
from workflow.effects import DocumentRef
from workflow.judging import MAY_OVERRIDE
from workflow.stepping import advance

router = APIRouter()
READERS = ("coordinator", "leadership", "council", "superior")
REASON, OVERRIDE = "ly_do", "cho_qua"
PAPER = ("so", "ngay", "noi_giu")
LONGEST_REASON = 2_000
OVERTAKEN = "Kế hoạch vừa được người khác chuyển bước. Xin xem giai đoạn hiện nay dưới đây."


@router.get("/giai-doan", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The stages and the next steps."""
    with site.store.read() as session:
        return _page(request, stage_view(session, site, visitor))


@router.post("/giai-doan", **allow(*READERS))
def take(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Take a step; what was typed stays when it cannot be taken."""
    trigger = text(form, "buoc", 60)
    try:
        with site.store.write() as session:
            _take(session, site, visitor, form, trigger)
    except StorageRefusal:
        raise
    except Refusal as refusal:
        with site.store.read() as session:
            view = stage_view(session, site, visitor)
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        return _page(request, view, trigger, str(refusal), typed, getattr(refusal, "status", 422))
    return after(request, "/giai-doan?xong=chuyen-buoc")


def _take(session: Session, site: Site, visitor: Visitor, form: FormData, trigger: str) -> None:
    view = stage_view(session, site, visitor)
    wanted = next((one for one in view.steps if one.step.trigger == trigger), None)
    if wanted is None or view.plan.version != whole(text(form, "phien_ban")):
        raise Outdated(OVERTAKEN)
    reason, override = text(form, REASON), text(form, OVERRIDE)
    for words in (reason, override):
        if len(words) > LONGEST_REASON:
            raise Refusal(f"Lý do dài {len(words)} ký tự, tối đa {LONGEST_REASON}. Xin rút gọn.")
    acting = (MAY_OVERRIDE, *wanted.step.who) if override else wanted.step.who
    advance(
        session, view.plan.id or 0, trigger, actor=visitor.actor_as(acting), now=site.clock.now(), reason=reason,
        override=override, documents=_papers(wanted, form), seen_version=view.plan.version, in_use=site.ways,
    )  # fmt: skip


def _papers(wanted: NextStep, form: FormData) -> list[DocumentRef]:
    return [_paper(one.key, one.name, form) for one in wanted.papers]


def _paper(key: str, name: str, form: FormData) -> DocumentRef:
    number, day, holder = (text(form, f"{part}.{key}", 300) for part in PAPER)
    if not number or not day or not holder:
        raise Refusal(f"{name}: xin ghi đủ số, ngày và nơi giữ.")
    try:
        return DocumentRef(key, number, parse_date(day), holder)
    except Refusal as refusal:
        raise Refusal(f"{name}: {refusal}.") from None


def _page(
    request: Request, view: StageView, trigger: str = "", wrong: str = "",
    typed: Mapping[str, str] | None = None, status: int = 200,
) -> Response:  # fmt: skip
    return page(
        request, "stage/stage.html", status, view=view, trigger=trigger, wrong=wrong.splitlines(), typed=typed or {}
    )  # fmt: skip
