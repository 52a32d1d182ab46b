"""The scores as sheets: every criterion and every figure with its arithmetic; unconfirmed points are never numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from documents.writing.facts import PlanFacts
from tasks.report_form import how_told
from tasks.scoring import UNCONFIRMED, CriterionSheet, IndicatorScore
from tasks.sheets import PERCENT, Column, Sheet, Value, spreadsheet
from tasks.worth import Range, percent

CRITERIA = (
    Column("Tiêu chí", 10), Column("Tên tiêu chí", 45), Column("Đơn vị theo dõi", 40), Column("Báo cáo", 20),
    Column("Điểm tối đa", 14), Column("Điểm thấp nhất", 14), Column("Điểm cao nhất", 14), Column("Cách tính", 80),
)  # fmt: skip
FIGURES = (
    Column("Tiêu chí", 10), Column("Chỉ tiêu", 55), Column("Cách ghi", 26), Column("Tử số", 10), Column("Mẫu số", 10),
    Column("Tỷ lệ", 12, PERCENT), Column("Giá trị", 12), Column("Điểm tối đa", 14), Column("Điểm thấp nhất", 14),
    Column("Điểm cao nhất", 14), Column("Cách tính", 60),
)  # fmt: skip


def scores_file(facts: PlanFacts) -> bytes:
    """The .xlsx of a plan's scores: the criteria with their total, and the figures behind them."""
    criteria = replace(criteria_sheet(facts), closing=[_total(facts)])
    return spreadsheet(criteria, Sheet("Chỉ tiêu", FIGURES, list(_figures(facts))))


def criteria_sheet(facts: PlanFacts) -> Sheet:
    """A row for each criterion."""
    return Sheet("Điểm", CRITERIA, [_criterion(facts, one) for one in facts.scores.criteria])


def _criterion(facts: PlanFacts, one: CriterionSheet) -> Sequence[Value]:
    no = one.criterion.no
    return (
        no, one.criterion.name, ", ".join(facts.owners(no)), facts.state_of(no), one.score.max_points or UNCONFIRMED,
        *_points(one.points), "\n".join(one.lines),
    )  # fmt: skip


def _total(facts: PlanFacts) -> Sequence[Value]:
    scores = facts.scores
    known = [one.score.max_points for one in scores.criteria if one.points]
    points = _points(scores.known if known else None)
    return "", "Tổng cộng", "", "", sum(known) if known else UNCONFIRMED, *points, scores.known_words


def _figures(facts: PlanFacts) -> Iterator[Sequence[Value]]:
    for criterion in facts.scores.criteria:
        for one in criterion.indicators:
            points = one.max_points if one.max_points is not None else UNCONFIRMED
            yield (
                criterion.criterion.no, one.name, how_told(one.indicator), *_amount(one), points,
                *_points(one.points), one.line,
            )  # fmt: skip


def _amount(one: IndicatorScore) -> Sequence[Value]:
    """Numerator, denominator, share, value."""
    figure, share = one.figure, percent(one.figure)
    if figure is None or (share is None and one.indicator.kind == "yes_no"):
        return None, None, None, one.amount or None
    return figure.numerator, figure.denominator, None if share is None else share / 100, figure.value


def _points(points: Range | None) -> tuple[Value, Value]:
    return (points.low, points.high) if points else (UNCONFIRMED, UNCONFIRMED)
