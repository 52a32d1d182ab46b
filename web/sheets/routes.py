"""`/bang.xlsx` and `/bang-diem.xlsx`: the board and the scores to be saved; the directory's is `/danh-ba/mau.xlsx`."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from documents.score_sheets import scores_file
from documents.writing.facts import read_facts
from tasks.board_sheet import board_file
from web.board.reading import Filters, overview
from web.board.routes import OFFICE
from web.roles import allow
from web.spreadsheets import download
from web.visitor import Signed, TheSite

router = APIRouter()


@router.get("/bang.xlsx", **allow(*OFFICE))
def board(
    site: TheSite, visitor: Signed, don_vi: str = "", trang_thai: str = "", tieu_chi: str = ""
) -> Response:
    """The tasks of the board, filtered as the page is."""
    filters = Filters(don_vi, trang_thai, tieu_chi)
    with site.store.read() as session:
        seen = overview(session, site, visitor)
        lines = [line for line in seen.lines if filters.keep(line)]
        raw = board_file(session, seen.plan.id or 0, lines, visitor.time_zone, site.calendar)
    return download(raw, f"bang-theo-doi-{seen.today}.xlsx")


@router.get("/bang-diem.xlsx", **allow(*OFFICE))
def scores(site: TheSite, visitor: Signed) -> Response:
    """The self-assessment of every criterion with its arithmetic."""
    with site.store.read() as session:
        seen = overview(session, site, visitor)
        facts = read_facts(session, seen.plan.id or 0, seen.today, site.calendar)
    return download(scores_file(facts), f"bang-diem-{seen.today}.xlsx")
