"""What happened to one task, in order: reports with figures, decisions, requests for more time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import ExtensionRequest, IndicatorValue, Report, Review
from tasks.deadline import short_date


@dataclass(frozen=True)
class Event:
    """One thing that happened, in a Vietnamese sentence; `at` in UTC."""

    at: datetime
    by: str
    text: str


def history(session: Session, task_id: int, names: Mapping[str, str] | None = None) -> list[Event]:
    """All events of a task, oldest first. `names`: indicator -> what people call it, where that is known."""
    reports = session.execute(select(Report).where(col(Report.task_id) == task_id)).scalars().all()
    figures = (
        session.execute(
            select(IndicatorValue).where(col(IndicatorValue.report_id).in_([one.id for one in reports]))
        )
        .scalars()
        .all()
    )
    known = names or {}
    events = [
        _reported(one, [figure for figure in figures if figure.report_id == one.id], known) for one in reports
    ]
    reviews = session.execute(
        select(Review).where(col(Review.report_id).in_([one.id for one in reports]))
    ).scalars()
    events += [_decided(one) for one in reviews]
    for request in session.execute(
        select(ExtensionRequest).where(col(ExtensionRequest.task_id) == task_id)
    ).scalars():
        events += _extension(request)
    return sorted(events, key=lambda event: event.at)


def figure_text(figure: IndicatorValue, names: Mapping[str, str]) -> str:
    """A figure as people write it: "khai-sinh=45/50", or "Trẻ em được đăng ký khai sinh: 45/50" where it has a name."""
    amount = f"{figure.value:g}" if figure.numerator is None else f"{figure.numerator}/{figure.denominator}"
    name = names.get(figure.indicator)
    return f"{name}: {amount}" if name else f"{figure.indicator}={amount}"


def _reported(report: Report, figures: list[IndicatorValue], names: Mapping[str, str]) -> Event:
    parts = [figure_text(figure, names) for figure in figures] + ([report.note] if report.note else [])
    return Event(report.submitted_at, report.by_name, f"nộp báo cáo lần {report.number}: {'; '.join(parts)}")


def _decided(review: Review) -> Event:
    deed = "duyệt báo cáo" if review.decision == "accepted" else "trả lại báo cáo"
    return Event(review.decided_at, review.by_name, f"{deed}{f': {review.reason}' if review.reason else ''}")


def _extension(request: ExtensionRequest) -> list[Event]:
    wanted = short_date(request.wanted_on)
    events = [Event(request.requested_at, request.by_name, f"xin gia hạn đến {wanted}: {request.reason}")]
    if request.decided_at is not None:
        answer = "đồng ý" if request.state == "granted" else "không đồng ý"
        reason = f": {request.decision_reason}" if request.decision_reason else ""
        events.append(Event(request.decided_at, request.decided_by, f"{answer} gia hạn đến {wanted}{reason}"))
    return events
