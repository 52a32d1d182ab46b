"""`/viec-cua-toi/so-lieu`: a unit's figures as a spreadsheet, checked row by row, shown, and kept after a yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from db.errors import Missing, Refusal
from tasks import spreadsheet
from tasks.figure_preview import FiguresPreview, preview_figures
from tasks.figure_rows import Said, check_figures
from tasks.figure_sheet import figures_file
from tasks.table_rows import Problem
from tasks.unit_figures import BroughtIn, bring_figures
from web.carried import MOST, pack, unpack
from web.figures.reading import UnitFigures, choices, unit_figures
from web.forms import Posted, Writer, after, text
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.spreadsheets import download, uploaded
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
WHO = ("unit", "coordinator")
PLACE = "/viec-cua-toi/so-lieu"
PURPOSE = "figures"
STALE = "Bản xem trước không còn dùng được. Hãy chọn lại tệp để xem lại."


@router.get(PLACE, **allow(*WHO))
def choose(request: Request, site: TheSite, visitor: Signed, don_vi: str = "", xong: str = "") -> Response:
    """A unit's page; the only unit there is needs no choosing."""
    with site.store.read() as session:
        known = choices(session, visitor)
        key = don_vi or (next(iter(known)) if len(known) == 1 else "")
        unit = unit_figures(session, visitor, key) if key else None
    if unit is None:
        return page(request, "figures/units.html", units=known)
    return _page(request, unit, notice=_notice(xong))


@router.get(f"{PLACE}.xlsx", **allow(*WHO))
def table(site: TheSite, visitor: Signed, don_vi: str = "") -> Response:
    """The figures of a unit's open tasks, to be filled in."""
    with site.store.read() as session:
        unit = unit_figures(session, visitor, don_vi)
    return download(figures_file(unit.plan.key, unit.forms.values()), f"so-lieu-{unit.key}.xlsx")


@router.post(PLACE, **allow(*WHO))
def look(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Show what a file would change; nothing is written."""
    with site.store.read() as session:
        unit = unit_figures(session, visitor, text(form, "don_vi", 200))
    try:
        name, raw = uploaded(form, "số liệu")
        rows = spreadsheet.read_table(raw, name, spreadsheet.FIGURES)
        checked = check_figures(rows, name, unit.plan.key, unit.forms)
    except Refusal as refusal:
        return _page(request, unit, 422, sentences=str(refusal).splitlines())
    if checked.problems:
        return _page(request, unit, 422, name=name, problems=checked.problems)
    seen = preview_figures(unit.forms, checked.said)
    return _page(request, unit, name=name, seen=seen, carried=_packed(site, unit, seen, checked.said))


@router.post(f"{PLACE}/ghi", **allow(*WHO))
def write(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Keep what was shown as drafts, or hand in the reports that are complete; whole or not at all."""
    key, hand_in = text(form, "don_vi", 200), text(form, "viec") == "nop"
    given = unpack(site.secret_key, PURPOSE, text(form, "da_xem", MOST))
    try:
        done = _brought(site, visitor, key, given, hand_in)
    except Missing:
        raise
    except Refusal as refusal:
        with site.store.read() as session:
            unit = unit_figures(session, visitor, key)
        return _page(request, unit, getattr(refusal, "status", 422), sentences=str(refusal).splitlines())
    return after(request, f"{PLACE}?don_vi={key}&xong={done.drafts}-{done.reports}")


def _brought(site: Site, visitor: Visitor, key: str, given: Any, hand_in: bool) -> BroughtIn:
    """Raises Missing, or Refusal with what to do."""
    with site.store.write() as session:
        unit = unit_figures(session, visitor, key)
        if given is None or given[:2] != [unit.plan.id, unit.unit_id]:
            raise Refusal(STALE)
        if hand_in and not unit.mine:
            raise Refusal("Báo cáo do chính đơn vị nộp; đồng chí chỉ lưu được bản nháp cho đơn vị.")
        by = visitor.unit_actor() if unit.mine else visitor.actor()
        return bring_figures(
            session, unit.plan, unit.unit_id, given[3], seal=given[2], hand_in=hand_in, by=by, now=site.clock.now()
        )  # fmt: skip


def _packed(site: Site, unit: UnitFigures, seen: FiguresPreview, said: Said) -> str:
    told = {key: dict(typed) for key, typed in said.items()}
    return pack(site.secret_key, PURPOSE, [unit.plan.id, unit.unit_id, seen.seal, told])


def _notice(done: str) -> str:
    drafts, _, reports = done.partition("-")
    if not (drafts.isdecimal() and reports.isdecimal() and len(done) < 12):
        return ""
    told = [f"đã nộp {reports} báo cáo"] if reports != "0" else []
    told += [f"đã lưu {drafts} bản nháp"] if drafts != "0" or not told else []
    words = " và ".join(told)
    return f"{words[:1].upper()}{words[1:]}."


def _page(
    request: Request,
    unit: UnitFigures,
    status: int = 200,
    *,
    sentences: Sequence[str] = (),
    name: str = "",
    problems: Sequence[Problem] = (),
    seen: FiguresPreview | None = None,
    carried: str = "",
    notice: str = "",
) -> Response:
    return page(
        request, "figures/unit.html", status, unit=unit, sentences=sentences, name=name, problems=problems, seen=seen,
        carried=carried, notice=notice,
    )  # fmt: skip
