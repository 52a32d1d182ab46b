"""What leadership should worry about first, in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tasks.listing import TaskLine
from tasks.projection import Projection
from tasks.ruleset import RuleSet

SOON = 3
STAGES = "/giai-doan"


@dataclass(frozen=True)
class Risk:
    """One sentence, and the page where more is to be seen ("" for none)."""

    text: str
    place: str = ""


@dataclass(frozen=True)
class Troubles:
    """What else goes wrong: names of units that no message reaches, and messages that did not arrive.

    `barred`, `unready`: sentences on what holds the next step for certain, and on what may be waived.
    """

    unreachable: Sequence[str] = ()
    undelivered: int = 0
    barred: Sequence[str] = ()
    unready: Sequence[str] = ()


def worst(
    lines: Sequence[TaskLine], rules: RuleSet, projection: Projection, troubles: Troubles, most: int = 3
) -> list[Risk]:
    """The worst risks, the worst first.

    Late criteria, a score in danger, what bars the next step, late reports, silence, what is due soon, what is missing.
    """
    return list(islice(_all(lines, rules, projection, troubles), most))


def _all(
    lines: Sequence[TaskLine], rules: RuleSet, projection: Projection, troubles: Troubles
) -> Iterator[Risk]:
    live = [line for line in lines if line.state != "cancelled"]
    late = sorted((line for line in live if line.late), key=lambda line: line.days_left or 0)
    for line in late:
        if line.criterion_no:
            yield Risk(
                f"Tiêu chí {line.criterion_no}: {line.unit_name} {_lateness(line)}.", f"/viec/{line.id}"
            )
    yield from _score(rules, projection)
    yield from (Risk(sentence, STAGES) for sentence in troubles.barred)
    others = [line for line in late if not line.criterion_no]
    if others:
        units = len({line.unit_id for line in others})
        yield Risk(
            f"{units} đơn vị còn nợ báo cáo, lâu nhất là {others[0].unit_name}: {_lateness(others[0])}.",
            "/bang?trang_thai=tre-han",
        )
    yield from _silence(troubles)
    soon = [line for line in live if line.days_left is not None and 0 <= line.days_left <= SOON]
    if soon:
        yield Risk(f"{len(soon)} việc đến hạn trong {SOON} ngày làm việc tới mà chưa nộp.", "/bang")
    yield from (Risk(sentence, STAGES) for sentence in troubles.unready)
    if projection.unscored:
        yield Risk(
            f"{len(projection.unscored)} tiêu chí chưa được xác nhận điểm theo Phụ lục, nên chưa dự tính được.",
            "/quy-tac",
        )


def _silence(troubles: Troubles) -> Iterator[Risk]:
    if troubles.unreachable:
        named = ", ".join(troubles.unreachable[:2])
        more = len(troubles.unreachable) - 2
        yield Risk(
            f"Không thư nào đến được {named}{f' và {more} đơn vị nữa' if more > 0 else ''}.", "/danh-ba"
        )
    if troubles.undelivered:
        yield Risk(f"{troubles.undelivered} thư không gửi được hoặc chưa rõ đã đến.", "/thu")


def _score(rules: RuleSet, projection: Projection) -> Iterator[Risk]:
    for one in projection.criteria:
        if one.may_fall_to_zero:
            yield Risk(f"Tiêu chí {one.no}: số liệu có thể đưa điểm về 0.", f"/bang?tieu_chi={one.no}")
        elif one.below_band is not None:
            least = f"{one.below_band:g}".replace(".", ",")
            yield Risk(f"Tiêu chí {one.no}: số liệu dưới mức {least} %.", f"/bang?tieu_chi={one.no}")
    if rules.bars and all(projection.reach(bar) == "missed" for bar in rules.bars):
        lowest = min(bar.points for bar in rules.bars)
        yield Risk(f"Tổng điểm cao nhất còn có thể là {projection.total.high}, dưới mức {lowest} điểm.")


def _lateness(line: TaskLine) -> str:
    """On the weekend after a deadline nobody is late by a working day yet."""
    return f"trễ {-line.days_left} ngày làm việc" if line.days_left else "vừa quá hạn"
