"""`mangnon tasks list` and `show`; what people do to a task is in `task_deeds`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from sqlmodel import Session

from db.errors import Refusal
from mangnon.cli.app import Json, PlanKey, TaskKey, app, opened
from mangnon.cli.output import console, print_json, table
from mangnon.house import House
from tasks.current import rules_of
from tasks.deadline import short_date
from tasks.history import history
from tasks.lifecycle import STATE_NAMES
from tasks.listing import TaskLine, find_task, list_tasks


@dataclass(frozen=True)
class Asked:
    """A figure that a report needs. `kind`: share, count, …, as in the rule set."""

    key: str
    name: str
    kind: str
    unit: str


commands = typer.Typer(help="Nhiệm vụ: xem, nhận, báo cáo, duyệt, trả lại, gia hạn.", no_args_is_help=True)
app.add_typer(commands, name="tasks")


@commands.command("list")
def list_(
    unit: Annotated[str | None, typer.Option(metavar="MÃ", help="Chỉ việc của đơn vị có mã này.")] = None,
    state: Annotated[
        str | None,
        typer.Option(metavar="TRẠNG-THÁI", help=f"Chỉ việc ở trạng thái này: {', '.join(STATE_NAMES)}."),
    ] = None,
    late: Annotated[bool, typer.Option("--late", help="Chỉ việc quá hạn.")] = False,
    as_json: Json = False,
    plan: PlanKey = None,
) -> None:
    """Liệt kê nhiệm vụ của kế hoạch."""
    if state is not None and state not in STATE_NAMES:
        raise Refusal(f"Không có trạng thái «{state}». Chỉ có: {', '.join(STATE_NAMES)}.")
    with opened() as house, house.store.read() as session:
        lines = _lines(house, session, plan)
    lines = [
        one
        for one in lines
        if unit in {None, one.unit_key} and state in {None, one.state} and (one.late or not late)
    ]
    if as_json:
        print_json(lines)
        return
    rows = [(one.key, one.unit_name, one.title, _last_day(one), _state(one)) for one in lines]
    columns = ("Mã", "Đơn vị", "Việc", "Hạn", "Trạng thái")
    console.print(table(f"{len(lines)} nhiệm vụ", columns, rows, whole=("Hạn",)))


@commands.command("show")
def show(key: TaskKey, as_json: Json = False, plan: PlanKey = None) -> None:
    """Xem một nhiệm vụ: nguồn trong kế hoạch, các lần báo cáo, số liệu, ý kiến."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session, plan)
        line = find_task(_lines(house, session, plan), key)
        story = history(session, line.id)
        asked = _asked(session, where.plan_id, line)
    if as_json:
        print_json({"task": line, "indicators": asked, "history": story})
        return
    console.print(f"[bold]{line.key}[/]  {escape(line.title)}", soft_wrap=True)
    console.print(f"{line.unit_name}. Nguồn: kế hoạch, mục {line.source}.", markup=False, soft_wrap=True)
    console.print(f"Hạn: {_due(line)}. Trạng thái: {_state(line)}.", soft_wrap=True)
    for one in asked:
        console.print(f"Số liệu cần báo: {one.key} ({one.name})", markup=False, soft_wrap=True)
    zone = ZoneInfo(where.time_zone)
    for event in story:
        at = f"{event.at.astimezone(zone):%d/%m/%Y %H:%M}"
        console.print(f"  • {at}  {event.by}: {event.text}", markup=False, soft_wrap=True)


def _asked(session: Session, plan_id: int, line: TaskLine) -> list[Asked]:
    """The figures that a criterion's report needs, as `tasks report --figure` names them."""
    if line.criterion_no is None or line.kind != "criterion":
        return []
    criterion = rules_of(session, plan_id).criterion(line.criterion_no)
    return [Asked(one.key, one.name, one.kind, one.unit) for one in criterion.indicators]


def _lines(house: House, session: Session, plan: str | None) -> list[TaskLine]:
    where = house.bearings(session, plan)
    return list_tasks(session, where.plan_id, where.today, house.calendar)


def _due(line: TaskLine) -> str:
    if line.last_valid_on is None:
        return "kế hoạch không ghi ngày"
    return f"{line.due_wording} (đến hết {short_date(line.last_valid_on)})"


def _last_day(line: TaskLine) -> str:
    return short_date(line.last_valid_on) if line.last_valid_on else "không ghi"


def _state(line: TaskLine) -> str:
    return f"[bold red]quá hạn[/], {STATE_NAMES[line.state]}" if line.late else STATE_NAMES[line.state]
