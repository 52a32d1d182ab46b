"""`/ho-so`: what the dossier holds, what it lacks and where that is mended, and the dossiers that were made."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from db.errors import Missing, Refusal, StorageRefusal
from web.dossier.reading import READ, SHOWN, WRITER, dossier_view, meeting_asked
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
NOTICES = {"thong-tin": "Đã lưu thông tin hồ sơ.", "nhu-cu": "Không có gì thay đổi."}


@router.get("/ho-so", **allow(*READ))
def show(request: Request, site: TheSite, visitor: Signed, xong: str = "", hop: str = "") -> Response:
    """The whole dossier, its papers telling of the meeting `?hop=`; where what is stored no longer fits the rules, the one sentence that says so."""
    view, trouble = None, ""
    try:
        with site.store.read() as session:
            view = dossier_view(session, site, visitor, meeting_asked(hop))
    except (Missing, StorageRefusal):
        raise
    except Refusal as refusal:
        trouble = str(refusal)
    return page(
        request, "dossier/dossier.html", view=view, trouble=trouble, may_write=bool(visitor.roles & set(WRITER)),
        notice=NOTICES.get(xong, ""), most_shown=SHOWN,
    )  # fmt: skip
