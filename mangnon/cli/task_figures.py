"""`mangnon tasks figures`: a unit's filled-in spreadsheet is checked, shown, and kept after a yes."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlmodel import Session

from db.errors import Refusal
from db.tables import Plan
from mangnon.cli.app import GLOBALS, Json, PlanKey, actor, opened
from mangnon.cli.export import UnitKey, forms_of, unit_id_of
from mangnon.cli.output import console, done, print_json, warn
from mangnon.cli.tasks import commands
from mangnon.house import Bearings
from tasks.changing import OFFICE
from tasks.figure_preview import FiguresPreview, FormPreview, preview_figures
from tasks.figure_rows import CheckedFigures, check_figures
from tasks.membership import require_part
from tasks.spreadsheet import FIGURES, read_table_file
from tasks.unit_figures import BroughtIn, bring_figures


@commands.command("figures")
def figures(
    file: Annotated[Path, typer.Argument(metavar="TỆP", help="Bảng số liệu đã điền (.xlsx hoặc .csv).")],
    unit: UnitKey,
    yes: Annotated[bool, typer.Option("--yes", help="Đồng ý với bản xem trước: ghi thành bản nháp.")] = False,
    submit: Annotated[
        bool, typer.Option("--submit", help="Cùng với --yes: nộp luôn những báo cáo đã đủ.")
    ] = False,
    as_json: Json = False,
    plan: PlanKey = None,
) -> None:
    """Xem trước bảng số liệu của một đơn vị; thêm --yes để lưu nháp, --yes --submit để nộp."""
    rows = read_table_file(file, FIGURES)
    with opened() as house, (house.store.write if yes else house.store.read)() as session:
        where = house.bearings(session, plan)
        found, forms = forms_of(session, where, unit)
        checked = check_figures(rows, file.name, found.key, forms)
        if checked.problems:
            raise Refusal("\n".join(f"{file.name}, {problem}" for problem in checked.problems))
        seen = preview_figures(forms, checked.said)
        kept = (
            _bring(session, where, found, unit, seen, checked, hand_in=submit, now=house.clock.now())
            if yes
            else None
        )
    if as_json:
        print_json(_told(seen, kept))
    else:
        _show(seen, kept)


def _bring(
    session: Session,
    where: Bearings,
    plan: Plan,
    unit: str,
    seen: FiguresPreview,
    checked: CheckedFigures,
    *,
    hand_in: bool,
    now: datetime,
) -> BroughtIn:
    """Raises Refusal when the person named by `--as` is neither of the office nor of the unit."""
    by, number = actor(session, where.commune_id), unit_id_of(session, where, unit)
    if by.role not in OFFICE:
        require_part(session, where.commune_id, GLOBALS.acting or "", unit)
    return bring_figures(session, plan, number, checked.said, seal=seen.seal, hand_in=hand_in, by=by, now=now)


def _show(seen: FiguresPreview, kept: BroughtIn | None) -> None:
    for line in seen.lines:
        if line.changed or line.ready:
            _show_line(line)
    if not seen.changed and not seen.ready:
        done("Số liệu trong tệp giống hệt số đang có, không cần ghi.")
    elif not seen.changed and not (kept and kept.reports):
        told = f"{len(seen.ready)} báo cáo đủ để nộp"
        warn(f"Số trong tệp đã lưu nháp từ trước, không có số mới; {told}. Thêm --yes --submit để nộp.")
    elif kept is None:
        told = f"{len(seen.changed)} việc có số mới, {len(seen.ready)} báo cáo đủ để nộp"
        warn(f"Chưa ghi gì: {told}. Thêm --yes để lưu nháp, --yes --submit để nộp.")
    else:
        done(f"Đã lưu {kept.drafts} bản nháp, đã nộp {kept.reports} báo cáo.")


def _show_line(line: FormPreview) -> None:
    standing = "đủ để nộp" if line.ready else "chỉ lưu được bản nháp"
    console.print(f"{line.form.key}: {standing}", style="bold", markup=False, soft_wrap=True)
    for one in line.changes:
        console.print(f"  • {one}", markup=False, soft_wrap=True)
    for one in (*line.missing, *line.doubts):
        console.print(f"  ⚠ {one}", markup=False, soft_wrap=True)


def _told(seen: FiguresPreview, kept: BroughtIn | None) -> dict[str, Any]:
    tasks = [
        {
            "key": line.form.key, "changes": line.changes, "missing": line.missing, "doubts": line.doubts,
            "ready": line.ready,
        }
        for line in seen.lines
    ]  # fmt: skip
    return {"tasks": tasks, "written": kept is not None, "brought": kept}
