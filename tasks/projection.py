"""The score to be expected: what is certain, what is likely, what is open, and never a number from nowhere. Pure.

Only points that the rule set holds as verified count (the Decision's, or confirmed by the commune from its
Appendix); a criterion without them is named as such and adds nothing but its possible share of the verified total.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from tasks.figures import Figure
from tasks.ruleset import Bar, Criterion, RuleSet
from tasks.worth import Range, percent, together, worth

Standing = Literal["confirmed", "expected", "open", "unscored", "assumed"]
Reach = Literal["reached", "possible", "missed", "unknown"]
_COUNTED: tuple[Standing, ...] = ("confirmed", "expected", "open", "assumed")


@dataclass(frozen=True)
class Evidenced:
    """What one task says of its criterion: its state, and the figures of its newest report (none: not reported)."""

    state: str
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class CriterionScore:
    """`standing`: figures accepted, figures handed in, no figures yet, points unknown, or supposed by somebody.

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
        known = sum((self.of(one) for one in _COUNTED), Range())
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
    standing, figures = _standing(criterion, said), together(criterion, (one.figures for one in said))
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
            total += worth(indicator, figures.get(indicator.key))
    return total + Range(0, max(0, most - known))


def _missed(criterion: Criterion, figures: Mapping[str, Figure]) -> float | None:
    """The lowest band of the first verified indicator whose share is under all of its bands."""
    for one in criterion.indicators:
        share = percent(figures.get(one.key))
        if one.verified and one.bands and share is not None and share < one.bands[-1].at_least:
            return one.bands[-1].at_least
    return None
