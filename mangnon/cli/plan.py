"""`mangnon plan`: import, show, diff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from db.tables import Plan
from mangnon.cli.app import OPERATOR, Json, PlanKey, actor, named_file, opened
from mangnon.cli.output import console, done, print_json, table, warn
from mangnon.cli.plan_group import commands
from tasks.coverage import warnings
from tasks.deadline import short_date
from tasks.generation import ExistingTask, TaskChange, TaskDiff, TaskDraft
from tasks.importing import Imported, compare, import_plan
from tasks.planfile import PlanFile, load_plan
from tasks.ruleset import RuleSet
from workflow.definition import procedure_of

File = Annotated[
    Path,
    typer.Argument(metavar="TỆP", help="Tệp kế hoạch .toml, hoặc tên kế hoạch kèm sẵn: hoang-dong-2024."),
]


@commands.command("import")
def import_(
    file: File,
    yes: Annotated[bool, typer.Option("--yes", help="Đồng ý với các thay đổi đã in ra.")] = False,
    as_json: Json = False,
) -> None:
    """Nhập kế hoạch và lập nhiệm vụ; tệp đã đổi thì in khác biệt và chỉ ghi khi có --yes."""
    plan, rules = read_plan(file)
    _warn(plan, rules)
    first_stage = procedure_of(rules.model_dump(mode="json")).start
    with opened() as house:
        with house.store.read() as session:
            foreseen = compare(session, plan, rules)
        if foreseen.changes_something_known and not yes:
            _show(foreseen, as_json, written=False)
            if not as_json:
                warn("Chưa ghi gì. Thêm --yes để đồng ý với các thay đổi trên.")
            return
        with house.store.write() as session:
            by = (
                OPERATOR if foreseen.created else actor(session, house.bearings(session, plan.key).commune_id)
            )
            imported = import_plan(
                session, plan, rules, first_stage=first_stage, by=by, now=house.clock.now()
            )
    _show(imported, as_json, written=True)


@commands.command("diff")
def diff(file: File, as_json: Json = False) -> None:
    """So tệp kế hoạch với dữ liệu hiện có; không ghi gì."""
    plan, rules = read_plan(file)
    _warn(plan, rules)
    with opened() as house, house.store.read() as session:
        _show(compare(session, plan, rules), as_json, written=False)


@commands.command("show")
def show(as_json: Json = False, plan: PlanKey = None) -> None:
    """Xem kế hoạch đang theo dõi."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session, plan)
        row = session.get_one(Plan, where.plan_id)
        stage = procedure_of(row.rule_set).stage(row.stage)
    if as_json:
        print_json({"key": row.key, "stage": row.stage, "version": row.version, "plan": row.source})
        return
    console.print(
        f"[bold]{row.title}[/]\nSố {row.number} ngày {short_date(row.issued_on)}, {where.commune_name}."
    )
    console.print(f"Giai đoạn: {stage.name}.")
    deadlines = [(one["key"], one["wording"], one["source"]) for one in row.source["deadline"]]
    console.print(table("Thời hạn", ("Mã", "Lời văn trong kế hoạch", "Mục"), deadlines))


def read_plan(file: Path) -> tuple[PlanFile, RuleSet]:
    """A plan file, or one that ships by its name. Raises Refusal."""
    return load_plan(named_file(file, "hoang-dong-2024.toml"))


def _warn(plan: PlanFile, rules: RuleSet) -> None:
    for one in warnings(plan, rules):
        warn(one.text)


def _show(imported: Imported, as_json: bool, *, written: bool) -> None:
    if as_json:
        print_json({"written": written, **asdict(imported)})
        return
    found = imported.diff
    if imported.created and not written:
        done(f"Kế hoạch này chưa được nhập; nhập vào sẽ có {len(found.new)} nhiệm vụ.")
    elif imported.created:
        done(f"Đã nhập kế hoạch với {len(found.new)} nhiệm vụ.")
    elif imported.is_empty:
        done("Không có gì thay đổi.")
    if imported.header:
        header = [(one.what, one.before, one.after) for one in imported.header]
        console.print(table("Thay đổi chung", ("Mục", "Đang là", "Sẽ là"), header))
    if not (imported.created or found.is_empty):
        console.print(table("Thay đổi nhiệm vụ", ("", "Mã", "Nội dung"), _changes(found)))


def _changes(found: TaskDiff) -> Iterator[tuple[str, str, str]]:
    for draft in found.new:
        yield "mới", draft.key, draft.title
    for change in found.moved:
        yield _moved(change)
    for change in found.reworded:
        yield "đổi lời văn", change.after.key, change.after.title
    for change in found.restored:
        yield "giao lại", change.after.key, change.after.title
    for gone in found.withdrawn:
        yield "rút", gone.key, gone.title


def _moved(change: TaskChange) -> tuple[str, str, str]:
    before, after = change.before, change.after
    deeds = ["chuyển đơn vị"] * change.handed_over + ["đổi hạn"] * change.redated
    units = [f"{before.unit} → {after.unit}"] if change.handed_over else [after.unit]
    days = [f"{_due(before)} → {_due(after)}"] * change.redated
    return ", ".join(deeds), after.key, ", ".join(units + days)


def _due(task: ExistingTask | TaskDraft) -> str:
    return short_date(task.last_valid_on) if task.last_valid_on else "không có hạn"
