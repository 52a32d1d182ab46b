"""The table of a unit's figures, a row for each: checked with the rules of the report form, row by row. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from plans.toml_source import suggestion
from tasks import report_form
from tasks.lifecycle import OPEN_STATES, STATE_NAMES
from tasks.report_form import fill, plainly
from tasks.ruleset import Criterion, Indicator
from tasks.table_rows import FORMULA, Problem, Row, named_rows

NO, NAME, HOW, VALUE, WHOLE, NOTE, PLAN, TASK, KEY = COLUMNS = (
    "tiêu chí", "chỉ tiêu", "cách ghi", "giá trị", "tổng số", "ghi chú", "kế hoạch", "mã việc", "mã chỉ tiêu",
)  # fmt: skip
OPTIONAL = (NO, NAME, HOW, NOTE)
"""Columns that a file may do without."""
_DATE = re.compile(r"\d{2}/\d{2}/\d{4}")


@dataclass(frozen=True)
class Form:
    """The report form of one criterion task as it stands.

    `typed`: by field, from the draft, else from the last report. `draft`: the draft's version, 0 for none.
    """

    task_id: int
    key: str
    title: str
    state: str
    version: int
    criterion: Criterion
    typed: Mapping[str, str]
    draft: int = 0

    @property
    def open(self) -> bool:
        """Whether a report can still be handed in."""
        return self.state in OPEN_STATES


Said = Mapping[str, Mapping[str, str]]
"""What a table says: task key -> text by field of its form. What it leaves empty is not said."""


@dataclass(frozen=True)
class CheckedFigures:
    """A table of figures: what it says, and what is wrong with its rows."""

    said: Said
    problems: tuple[Problem, ...]


@dataclass
class _Gathered:
    """The rows of one task: the line of each indicator and of the first note, and the fields they fill."""

    lines: dict[str, int] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def fields(self) -> dict[str, str]:
        notes = {report_form.NOTE: "\n".join(dict.fromkeys(self.notes))} if self.notes else {}
        return self.typed | notes


def check_figures(table: Iterable[Row], name: str, plan: str, forms: Mapping[str, Form]) -> CheckedFigures:
    """Check a table of texts, its heading row first. `plan`: its key; `forms`: by task key, those of one unit.

    Raises Refusal when the table is empty or its headings are wrong.
    """
    problems: list[Problem] = []
    gathered: dict[str, _Gathered] = {}
    for line, raw in named_rows(table, name, COLUMNS, OPTIONAL, problems):
        cells = {column: _bare(cell) for column, cell in raw.items()}
        wrong = next(_misplaced(cells, plan, forms), None) or _take(
            line, cells, forms[cells[TASK]], gathered.setdefault(cells[TASK], _Gathered())
        )
        if wrong:
            problems.append(Problem(line, *wrong))
    said: dict[str, Mapping[str, str]] = {}
    for key, rows in gathered.items():
        said[key] = plainly(forms[key].criterion, rows.fields())
        problems += _unfit(forms[key], said[key], rows.lines)
    return CheckedFigures(said, tuple(sorted(problems, key=lambda one: one.line)))


def _bare(cell: str) -> str:
    # Excel may write a line break of an old file as this escape.
    return cell.replace("_x000D_", "").replace("\r\n", "\n").strip()


def _misplaced(cells: Mapping[str, str], plan: str, forms: Mapping[str, Form]) -> Iterator[tuple[str, str]]:
    """Column and reason when a row does not belong to this unit and plan, or holds no values."""
    if cells[PLAN] != plan:
        yield PLAN, f"«{cells[PLAN][:40]}» không phải kế hoạch này ({plan}); hãy tải lại bảng rồi điền vào đó"
    elif (form := forms.get(cells[TASK])) is None:
        yield TASK, f"«{cells[TASK][:60]}» không phải việc cần số liệu của đơn vị này; hãy bỏ dòng này"
    elif form.criterion.indicator(cells[KEY]) is None:
        known = [one.key for one in form.criterion.indicators]
        yield KEY, f"tiêu chí {form.criterion.no} không có chỉ tiêu này{suggestion(cells[KEY], known)}"
    for column in (VALUE, WHOLE, NOTE):
        if cells.get(column, "").startswith("="):
            yield column, FORMULA


def _take(line: int, cells: Mapping[str, str], form: Form, into: _Gathered) -> tuple[str, str] | None:
    """Add a row to its task; column and reason when it cannot be."""
    indicator = form.criterion.indicator(cells[KEY])
    if indicator is None:
        return KEY, "không có chỉ tiêu này"
    if indicator.key in into.lines:
        return KEY, f"lặp lại dòng {into.lines[indicator.key]}; hãy giữ một dòng"
    into.lines[indicator.key] = line
    if cells.get(NOTE):
        into.lines.setdefault(report_form.NOTE, line)
        into.notes.append(cells[NOTE])
    value, whole = _amount(indicator, cells)
    if wrong := _wrong_cell(indicator, value, whole):
        return wrong
    if indicator.kind == "share" and value:
        into.typed |= {
            f"{report_form.PART}.{indicator.key}": value,
            f"{report_form.WHOLE}.{indicator.key}": whole,
        }
    elif value:
        into.typed[f"{report_form.ONE}.{indicator.key}"] = value
    return None


def _amount(indicator: Indicator, cells: Mapping[str, str]) -> tuple[str, str]:
    """What stands for the figure; a share may be written as 45/50 in one cell."""
    value, whole = cells[VALUE], cells[WHOLE]
    if indicator.kind == "share" and "/" in value and not whole and not _DATE.fullmatch(value):
        part, _, rest = value.partition("/")
        return part.strip(), rest.strip()
    return value, whole


def _wrong_cell(indicator: Indicator, value: str, whole: str) -> tuple[str, str] | None:
    for column, cell in ((VALUE, value), (WHOLE, whole)):
        if _DATE.fullmatch(cell):
            return column, f"Excel đã đổi ô này thành ngày {cell}; hãy gõ lại con số"
    if indicator.kind != "share":
        return (WHOLE, "chỉ tiêu này không có tổng số; hãy để trống ô này") if whole else None
    if bool(value) != bool(whole):
        return (WHOLE if value else VALUE), "còn trống; tỷ lệ cần cả số đạt (cột giá trị) và tổng số"
    return None


def _unfit(form: Form, said: Mapping[str, str], lines: Mapping[str, int]) -> Iterator[Problem]:
    """What the report form would say about the fields that the table fills."""
    if not form.open:
        if any(plainly(form.criterion, form.typed).get(name) != text for name, text in said.items()):
            state = STATE_NAMES[form.state]
            yield Problem(
                min(lines.values()),
                VALUE,
                f"báo cáo của việc này {state} nên không nhận số khác; hãy bỏ các dòng của việc {form.key}",
            )
        return
    filled = fill(form.criterion, {**form.typed, **said})
    for key, sentences in filled.problems.items():
        if any(name == key or name.partition(".")[2] == key for name in said) and key in lines:
            column = NOTE if key == report_form.NOTE else VALUE
            yield from (Problem(lines[key], column, one[:1].lower() + one[1:]) for one in sentences)
