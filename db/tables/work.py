"""Assignments, reports with their figures, reviews and requests for more time."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from db.tables.base import CommuneRow
from db.types import UtcDateTime, one_of, same_commune

TASK_KINDS = ("criterion", "report", "duty", "stage")
TASK_STATES = ("assigned", "acknowledged", "in_progress", "submitted", "returned", "accepted", "cancelled")


class Task(CommuneRow, table=True):
    """One assignment (nhiệm vụ) of one unit.

    `last_valid_on` is the last local date that is in time (null: the plan sets none);
    `due_set_on` is the local date on which that deadline was given, or the work last given back, so that no rung
    before it is caught up;
    `due_no` counts the deadlines given, 1 being the first; `previous_on` is the one before.
    """

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("plan_id", "key"),
        same_commune("plan_id", "plan"),
        same_commune("unit_id", "unit"),
        one_of("kind", TASK_KINDS),
        one_of("state", TASK_STATES),
        one_of("part", ("lead", "coop")),
        CheckConstraint("(kind = 'criterion') = (criterion_no IS NOT NULL)", name="criterion_numbered"),
        CheckConstraint("version >= 1 AND due_no >= 1", name="version_counts"),
    )

    plan_id: int
    unit_id: int = Field(index=True)
    key: str
    kind: str
    criterion_no: int | None = None
    part: str = "lead"
    title: str
    wording: str
    source: str
    last_valid_on: date | None = None
    due_wording: str = ""
    due_set_on: date
    due_no: int = 1
    previous_on: date | None = None
    state: str = "assigned"
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Report(CommuneRow, table=True):
    """What a unit handed in (báo cáo): the n-th version for its task."""

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("task_id", "number"),
        same_commune("task_id", "task"),
        CheckConstraint("number >= 1", name="number_counts"),
    )

    task_id: int
    number: int
    note: str
    by_name: str
    submitted_at: datetime = Field(sa_type=UtcDateTime)


class IndicatorValue(CommuneRow, table=True):
    """One figure of a report: a share (numerator of denominator), a plain value, or both."""

    __tablename__ = "indicator_value"
    __table_args__ = (
        UniqueConstraint("report_id", "indicator"),
        same_commune("report_id", "report"),
        CheckConstraint("numerator IS NULL OR numerator >= 0", name="numerator_counts"),
        CheckConstraint("denominator IS NULL OR denominator > 0", name="denominator_counts"),
        CheckConstraint("(numerator IS NULL) = (denominator IS NULL)", name="share_whole"),
        CheckConstraint("numerator IS NULL OR numerator <= denominator", name="share_at_most_one"),
        CheckConstraint("numerator IS NOT NULL OR value IS NOT NULL", name="something_given"),
    )

    report_id: int
    indicator: str
    numerator: int | None = None
    denominator: int | None = None
    value: float | None = None
    note: str = ""


class Review(CommuneRow, table=True):
    """The coordinator's decision on a report: accepted, or returned with a reason; an accepted one may come back."""

    __table_args__ = (
        UniqueConstraint("report_id", "decision"),
        same_commune("report_id", "report"),
        one_of("decision", ("accepted", "returned")),
        CheckConstraint("decision = 'accepted' OR reason <> ''", name="return_explained"),
    )

    report_id: int
    decision: str
    reason: str
    by_name: str
    decided_at: datetime = Field(sa_type=UtcDateTime)


class ExtensionRequest(CommuneRow, table=True):
    """A unit's request for a later last valid date (xin gia hạn), with its own yes or no."""

    __tablename__ = "extension_request"
    __table_args__ = (
        same_commune("task_id", "task"),
        one_of("state", ("pending", "granted", "refused")),
        CheckConstraint("reason <> ''", name="request_explained"),
        CheckConstraint("(state = 'pending') = (decided_at IS NULL)", name="decision_dated"),
        CheckConstraint("state <> 'refused' OR decision_reason <> ''", name="refusal_explained"),
    )

    task_id: int = Field(index=True)
    wanted_on: date
    previous_on: date
    reason: str
    by_name: str
    requested_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "pending"
    decision_reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReportDraft(CommuneRow, table=True):
    """What a unit has typed and not yet handed in: a JSON object as text. `version` finds a lost update."""

    __tablename__ = "report_draft"
    __table_args__ = (
        same_commune("task_id", "task"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    task_id: int = Field(unique=True)
    version: int = 1
    content: str
    by_name: str
    updated_at: datetime = Field(sa_type=UtcDateTime)


class Evidence(CommuneRow, table=True):
    """What proves a report (minh chứng): a document by number, date, holder and place, or a file.

    `report_id` is null until the report is handed in. A file lies in the evidence folder under its SHA-256.
    """

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        same_commune("task_id", "task"),
        same_commune("report_id", "report"),
        one_of("kind", ("reference", "file")),
        CheckConstraint(
            "kind <> 'file' OR (sha256 <> '' AND file_name <> '' AND size > 0)", name="file_whole"
        ),
        CheckConstraint("kind <> 'reference' OR title <> ''", name="reference_named"),
    )

    task_id: int = Field(index=True)
    report_id: int | None = Field(default=None, index=True)
    kind: str
    title: str = ""
    number: str = ""
    dated_on: date | None = None
    holder: str = ""
    place: str = ""
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    sha256: str = ""
    by_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
