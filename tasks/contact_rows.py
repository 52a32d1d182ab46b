"""The rules for one row of the contacts table, wherever it was typed: in a file or in a page's fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from plans.toml_source import suggestion

UNIT, ROLE, KEY, NAME, GREETING, EMAIL, SECOND = COLUMNS = (
    "đơn vị", "vai trò", "mã người", "họ tên", "xưng hô", "thư điện tử", "thư dự phòng",
)  # fmt: skip
ROLES = {
    "đầu mối": "contact",
    "điều phối": "coordinator",
    "lãnh đạo": "leadership",
    "hội đồng": "council",
    "cấp trên": "superior",
    "vận hành": "operator",
}
LONGEST = 200
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class ContactRow:
    """A person's part in a unit. `unit`: its key; `role`: one of db.tables.people.MEMBER_ROLES."""

    unit: str
    role: str
    person: str
    name: str
    greeting: str
    email: str
    second_email: str | None


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row. `line`: in the file, the heading row is 1; `column` "": the row as a whole."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        column = f", cột «{self.column}»" if self.column else ""
        return f"dòng {self.line}{column}: {self.reason}"


def entry_problems(cells: Mapping[str, str], units: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with one entry (column -> text), the first reason of each column."""
    found: dict[str, str] = {}
    for column, reason in row_problems(dict.fromkeys(COLUMNS, "") | dict(cells), words_for(units), units):
        found.setdefault(column, reason)
    return found


def entry(cells: Mapping[str, str], units: Mapping[str, str]) -> ContactRow:
    """An entry without problems as a row."""
    return contact_of(dict.fromkeys(COLUMNS, "") | dict(cells), words_for(units))


def words_for(units: Mapping[str, str]) -> dict[str, str]:
    """What a unit may be called in a table -> its key."""
    return {_folded(word): key for key, called in units.items() for word in (called, key)}


def row_problems(
    cells: Mapping[str, str], by_word: Mapping[str, str], units: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Column and reason of everything wrong with a row. `by_word`: `words_for(units)`."""
    for column in COLUMNS:
        if not cells[column] and column != SECOND:
            yield column, "còn trống"
        elif len(cells[column]) > LONGEST or not cells[column].isprintable():
            yield column, f"dài quá {LONGEST} ký tự hoặc có ký tự lạ"
        elif cells[column] and (reason := _unfit(column, cells[column], by_word, units)):
            yield column, reason
    if cells[SECOND] and _address(cells[SECOND]) == _address(cells[EMAIL]):
        yield SECOND, "trùng với thư điện tử; hãy để trống hoặc ghi địa chỉ khác"


def _unfit(column: str, cell: str, by_word: Mapping[str, str], units: Mapping[str, str]) -> str:
    if cell.startswith("="):
        return "là công thức; hãy chép ô này rồi dán lại dạng giá trị"
    if column == UNIT and _folded(cell) not in by_word:
        return f"không có đơn vị «{cell}» trong kế hoạch{suggestion(cell, [*units, *units.values()])}"
    if column == ROLE and cell.casefold() not in ROLES:
        return f"không có vai trò «{cell}»; chỉ có {', '.join(ROLES)}"
    if column == KEY and not _KEY.fullmatch(cell):
        return f"«{cell}» chỉ được gồm chữ thường không dấu, số và dấu gạch nối, ví dụ thon-07"
    if column in {EMAIL, SECOND} and _address(cell) is None:
        return f"«{cell}» không phải địa chỉ thư; địa chỉ có dạng ten@don-vi.vn, không dấu, không cách"
    return ""


def contact_of(cells: Mapping[str, str], by_word: Mapping[str, str]) -> ContactRow:
    """A row without problems."""
    return ContactRow(
        unit=by_word[_folded(cells[UNIT])],
        role=ROLES[cells[ROLE].casefold()],
        person=cells[KEY],
        name=cells[NAME],
        greeting=cells[GREETING],
        email=_address(cells[EMAIL]) or "",
        second_email=_address(cells[SECOND]) if cells[SECOND] else None,
    )


def contradictions(found: Mapping[int, ContactRow]) -> Iterator[Problem]:
    """Rows that do not agree with one above. `found`: rows by their line."""
    people: dict[str, tuple[int, tuple[str, str, str, str | None]]] = {}
    parts: dict[tuple[str, str, str], int] = {}
    for line, row in found.items():
        data = (row.name, row.greeting, row.email, row.second_email)
        first, known = people.setdefault(row.person, (line, data))
        if known != data:
            reason = f"«{row.person}» đã có ở dòng {first} với họ tên, xưng hô hoặc thư khác"
            yield Problem(line, KEY, reason)
        elif parts.setdefault((row.unit, row.role, row.person), line) != line:
            yield Problem(line, "", f"lặp lại dòng {parts[row.unit, row.role, row.person]}")


def _address(given: str) -> str | None:
    """The address in its usual form; None when it is none. Whether it exists is not asked."""
    try:
        checked = validate_email(
            given, check_deliverability=False, allow_smtputf8=False, test_environment=True
        )
    except EmailNotValidError:
        return None
    return checked.normalized


def _folded(word: str) -> str:
    return " ".join(word.split()).casefold()
