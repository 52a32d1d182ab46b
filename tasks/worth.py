"""What one figure is worth by the rule set, and how the figures of several units become one. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.figures import Figure
from tasks.ruleset import Criterion
from tasks.statements import Indicator


@dataclass(frozen=True)
class Range:
    """Points, from the lowest to the highest possible."""

    low: int = 0
    high: int = 0

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    @property
    def exact(self) -> bool:
        """Whether only one number of points is possible."""
        return self.low == self.high

    @property
    def words(self) -> str:
        """ "50" or "50 đến 125"."""
        return f"{self.low}" if self.exact else f"{self.low} đến {self.high}"


def percent(figure: Figure | None) -> float | None:
    """A share in percent; None for anything else."""
    if figure is None or not figure.denominator or figure.numerator is None:
        return None
    return 100 * figure.numerator / figure.denominator


def worth(indicator: Indicator, figure: Figure | None) -> Range:
    """The band's points for a share, all or none for yes and no; everything is possible where the rules do not say."""
    most, share = indicator.max_points or 0, percent(figure)
    if indicator.kind == "yes_no" and figure is not None and figure.value in {0, 1}:
        return Range(most, most) if figure.value else Range()
    if share is None or not indicator.bands:
        return Range(0, most)
    for band in indicator.bands:
        if share >= band.at_least:
            return Range(band.points, band.points)
    return Range(0, indicator.bands[-1].points)


def together(criterion: Criterion, reports: Iterable[Sequence[Figure]]) -> dict[str, Figure]:
    """Figures of several units as one: shares by their parts, amounts added up.

    Units that answer one question differently leave it without a value.
    """
    joined: dict[str, Figure] = {}
    for figures in reports:
        for one in figures:
            before, asked = joined.get(one.indicator), criterion.indicator(one.indicator)
            yes_no = asked is not None and asked.kind == "yes_no"
            joined[one.indicator] = one if before is None else _joined(before, one, yes_no=yes_no)
    return joined


def _joined(one: Figure, other: Figure, *, yes_no: bool) -> Figure:
    if yes_no:
        return Figure(one.indicator, value=one.value if one.value == other.value else None)
    if one.denominator is not None and other.denominator is not None:
        return Figure(
            one.indicator, (one.numerator or 0) + (other.numerator or 0), one.denominator + other.denominator
        )
    return Figure(one.indicator, value=(one.value or 0) + (other.value or 0))
