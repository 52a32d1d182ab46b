"""Ruled tables of a page: lines that were drawn become a grid, a point on the page belongs to one of its cells. Pure.

Only grids whose lines are whole count: every cell is a rectangle with a line on each side. Coordinates are the page's,
in points from the bottom left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product

Cell = tuple[int, int, int, int]
"""First row, first column, last row, last column, counting from 0 at the top left."""
NEAR = 1.5
"""Points within which two lines are one, for borders that are drawn twice."""
MOST_LINES = 4_000
MOST_PAIRS = 40_000
"""Lines of one direction times those of the other; a table of a plan has a few hundred such pairs."""
MOST_COLUMNS, MOST_ROWS = 20, 150


@dataclass(frozen=True)
class Rule:
    """A straight line: at `at` of one axis, from `start` to `end` of the other."""

    at: float
    start: float
    end: float

    def covers(self, start: float, end: float) -> bool:
        """Whether it goes all the way."""
        return self.start <= start + NEAR * 2 and self.end >= end - NEAR * 2

    def crosses(self, other: Rule) -> bool:
        """Whether it meets a line of the other direction."""
        reach = NEAR * 2
        return (
            self.start - reach <= other.at <= self.end + reach
            and other.start - reach <= self.at <= other.end + reach
        )


@dataclass(frozen=True)
class Grid:
    """A table: `xs` from the left, `ys` from the top; `cells`: (row, column) -> the cell it belongs to."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def cell_at(self, x: float, y: float) -> Cell | None:
        """The cell at a point, None outside."""
        column = _between(self.xs, x)
        row = _between([-one for one in self.ys], -y)
        return None if column is None or row is None else self.cells[row, column]


def grids_of(level: Sequence[Rule], upright: Sequence[Rule]) -> list[Grid]:
    """The tables that a page's lines make, each of two rows and two columns or more."""
    if len(level) + len(upright) > MOST_LINES:
        return []
    flat, steep = _merged(level), _merged(upright)
    if len(flat) * len(steep) > MOST_PAIRS:
        return []
    made = (_grid(*one) for one in _connected(flat, steep))
    return [one for one in made if one is not None]


def _between(edges: Sequence[float], at: float) -> int | None:
    return next((no for no, (low, high) in enumerate(pairwise(edges)) if low <= at < high), None)


def _merged(rules: Iterable[Rule]) -> list[Rule]:
    """Lines that lie on each other or go on in each other become one."""
    merged: list[Rule] = []
    for one in sorted(rules, key=lambda rule: (rule.at, rule.start)):
        at = _like(merged, one)
        if at is None:
            merged.append(one)
        else:
            other = merged[at]
            merged[at] = Rule(other.at, min(other.start, one.start), max(other.end, one.end))
    return merged


def _like(merged: Sequence[Rule], one: Rule) -> int | None:
    """The place of the line that another one lies on; they are in the order of `at`."""
    for at in reversed(range(len(merged))):
        if one.at - merged[at].at > NEAR:
            return None
        if _touch(merged[at], one):
            return at
    return None


def _touch(one: Rule, other: Rule) -> bool:
    return one.start <= other.end + NEAR * 2 and other.start <= one.end + NEAR * 2


def _connected(level: list[Rule], upright: list[Rule]) -> Iterable[tuple[list[Rule], list[Rule]]]:
    """The lines of each table by themselves."""
    left_level, left_upright = list(level), list(upright)
    while left_level:
        mine, theirs, fresh = [left_level.pop()], list[Rule](), True
        while fresh:
            fresh = False
            for rules, others, left in ((theirs, mine, left_upright), (mine, theirs, left_level)):
                met = [one for one in left if any(one.crosses(other) for other in others)]
                for one in met:
                    left.remove(one)
                rules.extend(met)
                fresh = fresh or bool(met)
        yield mine, theirs


def _grid(level: list[Rule], upright: list[Rule]) -> Grid | None:
    xs, ys = _places(upright), _places(level)[::-1]
    if not (2 < len(xs) <= MOST_COLUMNS + 1 and 2 < len(ys) <= MOST_ROWS + 1):
        return None
    rows, columns = len(ys) - 1, len(xs) - 1
    if not (_end_at(upright, ys) and _end_at(level, xs)):
        # A row that the page's end cut open, or a line that ends within a cell.
        return None

    def beside(row: int, at: int) -> bool:
        return any(abs(one.at - xs[at]) <= NEAR and one.covers(ys[row + 1], ys[row]) for one in upright)

    def below(at: int, column: int) -> bool:
        return any(abs(one.at - ys[at]) <= NEAR and one.covers(xs[column], xs[column + 1]) for one in level)

    framed = all(beside(row, at) for row in range(rows) for at in (0, columns))
    if not framed or not all(below(at, column) for column in range(columns) for at in (0, rows)):
        return None
    open_right = {(r, c) for r in range(rows) for c in range(columns - 1) if not beside(r, c + 1)}
    open_below = {(r, c) for r in range(rows - 1) for c in range(columns) if not below(r + 1, c)}
    cells = _cells(rows, columns, open_right, open_below)
    return Grid(tuple(xs), tuple(ys), cells) if cells else None


def _end_at(rules: Sequence[Rule], places: Sequence[float]) -> bool:
    """Whether every line begins and ends at one of the other direction."""
    ends = (end for one in rules for end in (one.start, one.end))
    return all(any(abs(end - place) <= NEAR * 2 for place in places) for end in ends)


def _places(rules: Sequence[Rule]) -> list[float]:
    found: list[float] = []
    for at in sorted(one.at for one in rules):
        if not found or at - found[-1] > NEAR:
            found.append(at)
    return found


def _cells(
    rows: int, columns: int, open_right: set[tuple[int, int]], open_below: set[tuple[int, int]]
) -> dict[tuple[int, int], Cell]:
    """Squares without a line between them are one cell; {} where such a cell is no rectangle."""
    found: dict[tuple[int, int], Cell] = {}
    for square in product(range(rows), range(columns)):
        if square in found:
            continue
        row, column = square
        last, low = column, row
        while (row, last) in open_right:
            last += 1
        while (low, column) in open_below:
            low += 1
        squares = set(product(range(row, low + 1), range(column, last + 1)))
        if squares & found.keys() or not _alone(squares, open_right, open_below):
            return {}
        found |= dict.fromkeys(squares, (row, column, low, last))
    return found


def _alone(
    squares: set[tuple[int, int]], open_right: set[tuple[int, int]], open_below: set[tuple[int, int]]
) -> bool:
    """Whether a rectangle of squares is open within and closed all around."""
    within_right = {one for one in squares if (one[0], one[1] + 1) in squares}
    within_below = {one for one in squares if (one[0] + 1, one[1]) in squares}
    return squares & open_right == within_right and squares & open_below == within_below
