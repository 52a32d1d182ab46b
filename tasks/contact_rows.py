"""The rules for one row of the contacts table, wherever it was typed: in a file or in a page's fields. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from plans.toml_source import suggestion
from tasks.phones import phone_of
from tasks.table_rows import FORMULA
from tasks.way_words import read_ways

UNIT, ROLE, KEY, NAME, GREETING, EMAIL, SECOND, PHONE, WAYS = COLUMNS = (
    "đơn vị", "vai trò", "mã người", "họ tên", "xưng hô", "thư điện tử", "thư dự phòng", "điện thoại", "kênh",
)  # fmt: skip
OPTIONAL = (SECOND, PHONE, WAYS)
"""Columns that a file may do without."""
ROLES = {
    "đầu mối": "contact",
    "điều phối": "coordinator",
    "lãnh đạo": "leadership",
    "hội đồng": "council",
    "cấp trên": "superior",
    "vận hành": "operator",
}
LONGEST = 200
UNREACHED = "còn trống; cần ít nhất một cách liên lạc: thư điện tử, điện thoại, hoặc Zalo đã liên kết"
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class ContactRow:
    """A person's part in a unit. `unit`: its key; `role`: one of db.tables.people.MEMBER_ROLES.

    `email`: "" for none. `phone`: `84…`, "" for none. `ways`: the order of ways as `way_words.read_ways` takes it, ""
    for the usual one. None for both: the file has no such column, so what is known stays.
    """

    unit: str
    role: str
    person: str
    name: str
    greeting: str
    email: str
    second_email: str | None
    phone: str | None = None
    ways: str | None = None

    @property
    def emails(self) -> list[str]:
        """The mail addresses, the first one first."""
        return [one for one in (self.email, self.second_email) if one]


def entry_problems(
    cells: Mapping[str, str], units: Mapping[str, str], *, linked: bool = False
) -> dict[str, str]:
    """What is wrong with one entry (column -> text), the first reason of each column. `linked`: has a chat."""
    found: dict[str, str] = {}
    full = dict.fromkeys(COLUMNS, "") | dict(cells)
    for column, reason in row_problems(full, words_for(units), units, linked=linked):
        found.setdefault(column, reason)
    return found


def entry(cells: Mapping[str, str], units: Mapping[str, str]) -> ContactRow:
    """An entry without problems as a row."""
    return contact_of(dict.fromkeys(COLUMNS, "") | dict(cells), words_for(units))


def words_for(units: Mapping[str, str]) -> dict[str, str]:
    """What a unit may be called in a table -> its key."""
    return {_folded(word): key for key, called in units.items() for word in (called, key)}


def row_problems(
    cells: Mapping[str, str], by_word: Mapping[str, str], units: Mapping[str, str], *, linked: bool = False
) -> Iterator[tuple[str, str]]:
    """Column and reason of everything wrong with a row. `by_word`: `words_for(units)`. `linked`: has a chat."""
    for column, cell in cells.items():
        if not cell and column not in {EMAIL, *OPTIONAL}:
            yield column, "còn trống"
        elif len(cell) > LONGEST or not cell.isprintable():
            yield column, f"dài quá {LONGEST} ký tự hoặc có ký tự lạ"
        elif cell and (reason := _unfit(column, cell, by_word, units)):
            yield column, reason
    yield from _address_problems(cells, linked)


def _address_problems(cells: Mapping[str, str], linked: bool) -> Iterator[tuple[str, str]]:
    if cells[SECOND] and not cells[EMAIL]:
        yield EMAIL, "còn trống; hãy ghi địa chỉ đang ở ô thư dự phòng vào đây"
    elif cells[SECOND] and _address(cells[SECOND]) == _address(cells[EMAIL]):
        yield SECOND, "trùng với thư điện tử; hãy để trống hoặc ghi địa chỉ khác"
    elif not cells[EMAIL] and not cells.get(PHONE) and not linked:
        yield EMAIL, UNREACHED


def _unfit(column: str, cell: str, by_word: Mapping[str, str], units: Mapping[str, str]) -> str:
    if cell.startswith("="):
        return FORMULA
    if column == UNIT and _folded(cell) not in by_word:
        return f"không có đơn vị «{cell}» trong kế hoạch{suggestion(cell, [*units, *units.values()])}"
    if column == ROLE and cell.casefold() not in ROLES:
        return f"không có vai trò «{cell}»; chỉ có {', '.join(ROLES)}"
    told = _FORMS.get(column)
    return told(cell) if told else ""


def _wrong_key(cell: str) -> str:
    if _KEY.fullmatch(cell):
        return ""
    return f"«{cell}» chỉ được gồm chữ thường không dấu, số và dấu gạch nối, ví dụ thon-07"


def _wrong_email(cell: str) -> str:
    if _address(cell) is not None:
        return ""
    return f"«{cell}» không phải địa chỉ thư; địa chỉ có dạng ten@don-vi.vn, không dấu, không cách"


def _wrong_phone(cell: str) -> str:
    if phone_of(cell) is not None:
        return ""
    return f"«{cell}» không phải số di động Việt Nam; số có 10 chữ số, ví dụ 0912 345 678"


def _wrong_ways(cell: str) -> str:
    try:
        read_ways(cell)
    except ValueError as error:
        return str(error)
    return ""


_FORMS: Mapping[str, Callable[[str], str]] = {
    KEY: _wrong_key, EMAIL: _wrong_email, SECOND: _wrong_email, PHONE: _wrong_phone, WAYS: _wrong_ways,
}  # fmt: skip


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
        phone=(phone_of(cells[PHONE]) or "") if PHONE in cells else None,
        ways=cells.get(WAYS),
    )


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
