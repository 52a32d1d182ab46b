"""A page of a PDF in the order it is read: stretches of text, and tables of which every text surely has one cell. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from documents.sources.drawn import Drawn, Piece
from documents.sources.ruled import Cell, Grid, grids_of

MOST_TABLES = 12
_PADDING = 6.0
_NARROW, _WIDE = frozenset("iíìỉĩịlIjJftrs.,;:()-'!|"), frozenset("mwMW")
FULL, SHORT = 0.9, 0.6
"""Shares of a cell's width: a line that the next word would have made longer than the first was broken by the page for
want of room; one that it would have left shorter than the second was ended by its writer, whatever the face."""


@dataclass
class _Line:
    """A line in a cell. `y`: its height on the page; `left`: where it begins."""

    text: str
    y: float
    left: float
    size: float


@dataclass
class _Stretch:
    """Pieces that follow each other. `grid`: the table they stand in, None for plain text."""

    grid: int | None
    text: str = ""
    cells: dict[Cell, list[_Line]] = field(default_factory=lambda: defaultdict(list))


def sheet_of(drawn: Drawn, whole: str) -> list[Any]:
    """A page as JSON: a text, or a table {flat, columns, rows, cells: [[row, column, last row, lines]]}.

    A line is [its text, 1 where it ends for want of room, -1 where its writer ended it, 0 where nobody knows]. `whole`: the library's text of the page; where the
    pieces do not make it up again, nothing is known of places.
    """
    grids = [] if drawn.crooked else grids_of(drawn.level, drawn.upright)
    if not grids or len(grids) > MOST_TABLES or "".join(one.text for one in drawn.pieces) != whole:
        return [whole]
    stretches = _stretches(drawn.pieces, grids)
    unsure = _unsure(stretches)
    items: list[Any] = []
    for table, group in groupby(stretches, key=lambda one: one.grid is not None and one.grid not in unsure):
        if table:
            items += [_table(one, grids[one.grid or 0]) for one in group]
        else:
            items.append("".join(one.text for one in group))
    return items


def _stretches(pieces: Sequence[Piece], grids: Sequence[Grid]) -> list[_Stretch]:
    """In the page's order; a stretch of grid -1 holds a piece that reaches into more than one cell."""
    made = [_Stretch(None)]
    gap = False
    for one in pieces:
        where = {_where(place, grids) for place in one.places}
        if not where or not one.text.strip():
            made[-1].text += one.text
            gap = True
            continue
        grid, cell = where.pop() if len(where) == 1 else (-1, None)
        if made[-1].grid != grid:
            made.append(_Stretch(grid))
        made[-1].text += one.text
        if cell is not None:
            _put(made[-1].cells[cell], one, gap=gap)
        gap = False
    return made


def _where(place: tuple[float, float], grids: Sequence[Grid]) -> tuple[int | None, Cell | None]:
    for no, grid in enumerate(grids):
        if (cell := grid.cell_at(*place)) is not None:
            return no, cell
    return None, None


def _put(lines: list[_Line], piece: Piece, *, gap: bool) -> None:
    left, y = piece.places[0]
    if not lines or abs(lines[-1].y - y) > piece.size / 4:
        lines.append(_Line(piece.text.strip(), y, left, piece.size))
        return
    between = " " if gap or piece.text[:1].isspace() else ""
    lines[-1].text += between + piece.text.strip()


def _unsure(stretches: Sequence[_Stretch]) -> set[int]:
    """Tables that are no table for sure: read in two goes, or beside a piece that reaches over a line."""
    numbers = [one.grid for one in stretches if one.grid is not None]
    if -1 in numbers:
        return set(numbers)
    return {one for one in numbers if numbers.count(one) > 1}


def _table(stretch: _Stretch, grid: Grid) -> dict[str, Any]:
    cells = [
        [cell[0], cell[1], cell[2], list(_told(lines, grid.xs[cell[3] + 1]))]
        for cell, lines in sorted(stretch.cells.items())
    ]
    return {"flat": stretch.text, "columns": grid.xs, "rows": len(grid.ys) - 1, "cells": cells}


def _told(lines: Sequence[_Line], right: float) -> Iterator[list[Any]]:
    for at, one in enumerate(lines):
        following = lines[at + 1].text.split() if at + 1 < len(lines) else []
        room = max(right - one.left - _PADDING, 1.0)
        share = _width(f"{one.text} {following[0]}", one.size) / room if following else 0.0
        yield [one.text, 1 if share > FULL else -1 if share < SHORT else 0]


def _width(text: str, size: float) -> float:
    """Roughly how wide a text is in a book face, in points."""
    return size * sum(map(_share, text))


def _share(letter: str) -> float:
    if letter == " ":
        return 0.25
    if letter in _WIDE:
        return 0.8
    return 0.32 if letter in _NARROW else 0.68 if letter.isupper() else 0.47
