"""The score to be expected: what is certain, what is likely, what is open, and never a number from nowhere. Pure.

Only points that the rule set holds as verified count (the Decision's, or confirmed by the commune from its
Appendix); a criterion without them is named as such and adds nothing but its possible share of the verified total.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.figures import Figure
from tasks.ruleset import Bar, Criterion, RuleSet
from tasks.statements import Indicator

Standing = Literal["confirmed", "expected", "open", "unscored"]
Reach = Literal["reached", "possible", "missed", "unknown"]


@dataclass(frozen=True)
class Range:
    """Points, from the lowest to the highest possible."""

    low: int = 0
    high: int = 0

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)


@dataclass(frozen=True)
class Evidenced:
    """What one task says of its criterion: its state, and the figures of its newest report (none: not reported)."""

    state: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class CriterionScore:
    """`standing`: figures accepted, figures handed in, no figures yet, or points unknown.

    `below_band`: the lowest share that is known to give points, where the figures fall short of it.
    """

    no: int
    name: str
    standing: Standing
    points: Range
    max_points: int
    may_fall_to_zero: bool
    below_band: float | None = None


@dataclass(frozen=True)
class Projection:
    """`hidden`: what of the verified total belongs to criteria without verified points; None when nobody knows."""

    criteria: tuple[CriterionScore, ...]
    hidden: int | None

    def of(self, standing: Standing) -> Range:
        """The points of all criteria of one standing."""
        return sum((one.points for one in self.criteria if one.standing == standing), Range())

    @property
    def unscored(self) -> tuple[int, ...]:
        """Numbers of the criteria whose points nobody has confirmed."""
        return tuple(one.no for one in self.criteria if one.standing == "unscored")

    @property
    def total(self) -> Range:
        """From what is certain to all that is still possible, as far as points are known."""
        known = self.of("confirmed") + self.of("expected") + self.of("open")
        return known + Range(0, self.hidden or 0)

    def reach(self, bar: Bar) -> Reach:
        """Whether a bar is certainly reached, still possible, or out of reach; unknown while points are."""
        if self.total.low >= bar.points:
            return "reached"
        if self.hidden is None:
            return "unknown"
        return "possible" if self.total.high >= bar.points else "missed"


def project(rules: RuleSet, reported: Mapping[int, Sequence[Evidenced]]) -> Projection:
    """The projection of a plan. `reported`: criterion number -> what each task that carries it says."""
    criteria = tuple(_score(one, reported.get(one.no, ())) for one in rules.criteria)
    return Projection(criteria, _hidden(rules, criteria))


def _hidden(rules: RuleSet, criteria: Sequence[CriterionScore]) -> int | None:
    if all(one.standing != "unscored" for one in criteria):
        return 0
    if rules.total_points is None or not rules.total_points_verified:
        return None
    return max(0, rules.total_points - sum(one.max_points for one in criteria))


def _score(criterion: Criterion, said: Sequence[Evidenced]) -> CriterionScore:
    standing, figures = _standing(criterion, said), _together(one.figures for one in said)
    risky = criterion.can_fall_to_zero and any((one.value or 0) > 0 for one in figures.values())
    most = criterion.max_points if criterion.verified and criterion.max_points else 0
    points = Range(0, most) if standing in {"open", "unscored"} else _points(criterion, figures, most)
    if risky:
        points = Range(0, points.high)
    return CriterionScore(
        criterion.no, criterion.name, standing, points, most, risky, _missed(criterion, figures)
    )


def _standing(criterion: Criterion, said: Sequence[Evidenced]) -> Standing:
    if not criterion.verified or criterion.max_points is None:
        return "unscored"
    states = {one.state for one in said}
    if states and states <= {"accepted"}:
        return "confirmed"
    return "expected" if states and states <= {"accepted", "submitted"} else "open"


def _points(criterion: Criterion, figures: Mapping[str, Figure], most: int) -> Range:
    total, known = Range(), 0
    for indicator in criterion.indicators:
        if indicator.verified and indicator.max_points is not None:
            known += indicator.max_points
            total += _worth(indicator, figures.get(indicator.key))
    return total + Range(0, max(0, most - known))


def _missed(criterion: Criterion, figures: Mapping[str, Figure]) -> float | None:
    """The lowest band of the first verified indicator whose share is under all of its bands."""
    for one in criterion.indicators:
        percent = _percent(figures.get(one.key))
        if one.verified and one.bands and percent is not None and percent < one.bands[-1].at_least:
            return one.bands[-1].at_least
    return None


def _percent(figure: Figure | None) -> float | None:
    if figure is None or not figure.denominator or figure.numerator is None:
        return None
    return 100 * figure.numerator / figure.denominator


def _worth(indicator: Indicator, figure: Figure | None) -> Range:
    """The band's points for a share; everything is possible where the rule set does not say."""
    most, percent = indicator.max_points or 0, _percent(figure)
    if percent is None or not indicator.bands:
        return Range(0, most)
    for band in indicator.bands:
        if percent >= band.at_least:
            return Range(band.points, band.points)
    return Range(0, indicator.bands[-1].points)


def _together(reports: Iterable[Sequence[Figure]]) -> dict[str, Figure]:
    """Figures of several units as one: shares by their parts, amounts added up."""
    together: dict[str, Figure] = {}
    for figures in reports:
        for one in figures:
            before = together.get(one.indicator)
            together[one.indicator] = one if before is None else _added(before, one)
    return together


def _added(one: Figure, other: Figure) -> Figure:
    if one.denominator is not None and other.denominator is not None:
        return Figure(
            one.indicator, (one.numerator or 0) + (other.numerator or 0), one.denominator + other.denominator
        )
    return Figure(one.indicator, value=(one.value or 0) + (other.value or 0))
