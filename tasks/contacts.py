"""The contacts file: who stands for which unit, and where they are reached. A CSV that spreadsheets open.

Parsing is pure; `load_contacts` reads the file. A row names one person in one role; a person with two roles has two
rows with the same data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from db.errors import Refusal
from plans.toml_source import read_text
from tasks.contact_rows import (
    COLUMNS,
    EMAIL,
    GREETING,
    KEY,
    NAME,
    OPTIONAL,
    PHONE,
    ROLES,
    SECOND,
    WAYS,
    ContactRow,
    contact_of,
    row_problems,
    words_for,
)
from tasks.table_rows import Problem, Row, csv_rows, named_rows

__all__ = [
    "COLUMNS",
    "ROLES",
    "Checked",
    "ContactRow",
    "Problem",
    "check_contacts",
    "csv_rows",
    "read_contacts",
    "table_contacts",
]

SAME = {
    NAME: "name", GREETING: "greeting", EMAIL: "email", SECOND: "second_email", PHONE: "phone", WAYS: "ways",
}  # fmt: skip
"""What all rows of one person must agree on: column -> attribute of ContactRow."""


@dataclass(frozen=True)
class Checked:
    """A contacts table: the sound rows by their line in the file, and what is wrong with the others."""

    rows: Mapping[int, ContactRow]
    problems: tuple[Problem, ...]


def load_contacts(path: Path, units: Mapping[str, str]) -> list[ContactRow]:
    """Read a contacts file; see `read_contacts`. Raises Refusal."""
    return read_contacts(read_text(path), path.name, units)


def read_contacts(
    text: str, name: str, units: Mapping[str, str], linked: Collection[str] = ()
) -> list[ContactRow]:
    """The rows of a contacts file. `units`: key -> name; a row may give either. `linked`: see `check_contacts`.

    Raises Refusal with one line per problem: file, line, column, reason.
    """
    return table_contacts(csv_rows(text), name, units, linked)


def table_contacts(
    table: Iterable[Row], name: str, units: Mapping[str, str], linked: Collection[str] = ()
) -> list[ContactRow]:
    """As `read_contacts`, from a table of texts, its heading row first."""
    checked = check_contacts(table, name, units, linked)
    if checked.problems:
        raise Refusal("\n".join(f"{name}, {problem}" for problem in checked.problems))
    return list(checked.rows.values())


def check_contacts(
    table: Iterable[Row],
    name: str,
    units: Mapping[str, str],
    linked: Collection[str] = (),
) -> Checked:
    """Check a table of texts, its heading row first. `table`: rows with their line, and what could not be read.

    `linked`: keys of people who linked a chat, so that they need no other address.

    Raises Refusal when the table is empty or its headings are wrong.
    """
    problems: list[Problem] = []
    found: dict[int, ContactRow] = {}
    words = words_for(units)
    for line, cells in _named(table, name, problems):
        wrong = list(row_problems(cells, words, units, linked=cells[KEY] in linked))
        problems.extend(Problem(line, column, reason) for column, reason in wrong)
        if not wrong:
            found[line] = contact_of(cells, words)
    problems.extend(_contradictions(found))
    if not problems and not found:
        raise Refusal(f"{name}: chưa có người nào.")
    return Checked(found, tuple(sorted(problems, key=lambda one: one.line)))


def _contradictions(found: Mapping[int, ContactRow]) -> Iterator[Problem]:
    """Rows that do not agree with one above."""
    people: dict[str, tuple[int, ContactRow]] = {}
    parts: dict[tuple[str, str, str], int] = {}
    for line, row in found.items():
        first, known = people.setdefault(row.person, (line, row))
        if differing := [
            column for column, name in SAME.items() if getattr(known, name) != getattr(row, name)
        ]:
            yield Problem(line, KEY, f"«{row.person}» đã có ở dòng {first} với {', '.join(differing)} khác")
        elif parts.setdefault((row.unit, row.role, row.person), line) != line:
            yield Problem(line, "", f"lặp lại dòng {parts[row.unit, row.role, row.person]}")


def _named(table: Iterable[Row], name: str, problems: list[Problem]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows below the headings, their cells by column and without spare blanks."""
    for line, cells in named_rows(table, name, COLUMNS, OPTIONAL, problems):
        # An optional column that the file lacks stays unsaid, but for the spare address.
        yield line, {SECOND: ""} | {column: " ".join(cell.split()) for column, cell in cells.items()}
