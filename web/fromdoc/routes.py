"""`/ke-hoach/tu-van-ban`: a signed document is read, corrected beside its findings, and becomes a plan or a proposal."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from db.errors import Refusal
from web.forms import Posted, Writer, text
from web.fromdoc import deeds, taking
from web.fromdoc.bench import Bench
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()


@router.get("/ke-hoach/tu-van-ban", **allow("coordinator"))
def choose(request: Request, visitor: Signed) -> Response:
    """Choose a document."""
    return page(request, "fromdoc/choose.html", wrong="")


@router.post("/ke-hoach/tu-van-ban", **allow("coordinator"))
def read(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Read a document and show what was found beside it; nothing is written."""
    bench = Bench.of(visitor)
    try:
        sheet = taking.first_sheet(site, bench, *taking.read(form.get("tep")))
    except Refusal as refusal:
        return page(request, "fromdoc/choose.html", 422, wrong=str(refusal))
    return deeds.show(request, site, bench, sheet)


@router.post("/ke-hoach/tu-van-ban/sua", **allow("coordinator"))
def correct(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Rows come and go, the draft is checked, taken along as a file, or saved; what was typed stays."""
    bench = Bench.of(visitor)
    try:
        sheet = taking.typed_sheet(site, bench, form)
    except Refusal as refusal:
        return page(request, "fromdoc/choose.html", 422, wrong=str(refusal))
    return deeds.BY_NAME.get(text(form, "viec", 60), deeds.show)(request, site, bench, sheet)
