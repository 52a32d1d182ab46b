"""A plan at a glance in a few lines of a message: what leadership reads every week. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from notifications.glance import Glance
from tasks.projection import Projection


def title(glance: Glance) -> str:
    """The one line that also serves as the message's subject."""
    late = len(glance.seen.board.late)
    told = f"Kế hoạch số {glance.seen.plan.number}: đã duyệt {glance.done}/{glance.total} việc"
    return f"{told}, trễ {late} việc" if late else told


def note(glance: Glance) -> str:
    """The rest, line by line."""
    return "\n".join(_lines(glance))


def score(projection: Projection) -> str:
    """The score's range, and how far points are known at all."""
    total, all_of_them = projection.total, len(projection.criteria)
    known = all_of_them - len(projection.unscored)
    if not known and projection.hidden is None:
        return "chưa tính được, chưa tiêu chí nào được xác nhận điểm"
    span = f"{total.low}" if total.low == total.high else f"{total.low} đến {total.high}"
    return f"{span} điểm" + (f" (đã biết điểm {known}/{all_of_them} tiêu chí)" if projection.unscored else "")


def _lines(glance: Glance) -> Iterator[str]:
    yield f"Giai đoạn: {glance.seen.stage_name}"
    if glance.seen.time_left:
        yield f"Thời gian: {glance.seen.time_left}"
    if glance.waiting:
        yield f"Chờ duyệt: {glance.waiting} việc"
    yield f"Điểm dự kiến: {score(glance.projection)}"
    if glance.risks:
        yield "Đáng lo nhất:"
        yield from (f"{number}. {risk.text}" for number, risk in enumerate(glance.risks, start=1))
