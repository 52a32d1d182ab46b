"""`/ma-truy-cap`: personal tokens."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from db.errors import Refusal, StorageRefusal
from web.forms import Posted, Writer, after, text
from web.keys.scopes import SCOPES
from web.keys.tokens import end_token, make_token, tokens_of
from web.numbers import whole
from web.rendering import page
from web.roles import ROLES, allow
from web.roles import TaskId as RowId
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
LASTING = (30, 90, 365)
BY_LINK = "Đồng chí vào bằng liên kết trong thư nên chưa lấy mã được. Xin đăng nhập bằng liên kết ở trang Đăng nhập."


@router.get("/ma-truy-cap", **allow(*ROLES))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The person's tokens."""
    return _page(request, site, visitor)


@router.post("/ma-truy-cap", **allow(*ROLES))
def make(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Make a token; its secret is in this answer and nowhere else."""
    chosen = [str(one) for one in form.getlist("quyen") if one in SCOPES]
    days, name = whole(text(form, "han")), text(form, "ten")
    try:
        if visitor.by_task_link:
            raise Refusal(BY_LINK)
        lasting = timedelta(days=days if days in LASTING else LASTING[0])
        with site.store.write() as session:
            secret = make_token(
                session, visitor, name=name, scopes=chosen, lasting=lasting, now=site.clock.now()
            )
    except StorageRefusal:
        raise
    except Refusal as refusal:
        return _page(request, site, visitor, wrong=str(refusal), name=name, chosen=chosen)
    return _page(request, site, visitor, secret=secret)


@router.post("/ma-truy-cap/{number}/thu-hoi", **allow(*ROLES))
def end(request: Request, site: TheSite, visitor: Writer, number: RowId) -> Response:
    """Take a token back."""
    with site.store.write() as session:
        end_token(session, visitor, number, site.clock.now())
    return after(request, "/ma-truy-cap?xong=da-thu-hoi")


def _page(
    request: Request, site: Site, visitor: Visitor, *, wrong: str = "", secret: str = "", name: str = "",
    chosen: list[str] | None = None,
) -> Response:  # fmt: skip
    with site.store.read() as session:
        found = tokens_of(session, visitor, site.clock.now())
    return page(
        request, "keys/list.html", 422 if wrong else 200, tokens=found, scopes=SCOPES, wrong=wrong, secret=secret,
        name=name, chosen=chosen or ["read"], lasting=LASTING,
    )  # fmt: skip
