"""Tables: rows by their columns' headings, and which unit a row gives which criteria or duty."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from documents.findings import Read, Role, UnitFound, Unread
from documents.grammar.book import UnitBook
from documents.grammar.criteria import Mention, mentions, numbers_alone
from documents.grammar.criteria_names import by_name, by_name_and_number
from documents.grammar.groups import groups_at
from documents.grammar.labels import label_of
from documents.grammar.letters import fold, tidy
from documents.grammar.lines import Line
from documents.grammar.roles import roles_of
from documents.grammar.unit_names import Name, names_in

_COLUMNS = (
    ("helped", re.compile(r"tiêu chí.*phối hợp|phối hợp.*tiêu chí")),
    ("units", re.compile(r"(?:đơn vị|cơ quan|bộ phận).*(?:tiêu chí|phụ trách|chủ trì|thực hiện|theo dõi)(?!.*phối hợp)")),
    ("criteria", re.compile(r"tiêu chí|^tc$")),
    ("helpers", re.compile(r"phối hợp(?!.*chủ trì)(?<!chủ trì, phối hợp)")),
    ("units", re.compile(r"chủ trì|đơn vị|cơ quan|bộ phận|phụ trách|thực hiện$|người|đầu mối")),
    ("role", re.compile(r"vai trò|hình thức (?:tham gia|thực hiện)|^trách nhiệm$")),
    ("when", re.compile(r"thời gian|thời hạn|hoàn thành|tiến độ|hạn")),
    ("duties", re.compile(r"nội dung|nhiệm vụ|công việc|hoạt động")),
    ("number", re.compile(r"^(?:stt|tt|số tt|số)$")),
)  # fmt: skip
LONGEST_HEADING = 60
BROKEN_CELL = (
    "chưa rõ ô này của bảng kể những đơn vị nào, vì không biết chỗ ngắt dòng là hết tên đơn vị hay chưa"
)
Given = tuple[UnitFound, Role, Line, tuple[int, ...]]
"""A unit, its role, the line that says so, and criteria that the line gives to this unit alone."""


@dataclass(frozen=True)
class Row:
    """A row: column number -> its lines. `headings`: column number -> (kind, the heading's words)."""

    cells: Mapping[int, list[Line]]
    headings: Mapping[int, tuple[str, str]]

    def lines(self, kind: str) -> list[Line]:
        """The lines under the headings of a kind."""
        return [
            line
            for at, lines in self.cells.items()
            if self.headings.get(at, ("",))[0] == kind
            for line in lines
        ]

    def text(self, kind: str) -> str:
        """Those lines in one."""
        return tidy(" ".join(line.text for line in self.lines(kind)))


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """The rows of all tables that have headings."""
    tables: dict[int, dict[int, dict[int, list[Line]]]] = defaultdict(
        lambda: defaultdict(lambda: defaultdict(list))
    )
    for line in lines:
        place = line.place
        if place.table is not None:
            tables[place.table][place.row or 0][place.cell or 0].append(line)
    return [row for table in tables.values() for row in _rows(table)]


def _rows(table: Mapping[int, Mapping[int, list[Line]]]) -> Iterator[Row]:
    headings: dict[int, tuple[str, str]] = {}
    for cells in table.values():
        if not headings and (found := headings_of(cells)):
            headings = found
        elif headings:
            yield Row(cells, headings)


def headings_of(cells: Mapping[int, list[Line]]) -> dict[int, tuple[str, str]]:
    """Column -> (kind, words) of a row that heads a table, {} for any other row."""
    found = _headings(cells)
    return found if len({kind for kind, _ in found.values()} - {"number"}) >= 2 else {}


def _headings(cells: Mapping[int, list[Line]]) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for at, lines in cells.items():
        text = tidy(" ".join(line.low for line in lines))
        kind = next((kind for kind, rule in _COLUMNS if rule.search(text)), "")
        if kind and len(text) <= LONGEST_HEADING and not re.search(r"tiêu chí\s+(?:số\s+)?\d", text):
            found[at] = (kind, text)
    return found


def read_tables(rows: Sequence[Row], book: UnitBook, names: Mapping[int, str]) -> list[Unread]:
    """Note in `book` what the rows give to whom; `names`: the criteria's names by number."""
    unread: list[Unread] = []
    for row in rows:
        kinds = {kind for kind, _ in row.headings.values()}
        if "units" in kinds or "helpers" in kinds:
            unread.extend(_read(row, book, names))
    return unread


def _read(row: Row, book: UnitBook, names: Mapping[int, str]) -> Iterator[Unread]:
    numbers = _numbers(row, names)
    leads = list(_units(_sure(row.lines("units")), book, _role_of(row)))
    helps = list(_units(_sure(row.lines("helpers")), book, "coop"))
    for unit, role, line, own in [*leads, *helps]:
        for no in own or numbers:
            unit.take(no, role, line.source)
    for line in row.lines("helped"):
        for unit, _, _, _ in leads:
            for no in numbers_alone(line.low) or _mentioned(line):
                unit.take(no, "coop", line.source)
    _note_duties(row, [unit for unit, role, _, _ in leads if role == "lead"], numbers)
    broken = [one for kind in ("units", "helpers") for one in row.lines(kind)[:1] if one.wraps]
    yield from (Unread(BROKEN_CELL, one.source, numbers) for one in broken)
    if (numbers or row.lines("duties")) and _sure(row.lines("units")) and not leads:
        yield Unread("chưa rõ đơn vị nào trong hàng này của bảng", row.lines("units")[0].source)
    if leads and row.lines("criteria") and not numbers:
        yield Unread("chưa rõ tiêu chí số mấy trong hàng này của bảng", row.lines("criteria")[0].source)


def _sure(lines: Sequence[Line]) -> Sequence[Line]:
    """The lines of a cell; none where nobody knows which of them belong together."""
    return [] if any(one.wraps for one in lines) else lines


def _role_of(row: Row) -> Role:
    """The role that the row's own column gives to its unit; a row without such a column is about whoever leads."""
    said = fold(row.text("role"))
    return "coop" if "phối hợp" in said and "chủ trì" not in said else "lead"


def _numbers(row: Row, names: Mapping[int, str]) -> tuple[int, ...]:
    found: list[int] = []
    for line in row.lines("criteria"):
        found += numbers_alone(line.low) or _mentioned(line) or _labelled(line)
    text = row.text("criteria")
    if not found and text:
        found += numbers_alone(fold(text)) or _named(text, row.text("number"), names)
    if not found and not row.lines("criteria"):
        found += [no for line in row.lines("duties") for no in _mentioned(line)]
    return tuple(dict.fromkeys(found))


def _named(text: str, label: str, names: Mapping[int, str]) -> list[int]:
    number = label.strip(" .")
    by_row = by_name_and_number(text, int(number), names) if number.isdecimal() else None
    return [no for no in (by_name(text, names) or by_row,) if no]


def _mentioned(line: Line) -> list[int]:
    return [no for one in mentions(line.low) for no in one.numbers]


def _labelled(line: Line) -> list[int]:
    """«5. Trẻ em bị tai nạn», «05 - Trẻ em …» in the column of criteria."""
    label = label_of(line.text)
    return [int(label.text)] if label and label.text.isdigit() and line.body else []


def _units(lines: Sequence[Line], book: UnitBook, role: Role) -> Iterator[Given]:
    for line in lines:
        told = mentions(line.low) or re.search(r"phối hợp|chủ trì", line.low)
        if told and (named := names_in(line.text)):
            for name, own in roles_of(line.text, named, role):
                yield book.of_name(name, line.source), own, line, _beside(line, name)
            continue
        at = line.label.end if line.label else 0
        while at < len(line.text):
            groups, end = groups_at(line.text, at)
            for group in groups:
                yield book.of_group(group, line.source), role, line, ()
            cut = re.search(r"[,;/+]\s*|\svà\s+", line.text[max(end, at) :])
            if not cut:
                break
            at = max(end, at) + cut.end()


def _beside(line: Line, name: Name) -> tuple[int, ...]:
    """The criteria that a cell gives to one of its units: those behind its name, else those before, in its clause."""
    first = line.low.rfind(";", 0, name.start) + 1
    last = line.low.find(";", name.end)
    here = [one for one in mentions(line.low) if first <= one.start < (last if last >= 0 else len(line.low))]
    behind = [one for one in here if one.start >= name.end]
    return (behind[:1] or here[-1:] or [Mention((), 0, 0)])[0].numbers


def _note_duties(row: Row, units: Sequence[UnitFound], numbers: tuple[int, ...]) -> None:
    lines = row.lines("duties")
    text = row.text("duties")
    if not lines or (numbers and not row.lines("criteria")):
        return
    for unit in units:
        if text and not mentions(fold(text)):
            unit.duties.append(Read(text, lines[0].source))
