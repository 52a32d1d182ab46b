"""`mangnon export board`, `scores`, `contacts`, `figures`: spreadsheets with real dates and numbers."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from db.errors import Refusal
from db.tables import Plan
from documents.score_sheets import scores_file
from mangnon.cli.app import PlanKey, app, opened
from mangnon.cli.dossier import read
from mangnon.cli.output import done
from mangnon.house import Bearings
from tasks.board_sheet import board_file
from tasks.directory_list import present_rows, unit_names
from tasks.directory_sheet import directory_file
from tasks.figure_rows import Form
from tasks.figure_sheet import figures_file
from tasks.listing import list_tasks
from tasks.people import list_units
from tasks.unit_figures import unit_forms

commands = typer.Typer(help="Xuất bảng tính Excel (.xlsx).", no_args_is_help=True)
app.add_typer(commands, name="export")

Target = Annotated[Path, typer.Argument(metavar="TỆP.xlsx", help="Tệp sẽ được tạo.")]
UnitKey = Annotated[str, typer.Option("--unit", metavar="MÃ", help="Mã đơn vị; xem bằng mangnon units list.")]


@commands.command("board")
def board(target: Target, plan: PlanKey = None) -> None:
    """Xuất bảng theo dõi: mỗi việc một dòng, hạn và ngày nộp là ngày thật để lọc và sắp xếp."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session, plan)
        lines = list_tasks(session, where.plan_id, where.today, house.calendar)
        raw = board_file(session, where.plan_id, lines, where.time_zone, house.calendar)
    write_new(target, raw)
    done(f"Đã ghi {len(lines)} việc vào {target}.")


@commands.command("scores")
def scores(target: Target, plan: PlanKey = None) -> None:
    """Xuất bảng tự chấm điểm kèm cách tính; điểm chưa xác nhận thì ghi là chưa xác nhận."""
    with opened() as house, house.store.read() as session:
        facts, _ = read(house, session, plan)
    write_new(target, scores_file(facts))
    done(f"Đã ghi điểm của {len(facts.scores.criteria)} tiêu chí vào {target}.")


@commands.command("contacts")
def contacts(target: Target) -> None:
    """Xuất danh bạ đúng các cột mà mangnon contacts import nhận."""
    with opened() as house, house.store.read() as session:
        commune_id = house.bearings(session).commune_id
        rows = list(present_rows(session, commune_id))
        units = list(unit_names(session, commune_id).values())
    write_new(target, directory_file(rows, units))
    done(f"Đã ghi {len(rows)} dòng vào {target}. Sửa xong, nhập lại bằng mangnon contacts import {target}.")


@commands.command("figures")
def figures(target: Target, unit: UnitKey, plan: PlanKey = None) -> None:
    """Xuất bảng số liệu mà một đơn vị còn phải báo cáo, để điền rồi nhập bằng mangnon tasks figures."""
    with opened() as house, house.store.read() as session:
        found, forms = forms_of(session, house.bearings(session, plan), unit)
    waiting = [form for form in forms.values() if form.open]
    if not waiting:
        raise Refusal(f"Đơn vị {unit} không còn việc nào cần số liệu.")
    write_new(target, figures_file(found.key, waiting))
    done(f"Đã ghi {len(waiting)} việc vào {target}. Điền xong: mangnon tasks figures {target} --unit {unit}.")


def forms_of(session: Session, where: Bearings, unit: str) -> tuple[Plan, dict[str, Form]]:
    """The plan, and the report forms of a unit by its key. Raises Refusal when there is no such unit."""
    plan = session.get_one(Plan, where.plan_id)
    return plan, unit_forms(session, plan, unit_id_of(session, where, unit))


def unit_id_of(session: Session, where: Bearings, unit: str) -> int:
    """The number of the unit with that key. Raises Refusal."""
    for one in list_units(session, where.commune_id):
        if one.key == unit:
            return one.id
    raise Refusal(f"Không có đơn vị «{unit}». Xem mã bằng lệnh mangnon units list.")


def write_new(target: Path, raw: bytes) -> None:
    """A new file, whole or not at all. Raises Refusal when there is one already, OSError."""
    if target.suffix.lower() != ".xlsx":
        raise Refusal(f"{target}: hãy đặt tên tệp có đuôi .xlsx để Excel mở được.")
    try:
        file = target.open("xb")
    except FileExistsError:
        raise Refusal(f"Đã có tệp {target}; hãy chọn tên khác để khỏi ghi đè bản đã sửa.") from None
    try:
        with file:
            file.write(raw)
    except OSError:
        with suppress(OSError):
            target.unlink()
        raise
