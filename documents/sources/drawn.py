"""What a page of a PDF draws: its straight lines, and its texts with the places they are shown at.

It listens while the library reads a page, so the texts are the library's own, whole and in its order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from documents.sources.ruled import Rule

Matrix = Sequence[float]
Point = tuple[float, float]
THIN = 3.0
"""Points; a filled rectangle that is thinner is a line."""
SHORTEST = 3.0
WIDE = 1_000
"""A gap inside one shown text, in thousandths of its size, that may reach into the next column."""
_SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
_STROKES = frozenset({b"S", b"s", b"B", b"B*", b"b", b"b*"})
_FILLS = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"})
_ENDS = _STROKES | _FILLS | {b"n"}


@dataclass(frozen=True)
class Piece:
    """A text that came at once, "" for none. `places`: where it was shown; `size`: of its letters, in points."""

    text: str
    places: tuple[Point, ...]
    size: float


@dataclass
class Drawn:
    """A page as it was drawn. `crooked`: some text runs upwards or spans columns, so no place is sure."""

    level: list[Rule] = field(default_factory=list)
    upright: list[Rule] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    crooked: bool = False
    _shown: list[Point] = field(default_factory=list)
    _lines: list[tuple[Point, Point]] = field(default_factory=list)
    _boxes: list[tuple[Point, Point]] = field(default_factory=list)
    _at: Point = (0.0, 0.0)

    def operator(self, name: bytes, given: Sequence[Any], cm: Matrix, tm: Matrix) -> None:
        """What the library is about to do. What makes no sense to us makes the page crooked, and never stops the library."""
        try:
            self._take(name, given, cm, tm)
        except (IndexError, TypeError, ValueError, OverflowError):
            self.crooked = True

    def _take(self, name: bytes, given: Sequence[Any], cm: Matrix, tm: Matrix) -> None:
        if name in _SHOWS:
            self._shown.append(_moved((tm[4], tm[5]), cm))
            self.crooked = self.crooked or _turned(tm) or _turned(cm) or _is_wide(name, given)
        elif name in {b"m", b"l"}:
            here = _moved((float(given[0]), float(given[1])), cm)
            if name == b"l":
                self._lines.append((self._at, here))
            self._at = here
        elif name == b"re":
            x, y, width, height = (float(one) for one in given)
            self._boxes.append((_moved((x, y), cm), _moved((x + width, y + height), cm)))
        elif name in _ENDS:
            self._painted(name)

    def text(self, text: str, cm: Matrix, tm: Matrix, _font: Any, size: float) -> None:
        """A text that the library read."""
        if text:
            scale = abs(tm[3] * cm[3]) or 1.0
            self.pieces.append(Piece(text, tuple(self._shown), float(size) * scale))
            self._shown.clear()

    def _painted(self, name: bytes) -> None:
        if name in _STROKES:
            for one in self._lines:
                self._rule(*one)
            for (left, low), (right, high) in self._boxes:
                corners = ((left, low), (right, low), (right, high), (left, high), (left, low))
                for at in range(4):
                    self._rule(corners[at], corners[at + 1])
        if name in _FILLS:
            for one in self._boxes:
                self._thin(*one)
        self._lines.clear()
        self._boxes.clear()

    def _thin(self, one: Point, other: Point) -> None:
        width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
        middle = ((one[0] + other[0]) / 2, (one[1] + other[1]) / 2)
        if height <= THIN < width:
            self._rule((one[0], middle[1]), (other[0], middle[1]))
        elif width <= THIN < height:
            self._rule((middle[0], one[1]), (middle[0], other[1]))

    def _rule(self, one: Point, other: Point) -> None:
        width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
        if height <= 0.5 and width >= SHORTEST:
            self.level.append(Rule(one[1], min(one[0], other[0]), max(one[0], other[0])))
        elif width <= 0.5 and height >= SHORTEST:
            self.upright.append(Rule(one[0], min(one[1], other[1]), max(one[1], other[1])))


def _moved(at: Point, by: Matrix) -> Point:
    return at[0] * by[0] + at[1] * by[2] + by[4], at[0] * by[1] + at[1] * by[3] + by[5]


def _turned(matrix: Matrix) -> bool:
    return abs(matrix[1]) > 0.01 or abs(matrix[2]) > 0.01


def _is_wide(name: bytes, given: Sequence[Any]) -> bool:
    parts = given[0] if name == b"TJ" and given else ()
    return any(isinstance(one, int | float) and abs(one) > WIDE for one in parts)
