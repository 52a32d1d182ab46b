"""The status of a plan on the terminal: stage stepper, days left, board, late list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from tasks.board import DUTY, REPORT, Board
from tasks.deadline import short_date, weekday_date
from tasks.lifecycle import STATE_NAMES
from tasks.listing import TaskLine
from workflow.overview import StepperItem

# Symbol first, colour second: the board must be readable in black and white.
SYMBOLS = {
    "accepted": ("✓", "green"), "submitted": ("◐", "cyan"), "returned": ("↩", "magenta"),
    "in_progress": ("▸", "blue"), "acknowledged": ("○", "white"), "assigned": ("·", "white"), "late": ("✗", "bold red"),
}  # fmt: skip
_ORDER = ("late", "returned", "assigned", "acknowledged", "in_progress", "submitted", "accepted")
MOST_LATE = 12


@dataclass(frozen=True)
class Status:
    """Everything the status shows.

    `last_valid_on`: the nearest deadline ahead of any task, or the last one; `unreachable`: units that owe work
    and have nobody with a usable address; `undelivered`: messages that failed or whose outcome is unknown.
    """

    title: str
    today: date
    stepper: Sequence[StepperItem]
    board: Board
    criteria: Sequence[int]
    last_valid_on: date | None
    working_days_left: int | None
    undelivered: int
    unreachable: Sequence[str]
    heartbeat: str


def render(status: Status) -> RenderableType:
    """The whole status as one renderable."""
    parts: list[RenderableType] = [
        Text(status.title, style="bold"),
        _stepper(status.stepper),
        _headline(status),
    ]
    parts += [Text(), _board(status), _legend()]
    if status.unreachable:
        names = ", ".join(status.unreachable)
        parts += [Text(f"Không nhắc được vì chưa có địa chỉ dùng được: {names}.", style="bold magenta")]
    if status.board.late:
        parts += [Text(), _late(status.board.late)]
    return Group(*parts)


def show(console: Console, status: Status) -> None:
    """Print the status."""
    console.print(render(status))


def _stepper(items: Iterable[StepperItem]) -> Text:
    signs = {"done": ("✓", "green"), "present": ("●", "bold yellow"), "ahead": ("○", "dim")}
    line = Text()
    for number, item in enumerate(items):
        sign, style = signs[item.status]
        line.append(" › " if number else "", "dim").append(f"{sign} {item.name}", style)
    return line


def _headline(status: Status) -> Text:
    total, done = sum(status.board.by_state.values()), status.board.by_state.get("accepted", 0)
    line = Text(f"Hôm nay {weekday_date(status.today)}. ")
    line.append(f"Đã duyệt {done}/{total} việc. ", "green")
    if status.last_valid_on is not None and status.working_days_left is not None:
        line.append(_days(status.last_valid_on, status.working_days_left))
    if status.board.late:
        line.append(f"{len(status.board.late)} việc quá hạn. ", "bold red")
    if status.undelivered:
        line.append(f"{status.undelivered} thư chưa đến được người nhận. ", "bold magenta")
    return line.append(status.heartbeat, "dim")


def _days(last_valid_on: date, left: int) -> str:
    if left < 0:
        return f"Hạn {short_date(last_valid_on)} đã qua {-left} ngày làm việc. "
    return f"Còn {left} ngày làm việc đến hạn {weekday_date(last_valid_on)}. "


def _board(status: Status) -> Table:
    made = Table(title=None, header_style="bold", box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    made.add_column("Đơn vị", overflow="fold", max_width=38)
    columns: list[int | str] = [*status.criteria, REPORT, DUTY]
    for column in columns:
        made.add_column({REPORT: "BC", DUTY: "NV"}.get(str(column), str(column)), justify="center")
    for row in status.board.rows:
        made.add_row(row.unit_name, *(_cell(row.cells.get(column, ())) for column in columns))
    return made


def _cell(lines: Sequence[TaskLine]) -> Text:
    """One square: its most urgent task, and how many of how many are accepted where there are several."""
    if not lines:
        return Text("")
    states = ["late" if line.late else line.state for line in lines]
    worst = min(states, key=_ORDER.index)
    sign, style = SYMBOLS[worst]
    count = f" {states.count('accepted')}/{len(states)}" if len(states) > 1 else ""
    return Text(f"{sign}{count}", style)


def _legend() -> Text:
    line = Text()
    names = STATE_NAMES | {"late": "quá hạn"}
    for key in reversed(_ORDER):
        sign, style = SYMBOLS[key]
        line.append(f"{sign} ", style).append(f"{names[key]}   ", "dim")
    return line.append("BC báo cáo kết quả   NV nhiệm vụ khác", "dim")


def _late(lines: Sequence[TaskLine]) -> RenderableType:
    """The longest overdue first; a long list is cut, for `tasks list --late` has them all."""
    more = len(lines) - MOST_LATE
    shown = _late_table(lines[:MOST_LATE])
    return (
        shown if more <= 0 else Group(shown, Text(f"và {more} việc khác: mangnon tasks list --late", "dim"))
    )


def _late_table(lines: Sequence[TaskLine]) -> Table:
    made = Table(title="Quá hạn", title_justify="left", title_style="bold red", header_style="bold")
    for column in ("Mã", "Đơn vị", "Việc", "Hạn", "Trễ"):
        made.add_column(column, overflow="fold")
    for line in lines:
        due = short_date(line.last_valid_on) if line.last_valid_on else ""
        made.add_row(line.key, line.unit_name, line.title, due, f"{-(line.days_left or 0)} ngày làm việc")
    return made
