"""The tables of a PDF's pages put together: one that goes on over a page stays one, or is plain text again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise, takewhile
from typing import Any

PARAGRAPH = 60
"""Letters that are more than what a page has at its foot or head."""
SAME = 2.0
"""Points by which the columns of a table may be off on its next page."""


@dataclass(frozen=True)
class TableCell:
    """A cell. `row`, `column`, `last`: its first row, its column and its last row, from 0. `lines`: see `sheet_of`."""

    row: int
    column: int
    last: int
    lines: Sequence[tuple[str, int]]

    @property
    def text(self) -> str:
        """Its lines in one."""
        return " ".join(" ".join(text for text, _ in self.lines).split())


@dataclass(frozen=True)
class TablePart:
    """What one page has of a table. `number`: of the table in the document; `first`: of its first row there, from 0.

    `flat`: its text without rows and columns.
    """

    flat: str
    columns: Sequence[float]
    rows: int
    cells: Sequence[TableCell]
    number: int = 0
    first: int = 0

    def row(self, no: int) -> dict[int, str]:
        """Column -> text of the cells that begin in a row of this part, those without text left out."""
        return {one.column: one.text for one in self.cells if one.row == no and one.text}


Item = str | TablePart


@dataclass
class _Run:
    """The parts of one table, by page and place on it."""

    places: list[tuple[int, int]] = field(default_factory=list)


def put_together(pages: Sequence[Mapping[str, Any]]) -> list[list[Item]]:
    """The pages with numbered tables; one of which nobody knows how it goes on over a page is plain text.

    `pages`: their `items` as `sheet_of` gives them; `ruled`: whether there are lines of a table.
    """
    made = [[_item(one) for one in page["items"]] for page in pages]
    ruled = [bool(page["ruled"]) for page in pages]
    runs = _runs(made)
    left_open = [_is_left_open(made, ruled, *run.places[-1]) for run in runs]
    for number, run in enumerate(runs, 1):
        parts = [made[page][at] for page, at in run.places]
        told = _numbered([one for one in parts if isinstance(one, TablePart)], number)
        told = [] if left_open[number - 1] else told
        for (page, at), part in zip(run.places, told or [_flat(one) for one in parts], strict=True):
            made[page][at] = part
    return made


def _item(given: Any) -> Item:
    if isinstance(given, str):
        return given
    cells = [
        TableCell(row, column, last, [(str(text), int(ends)) for text, ends in lines])
        for row, column, last, lines in given["cells"]
    ]
    return TablePart(given["flat"], given["columns"], given["rows"], cells)


def _flat(one: Item) -> str:
    return one if isinstance(one, str) else one.flat


def _runs(pages: Sequence[Sequence[Item]]) -> list[_Run]:
    """Tables that end one page and begin the next with the same columns belong together."""
    runs: list[_Run] = []
    for page, items in enumerate(pages):
        for at, one in enumerate(items):
            if isinstance(one, str):
                continue
            before = runs[-1].places[-1] if runs else (-2, 0)
            if before[0] == page - 1 and _goes_over(pages[before[0]][before[1] :], items[: at + 1]):
                runs[-1].places.append((page, at))
            else:
                runs.append(_Run([(page, at)]))
    return runs


def _goes_over(before: Sequence[Item], after: Sequence[Item]) -> bool:
    one, other = before[0], after[-1]
    between = [*before[1:], *after[:-1]]
    if any(not isinstance(item, str) or any(map(str.isalpha, item)) for item in between):
        return False
    return isinstance(one, TablePart) and isinstance(other, TablePart) and _alike(one.columns, other.columns)


def _is_left_open(pages: Sequence[Sequence[Item]], ruled: Sequence[bool], page: int, at: int) -> bool:
    """Whether a table may go on over its page in a way that nobody can follow."""
    after, following = pages[page][at + 1 :], page + 1
    if following == len(pages) or not ruled[following] or any(isinstance(one, TablePart) for one in after):
        return False
    before = list(takewhile(lambda one: isinstance(one, str), pages[following]))
    if len(before) == len(pages[following]):
        return _letters(after) < PARAGRAPH
    return _letters([*after, *before]) < PARAGRAPH


def _letters(items: Iterable[Item]) -> int:
    return sum(sum(map(str.isalpha, one)) for one in items if isinstance(one, str))


def _alike(one: Sequence[float], other: Sequence[float]) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= SAME for a, b in zip(one, other, strict=True))


def _numbered(parts: Sequence[TablePart], number: int) -> list[Item]:
    """The parts with their rows counted on; [] where a row may have been cut by the page's end."""
    told: list[Item] = []
    first = 0
    heading = parts[0].row(0)
    for before, part in pairwise([None, *parts]):
        if part is None:
            continue
        again = before is not None and part.row(0) == heading
        kept = _without_first(part) if again else part
        if before is not None and not _follows(before, kept):
            return []
        told.append(replace(kept, number=number, first=first))
        first += kept.rows
    return told


def _without_first(part: TablePart) -> TablePart:
    cells = [replace(one, row=one.row - 1, last=one.last - 1) for one in part.cells if one.row]
    return replace(part, rows=part.rows - 1, cells=cells)


def _follows(before: TablePart, after: TablePart) -> bool:
    """Whether the first row of a page is the next one of the table: numbered so, and nothing in it left to the page before."""
    last, following = before.row(before.rows - 1), after.row(0)
    spans = any(one.last > one.row and one.last == before.rows - 1 for one in before.cells)
    numbers = [one.get(0, "").strip(" .") for one in (last, following)]
    if spans or not all(one.isdecimal() for one in numbers) or int(numbers[1]) != int(numbers[0]) + 1:
        return False
    return len(following) == len(after.columns) - 1
