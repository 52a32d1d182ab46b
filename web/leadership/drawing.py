"""The weekly trend as the numbers of an SVG drawing. Pure; sizes in the drawing's own units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.trend import Week

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 220, 40, 12, 28
MOST_LABELS = 6


@dataclass(frozen=True)
class Label:
    """A word under or beside the drawing."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Drawing:
    """Two lines as SVG points, the heights of the grid with their words, and the weeks' labels."""

    handed_in: str
    accepted: str
    grid: tuple[Label, ...]
    weeks: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT


def draw(weeks: Sequence[Week], total: int) -> Drawing:
    """`total`: all tasks, the top of the drawing."""
    most, last = max(total, 1), max(len(weeks) - 1, 1)
    right, foot = WIDTH - 10, HEIGHT - BOTTOM

    def x(place: int) -> float:
        return round(LEFT + (right - LEFT) * place / last, 1)

    def y(count: int) -> float:
        return round(foot - (foot - TOP) * count / most, 1)

    every = max(1, -(-len(weeks) // MOST_LABELS))
    return Drawing(
        handed_in=" ".join(f"{x(no)},{y(week.handed_in)}" for no, week in enumerate(weeks)),
        accepted=" ".join(f"{x(no)},{y(week.accepted)}" for no, week in enumerate(weeks)),
        grid=tuple(Label(LEFT - 6, y(count), str(count)) for count in sorted({0, most // 2, most})),
        weeks=tuple(
            Label(x(no), HEIGHT - 8, f"{week.monday:%d/%m}")
            for no, week in enumerate(weeks)
            if no % every == 0
        ),
    )
