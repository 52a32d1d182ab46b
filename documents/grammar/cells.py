"""Cells of a PDF's tables: lines that the page broke become what their writer wrote, where that is sure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from documents.grammar.groups import group_at, groups_at
from documents.grammar.letters import LOWER, tidy
from documents.grammar.lines import Line
from documents.grammar.tables import headings_of
from documents.sources.blocks import Block, Place

_ITEM = re.compile(r"[-+•*–]\s*\S")
_OPEN = re.compile(r"(?:[,;:/&(–-]|\b(?:và|cùng|với|của))\s*$", re.IGNORECASE)
_SMALL = re.compile(rf"[{LOWER}(0-9]")
_LAST = re.compile(r"[,;]\s*")
_BETWEEN = re.compile(r"[\s,;.:/+&)–-]*(?:và\b\s*|cùng\b\s*)?")
_OF_UNITS = frozenset({"units", "helpers"})
Cells = dict[int, dict[int, list[Block]]]


def settled(blocks: Sequence[Block]) -> list[Block]:
    """All blocks, with the lines of such cells put together. A cell of units whose lines nobody can tell apart keeps
    them, each with `wraps`. A table without headings becomes plain lines again."""
    tables: dict[int, Cells] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    for one in blocks:
        if _is_drawn(one):
            tables[one.place.table or 0][one.place.row or 0][one.place.cell or 0].append(one)
    headings = {number: _headings(cells) for number, cells in tables.items()}
    made: list[Block] = []
    for one in blocks:
        place = one.place
        if not _is_drawn(one):
            made.append(one)
        elif not headings[place.table or 0]:
            made.append(replace(one, place=Place(page=place.page), wraps=True, repeated=False))
        elif cell := tables[place.table or 0][place.row or 0].pop(place.cell or 0, None):
            made += _settled(cell, headings[place.table or 0].get(place.cell or 0, ""))
    return made


def _is_drawn(one: Block) -> bool:
    return one.place.table is not None and one.place.page is not None


def _headings(cells: Cells) -> dict[int, str]:
    """Column -> kind, from the first row that is a heading."""
    for row in cells.values():
        joined = {
            at: [Line(tidy(" ".join(one.text for one in lines)), lines[0].place)] for at, lines in row.items()
        }
        if found := headings_of(joined):
            return {at: kind for at, (kind, _) in found.items()}
    return {}


def _settled(cell: Sequence[Block], kind: str) -> list[Block]:
    parts = _units(cell) if kind in _OF_UNITS else _texts(cell)
    if parts is None:
        return [replace(one, wraps=True) for one in cell]
    return [replace(cell[0], text=one, wraps=False, full=False) for one in parts]


def _texts(cell: Sequence[Block]) -> list[str]:
    """The paragraphs of a cell that names no units; where one ends matters little there."""
    parts = [cell[0].text]
    for before, after in pairwise(cell):
        if _ITEM.match(after.text) or not (before.wraps or _SMALL.match(after.text)):
            parts.append(after.text)
        else:
            parts[-1] = tidy(f"{parts[-1]} {after.text}")
    return parts


def _units(cell: Sequence[Block]) -> list[str] | None:
    """The paragraphs of a cell of units; None where it is not sure that they are these and nothing but units."""
    parts = [cell[0].text]
    for before, after in pairwise(cell):
        joins = _joins(parts[-1], before, after)
        if joins is None:
            return None
        parts = [*parts[:-1], tidy(f"{parts[-1]} {after.text}")] if joins else [*parts, after.text]
    return parts if len(cell) == 1 or all(map(_names_units, parts)) else None


def _joins(part: str, before: Block, after: Block) -> bool | None:
    """Whether a line goes on with the `part` that ends with the line before it; None where nobody knows."""
    rest = after.text.lstrip("-+•*– ")
    begins_unit = group_at(rest, 0) is not None
    if _OPEN.search(part) or not _names_units(_LAST.split(part)[-1]):
        return True
    if begins_unit:
        # A new unit, or the rest of a longer name: a mark before it tells, or a line that its writer ended.
        return None if rest == after.text and before.wraps else False
    return True if _ITEM.match(after.text) or _SMALL.match(after.text) or before.full else None


def _names_units(text: str) -> bool:
    """Whether a text is the names of units and nothing else."""
    at = len(text) - len(text.lstrip("-+•*– "))
    while at < len(text):
        groups, end = groups_at(text, at)
        if not groups:
            return False
        between = _BETWEEN.match(text, end)
        at = between.end() if between else end
        if at == end and at < len(text):
            return False
    return True
