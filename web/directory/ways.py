"""`/danh-ba/nguoi/{person}/lien-lac`: the order of somebody's addresses, one that was refused, a chat that is to go."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from db.errors import Refusal
from tasks import reaching
from web.directory.routes import person_page
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.roles import TaskId as RowId
from web.roles import allow
from web.site import Site
from web.visitor import TheSite, Visitor

router = APIRouter()
DONE = {"len": "thu-tu", "xuong": "thu-tu", "dung-lai": "dung-lai", "bo": "bo-zalo"}


@router.post("/danh-ba/nguoi/{person_id}/lien-lac", **allow("coordinator"))
def change(request: Request, site: TheSite, visitor: Writer, form: Posted, person_id: RowId) -> Response:
    """One address earlier or later, in use again, or gone."""
    deed = text(form, "viec", 20)
    try:
        with site.store.write() as session:
            done = _done(session, site, visitor, person_id, deed, form)
    except Refusal as refusal:
        status = getattr(refusal, "status", 422)
        with site.store.read() as session:
            return person_page(request, session, site, visitor, person_id, wrong=str(refusal), status=status)
    return after(request, f"/danh-ba/nguoi/{person_id}?xong={DONE[deed] if done else 'nhu-cu'}")


def _done(session: Session, site: Site, visitor: Visitor, person_id: int, deed: str, form: FormData) -> bool:
    number = whole(text(form, "so", 20))
    commune, by, now = visitor.commune_id, visitor.actor(), site.clock.now()
    if deed in {"len", "xuong"}:
        seen = [whole(one) for one in text(form, "thu_tu", 2_000).split(",")]
        return reaching.move_address(
            session, commune, person_id, number, up=deed == "len", seen=seen, by=by, now=now
        )
    if deed == "dung-lai":
        return reaching.reuse_address(session, commune, person_id, number, by=by, now=now)
    if deed == "bo":
        reaching.unlink_chat(session, commune, person_id, number, by=by, now=now)
        return True
    raise Refusal("Trang này gửi thiếu nội dung. Hãy bấm lại.")
