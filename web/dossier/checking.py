"""`/ho-so/kiem-tra`: a dossier is checked as `mangnon dossier check` does, and its seal looked up in the journal."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from db.errors import Refusal
from documents.dossier.checking import Checked, check
from documents.dossier.issuing import Issued, issued_with
from web.dossier.reading import READ
from web.forms import Posted, Writer, text
from web.rendering import page
from web.roles import allow
from web.site import DOSSIER_CHECK, Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
LARGEST_UNPACKED = 1_000_000_000
LONGEST_NAME = 120
MOST_SHOWN = 50


@dataclass(frozen=True)
class Outcome:
    """What the check found, and the dossier of this commune that has its seal, None where the journal knows none."""

    name: str
    checked: Checked
    issued: Issued | None


@router.get(DOSSIER_CHECK, **allow(*READ))
def choose(request: Request, visitor: Signed) -> Response:
    """Choose a file."""
    return _page(request)


@router.post(DOSSIER_CHECK, **allow(*READ))
def look(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Check the file that was sent; it is kept nowhere."""
    seal = "".join(text(form, "dau", 200).split()).casefold()
    try:
        outcome = _checked(site, visitor, form, seal)
    except Refusal as refusal:
        return _page(request, 422, seal=seal, wrong=str(refusal))
    return _page(request, seal=seal, outcome=outcome)


def _checked(site: Site, visitor: Visitor, form: FormData, seal: str) -> Outcome:
    given = form.get("tep")
    if not isinstance(given, UploadFile) or not given.filename:
        raise Refusal("Hãy chọn tệp hồ sơ .zip trước khi bấm kiểm tra.")
    name = " ".join(given.filename.split())[-LONGEST_NAME:]
    place = given.file.fileno()
    given.file.flush()
    found = check(place, seal, name=name, largest=LARGEST_UNPACKED)
    with site.store.read() as session:
        return Outcome(name, found, issued_with(session, visitor.commune_id, found.seal))


def _page(
    request: Request, status: int = 200, *, seal: str = "", wrong: str = "", outcome: Outcome | None = None
) -> Response:
    return page(
        request, "dossier/check.html", status, seal=seal, wrong=wrong, outcome=outcome, most_shown=MOST_SHOWN,
        place=DOSSIER_CHECK,
    )  # fmt: skip
