"""The self-assessment of every criterion with its arithmetic shown: what each figure brings, by which rule. Pure.

Points come from `tasks.projection` alone; this adds the words. Where the rule set has no verified points, it says
«chưa xác nhận» and never a number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tasks.figures import Figure
from tasks.projection import CriterionScore, Evidenced, Projection, project
from tasks.ruleset import Criterion, RuleSet
from tasks.statements import Indicator
from tasks.worth import Range, percent, together, worth

UNCONFIRMED = "chưa xác nhận"
_MOST_DECIMALS = 6


@dataclass(frozen=True)
class IndicatorScore:
    """One indicator: its figure, as `amount` in words ("125/130"; "" for none), its points (None: unconfirmed), the arithmetic in words."""

    indicator: Indicator
    figure: Figure | None
    amount: str
    max_points: int | None
    points: Range | None
    line: str

    @property
    def name(self) -> str:
        """What is counted."""
        return self.indicator.name

    @property
    def points_words(self) -> str:
        """The points as they are printed."""
        return printed(self.points)


@dataclass(frozen=True)
class CriterionSheet:
    """One criterion with its indicators. `points`, `max_points`: None while nobody has confirmed them."""

    criterion: Criterion
    score: CriterionScore
    indicators: tuple[IndicatorScore, ...]

    @property
    def points(self) -> Range | None:
        """The points that are certain to those still possible."""
        return None if self.score.standing == "unscored" else self.score.points

    @property
    def points_words(self) -> str:
        """The points as they are printed."""
        return printed(self.points)

    @property
    def max_words(self) -> str:
        """The most points as they are printed."""
        return f"{self.score.max_points}" if self.score.max_points else UNCONFIRMED

    @property
    def lines(self) -> list[str]:
        """The arithmetic of all indicators."""
        return [f"{one.name}: {one.line}" for one in self.indicators]


@dataclass(frozen=True)
class ScoreSheet:
    """All criteria, and what they come to."""

    criteria: tuple[CriterionSheet, ...]
    projection: Projection

    @property
    def unconfirmed(self) -> tuple[int, ...]:
        """Numbers of the criteria without confirmed points."""
        return self.projection.unscored

    @property
    def known(self) -> Range:
        """The sum over the criteria whose points are confirmed."""
        return sum((one.points for one in self.criteria if one.points), Range())

    @property
    def known_words(self) -> str:
        """The sum with what it leaves out: "215 đến 275 điểm (mới tính 3/13 tiêu chí …)"."""
        if not (missing := len(self.unconfirmed)):
            return f"{self.known.words} điểm"
        whole = len(self.criteria)
        if missing == whole:
            return f"{UNCONFIRMED}: chưa tiêu chí nào được xác nhận điểm"
        return f"{self.known.words} điểm (mới tính {whole - missing}/{whole} tiêu chí đã xác nhận điểm)"


def score(rules: RuleSet, reported: Mapping[int, Sequence[Evidenced]]) -> ScoreSheet:
    """The sheet of a plan. `reported`: criterion number -> what each task that carries it says."""
    projection = project(rules, reported)
    sheets = (
        _sheet(criterion, found, reported.get(criterion.no, ()))
        for criterion, found in zip(rules.criteria, projection.criteria, strict=True)
    )
    return ScoreSheet(tuple(sheets), projection)


def printed(points: Range | None) -> str:
    """Points as they are printed: "50", "50 đến 125 (chưa xác nhận)", "chưa xác nhận"."""
    if points is None:
        return UNCONFIRMED
    return points.words if points.exact else f"{points.words} ({UNCONFIRMED})"


def amount_of(indicator: Indicator, figure: Figure | None) -> str:
    """A figure as it is printed: "125/130", "3", "có"; "" for none."""
    if figure is None:
        return ""
    if figure.denominator is not None:
        return f"{figure.numerator}/{figure.denominator}"
    if indicator.kind == "yes_no":
        return {1.0: "có", 0.0: "không"}.get(
            figure.value if figure.value is not None else -1, "báo cáo khác nhau"
        )
    return decimal(figure.value or 0)


def decimal(value: float) -> str:
    """A number with a decimal comma, without an empty end: 96.5 -> "96,5"."""
    return f"{value:.{_MOST_DECIMALS}f}".rstrip("0").rstrip(".").replace(".", ",")


def share_words(share: float, mark: float) -> str:
    """A share with as few decimals, one at least, as keep it on its side of `mark`: "96,2 %", never a false "95,0 %"."""
    for places in range(1, _MOST_DECIMALS + 1):
        rounded = round(share, places)
        if (rounded >= mark) == (share >= mark):
            return f"{rounded:.{places}f} %".replace(".", ",")
    return f"gần {decimal(mark)} %"


def _sheet(criterion: Criterion, found: CriterionScore, said: Sequence[Evidenced]) -> CriterionSheet:
    complete = bool(said) and all(one.state in {"accepted", "submitted"} for one in said)
    figures = together(criterion, (one.figures for one in said))
    lines = (_indicator(one, figures.get(one.key), complete=complete) for one in criterion.indicators)
    return CriterionSheet(criterion, found, tuple(lines))


def _indicator(indicator: Indicator, figure: Figure | None, *, complete: bool) -> IndicatorScore:
    confirmed = indicator.verified and indicator.max_points is not None
    points = (
        (worth(indicator, figure) if complete else Range(0, indicator.max_points or 0)) if confirmed else None
    )
    most = indicator.max_points if confirmed else None
    line = _line(indicator, figure, points) if complete else "chưa đủ báo cáo"
    return IndicatorScore(indicator, figure, amount_of(indicator, figure), most, points, line)


def _line(indicator: Indicator, figure: Figure | None, points: Range | None) -> str:
    if figure is None:
        return (
            "không có số liệu, xem ghi chú; Hội đồng quyết định"
            if indicator.may_be_empty
            else "không có số liệu"
        )
    said = _said(indicator, figure)
    if points is None:
        return f"{said} → điểm {UNCONFIRMED}"
    if points.exact:
        return f"{said} → {points.words} điểm"
    return f"{said} → từ {points.words} điểm, {UNCONFIRMED}"


def _said(indicator: Indicator, figure: Figure) -> str:
    share = percent(figure)
    if share is None:
        unit = f" {indicator.unit}" if indicator.unit else ""
        return f"{amount_of(indicator, figure)}{unit}"
    shown = f"{amount_of(indicator, figure)} = "
    if not (indicator.bands and indicator.verified):
        return shown + f"{share:.1f} %".replace(".", ",")
    reached = next((band for band in indicator.bands if share >= band.at_least), None)
    mark = (reached or indicator.bands[-1]).at_least
    return f"{shown}{share_words(share, mark)} {'≥' if reached else '<'} {decimal(mark)} %"
