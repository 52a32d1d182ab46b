"""`/danh-ba/nhap`: a spreadsheet is checked, shown, and brought in after a yes; `/danh-ba/mau.xlsx` to fill in."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from db.errors import Refusal
from tasks import contact_preview, directory_sheet, spreadsheet
from tasks.contacts import check_contacts
from tasks.directory_list import linked_people, present_rows, unit_names
from web.carried import MOST
from web.directory.carried import pack, unpack
from web.forms import Posted, Writer, after, text
from web.rendering import page
from web.roles import allow
from web.spreadsheets import download, uploaded
from web.visitor import Signed, TheSite

router = APIRouter()


@router.get("/danh-ba/mau.xlsx", **allow("coordinator"))
def template(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The present contacts as an .xlsx to mend and hand in again."""
    with site.store.read() as session:
        rows = list(present_rows(session, visitor.commune_id))
        units = list(unit_names(session, visitor.commune_id).values())
    return download(directory_sheet.directory_file(rows, units), "danh-ba.xlsx")


@router.get("/danh-ba/nhap", **allow("coordinator"))
def choose(request: Request, visitor: Signed) -> Response:
    """Choose a file."""
    return _page(request)


@router.post("/danh-ba/nhap", **allow("coordinator"))
def look(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Show what a file would change; nothing is written."""
    try:
        name, raw = uploaded(form, "danh bạ")
        table = spreadsheet.read_table(raw, name)
        with site.store.read() as session:
            linked = linked_people(session, visitor.commune_id)
            checked = check_contacts(table, name, unit_names(session, visitor.commune_id), linked)
            rows = list(checked.rows.values())
            seen = contact_preview.preview(session, visitor.commune_id, rows)
    except Refusal as refusal:
        return _page(request, 422, sentences=str(refusal).splitlines())
    carried = "" if checked.problems else pack(site.secret_key, visitor.commune_id, seen.seal, rows)
    status = 422 if checked.problems else 200
    return _page(request, status, name=name, seen=seen, problems=checked.problems, carried=carried)


@router.post("/danh-ba/nhap/ghi", **allow("coordinator"))
def write(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Bring in what was shown, whole or not at all."""
    given = unpack(site.secret_key, visitor.commune_id, text(form, "da_xem", MOST))
    try:
        if given is None:
            raise Refusal("Bản xem trước không còn dùng được. Hãy chọn lại tệp để xem lại.")
        seal, rows = given
        with site.store.write() as session:
            contact_preview.apply_contacts(
                session, visitor.commune_id, rows, seal=seal, by=visitor.actor(), now=site.clock.now()
            )
    except Refusal as refusal:
        return _page(request, getattr(refusal, "status", 422), sentences=[str(refusal)])
    return after(request, "/danh-ba?xong=nhap")


def _page(
    request: Request,
    status: int = 200,
    *,
    sentences: list[str] | None = None,
    name: str = "",
    seen: contact_preview.Preview | None = None,
    problems: Any = (),
    carried: str = "",
) -> Response:
    return page(
        request, "directory/bring.html", status, sentences=sentences or [], name=name, seen=seen,
        problems=problems, carried=carried,
    )  # fmt: skip
