"""What happened to one task, in order: reports with figures, decisions, requests for more time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True)
class Past:
    """The rows of what happened to one task; reports by number."""

    reports: Sequence[Report]
    figures: Sequence[IndicatorValue]
    reviews: Sequence[Review]
    requests: Sequence[ExtensionRequest]

    @property
    def waiting(self) -> ExtensionRequest | None:
        """The request for more time that nobody has answered."""
        return next((one for one in self.requests if one.state == "pending"), None)

    @property
    def last_report(self) -> Report | None:
        """The newest report."""
        return self.reports[-1] if self.reports else None

    def figures_of(self, report: Report) -> list[IndicatorValue]:
        """The figures of one report."""
        return [one for one in self.figures if one.report_id == report.id]

    def events(self, names: Mapping[str, str] | None = None) -> list[Event]:
        """All events, oldest first. `names`: indicator -> what people call it, where that is known."""
        events = [_reported(one, self.figures_of(one), names or {}) for one in self.reports]
        events += [_decided(one) for one in self.reviews]
        events += [event for one in self.requests for event in _extension(one)]
        return sorted(events, key=lambda event: event.at)


def past_of(session: Session, task_id: int) -> Past:
    """What happened to a task; four queries."""
    mine = col(Report.task_id) == task_id
    reports = session.execute(select(Report).where(mine).order_by(col(Report.number))).scalars().all()
    numbers = [one.id for one in reports]
    figures = select(IndicatorValue).where(col(IndicatorValue.report_id).in_(numbers))
    reviews = select(Review).where(col(Review.report_id).in_(numbers))
    requests = select(ExtensionRequest).where(col(ExtensionRequest.task_id) == task_id)
    return Past(
        reports,
        session.execute(figures.order_by(col(IndicatorValue.id))).scalars().all(),
        session.execute(reviews).scalars().all(),
        session.execute(requests.order_by(col(ExtensionRequest.id))).scalars().all(),
    )


def history(session: Session, task_id: int) -> list[Event]:
    """All events of a task, oldest first."""
    return past_of(session, task_id).events()


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
