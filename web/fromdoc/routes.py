"""`/ke-hoach/tu-van-ban`: a signed document is read, corrected beside its findings, and becomes a plan or a proposal."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from db.errors import Refusal
from documents.apart import DESK
from documents.correcting.filling import draft_of
from documents.correcting.overlaying import laid_over
from documents.correcting.tables import with_wording
from documents.sources.blocks import LARGEST_FILE
from web.council.saving import PLAN, opened_for
from web.forms import Posted, Writer, text
from web.fromdoc import deeds
from web.fromdoc.carried import LONGEST, Document, pack, unpack
from web.fromdoc.fields import MOST_ROWS, draft_in, edited, size
from web.fromdoc.sheet import Sheet, found_in
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
LONGEST_NAME = 120
LONGEST_TYPED = 1_000_000
BEFORE = "truoc."
"""Fields as the page showed them, before anything was typed."""
NOT_FIELDS = frozenset({"csrf", "van_ban", "viec", "tep", "xa_khac", PLAN})


@router.get("/ke-hoach/tu-van-ban", **allow("coordinator"))
def choose(request: Request, visitor: Signed) -> Response:
    """Choose a document."""
    return page(request, "fromdoc/choose.html", wrong="")


@router.post("/ke-hoach/tu-van-ban", **allow("coordinator"))
def read(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Read a document and show what was found beside it; nothing is written."""
    try:
        document = _read(form.get("tep"))
        found = found_in(document)
        draft = draft_of(found)
        own = deeds.own_for(site, visitor, draft)
        draft = laid_over(draft, own)
        if size(draft) > MOST_ROWS:
            raise Refusal(
                f"{document.name}: có đến {size(draft)} căn cứ, đơn vị và việc, quá nhiều để sửa trên trang."
            )
    except Refusal as refusal:
        return page(request, "fromdoc/choose.html", 422, wrong=str(refusal))
    carried = pack(site.secret_key, visitor.commune_id, document)
    return deeds.show(request, site, visitor, Sheet(document, carried, found, draft, opened_for=own.newest))


@router.post("/ke-hoach/tu-van-ban/sua", **allow("coordinator"))
def correct(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Rows come and go, the draft is checked, taken along as a file, or saved; what was typed stays."""
    carried, deed = text(form, "van_ban", LONGEST), text(form, "viec", 60)
    document = unpack(site.secret_key, visitor.commune_id, carried)
    if document is None:
        return page(
            request, "fromdoc/choose.html", 422, wrong="Trang đã cũ nên không còn văn bản. Hãy chọn lại tệp."
        )
    typed = _typed(form)
    shown = {name.removeprefix(BEFORE): value for name, value in typed.items() if name.startswith(BEFORE)}
    draft = edited(draft_in(typed), deed)
    draft = with_wording(draft, shown) if shown else draft
    sheet = Sheet(
        document, carried, found_in(document), draft, text(form, "xa_khac") == "co", opened_for(form)
    )
    return deeds.BY_NAME.get(deed, deeds.show)(request, site, visitor, sheet)


def _read(given: Any) -> Document:
    if not isinstance(given, UploadFile) or not given.filename:
        raise Refusal("Hãy chọn tệp kế hoạch đã ký trước khi bấm đọc.")
    name = " ".join(given.filename.split())[-LONGEST_NAME:]
    return Document(name, DESK.read(given.file.read(LARGEST_FILE + 1), name))


def _typed(form: FormData) -> dict[str, str]:
    return {name: text(form, name, LONGEST_TYPED) for name in form if name not in NOT_FIELDS}
