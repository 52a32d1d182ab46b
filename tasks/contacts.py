"""The contacts file: who stands for which unit, and where they are reached. A CSV that spreadsheets open.

Parsing is pure; `load_contacts` reads the file. A row names one person in one role; a person with two roles has two
rows with the same data.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from email_validator import EmailNotValidError, validate_email

from db.errors import Refusal
from plans.toml_source import read_text, suggestion

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
class _Row:
    """A row as it stands in the file, with the line it begins on."""

    line: int
    cells: Mapping[str, str]


def load_contacts(path: Path, units: Mapping[str, str]) -> list[ContactRow]:
    """Read a contacts file; see `read_contacts`. Raises Refusal."""
    return read_contacts(read_text(path), path.name, units)


def read_contacts(text: str, name: str, units: Mapping[str, str]) -> list[ContactRow]:
    """The rows of a contacts file. `units`: key -> name; a row may give either.

    Raises Refusal with one line per problem: file, line, column, reason.
    """
    problems: list[str] = []
    found: dict[int, ContactRow] = {}
    by_word = {_folded(word): key for key, called in units.items() for word in (called, key)}
    for row in _rows(text, name, problems):
        wrong = list(_problems(row.cells, by_word, units))
        problems.extend(f"{name}, dòng {row.line}, cột «{column}»: {reason}" for column, reason in wrong)
        if not wrong:
            found[row.line] = _contact(row.cells, by_word)
    problems.extend(f"{name}, {problem}" for problem in _contradictions(found))
    if not problems and not found:
        problems.append(f"{name}: chưa có người nào.")
    if problems:
        raise Refusal("\n".join(problems))
    return list(found.values())


def _rows(text: str, name: str, problems: list[str]) -> Iterator[_Row]:
    composed = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    lines = io.StringIO(composed, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(composed), strict=True)
    header: list[str] | None = None
    end = 0
    try:
        for cells in reader:
            start, end = end + 1, reader.line_num
            if not any(cell.strip() for cell in cells):
                continue
            if header is None:
                header = _header(cells, name)
            elif any(cell.strip() for cell in cells[len(header) :]):
                problems.append(
                    f"{name}, dòng {start}: thừa ô so với hàng tiêu đề; ô có dấu phẩy phải đặt trong ngoặc kép."
                )
            else:
                yield _Row(start, _cells(header, cells))
    except csv.Error:
        problems.append(f"{name}, dòng {end + 1}: không đọc được hàng này; hãy kiểm tra dấu ngoặc kép.")
    if header is None and not problems:
        raise Refusal(f"{name}: tệp trống. Hàng đầu phải là: {', '.join(COLUMNS)}.")


def _delimiter(text: str) -> str:
    """Spreadsheets in Vietnam save with semicolons or tabs as often as with commas."""
    first = text.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _header(cells: list[str], name: str) -> list[str]:
    header = [" ".join(cell.split()).casefold() for cell in cells]
    while header and not header[-1]:
        header.pop()
    wrong = [
        f"không có cột «{word[:40]}»{suggestion(word, COLUMNS)}" for word in header if word not in COLUMNS
    ]
    wrong += [f"thiếu cột «{column}»" for column in COLUMNS[:-1] if column not in header]
    wrong += [f"cột «{word}» ghi hai lần" for word in dict.fromkeys(header) if header.count(word) > 1]
    if wrong:
        raise Refusal("\n".join(f"{name}, hàng tiêu đề: {reason}" for reason in wrong))
    return header


def _cells(header: list[str], cells: list[str]) -> dict[str, str]:
    given = dict(zip(header, (" ".join(cell.split()) for cell in cells), strict=False))
    return dict.fromkeys(COLUMNS, "") | given


def _problems(
    cells: Mapping[str, str], by_word: Mapping[str, str], units: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
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
    if column == UNIT and _folded(cell) not in by_word:
        return f"không có đơn vị «{cell}» trong kế hoạch{suggestion(cell, [*units, *units.values()])}"
    if column == ROLE and cell.casefold() not in ROLES:
        return f"không có vai trò «{cell}»; chỉ có {', '.join(ROLES)}"
    if column == KEY and not _KEY.fullmatch(cell):
        return f"«{cell}» chỉ được gồm chữ thường không dấu, số và dấu gạch nối, ví dụ thon-07"
    if column in {EMAIL, SECOND} and _address(cell) is None:
        return f"«{cell}» không phải địa chỉ thư; địa chỉ có dạng ten@don-vi.vn, không dấu, không cách"
    return ""


def _contact(cells: Mapping[str, str], by_word: Mapping[str, str]) -> ContactRow:
    return ContactRow(
        unit=by_word[_folded(cells[UNIT])],
        role=ROLES[cells[ROLE].casefold()],
        person=cells[KEY],
        name=cells[NAME],
        greeting=cells[GREETING],
        email=_address(cells[EMAIL]) or "",
        second_email=_address(cells[SECOND]) if cells[SECOND] else None,
    )


def _contradictions(found: Mapping[int, ContactRow]) -> Iterator[str]:
    people: dict[str, tuple[int, tuple[str, str, str, str | None]]] = {}
    parts: dict[tuple[str, str, str], int] = {}
    for line, row in found.items():
        data = (row.name, row.greeting, row.email, row.second_email)
        first, known = people.setdefault(row.person, (line, data))
        if known != data:
            yield f"dòng {line}, cột «{KEY}»: «{row.person}» đã có ở dòng {first} với họ tên, xưng hô hoặc thư khác"
        elif parts.setdefault((row.unit, row.role, row.person), line) != line:
            yield f"dòng {line}: lặp lại dòng {parts[row.unit, row.role, row.person]}"


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
