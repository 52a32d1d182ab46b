"""What lies on the coordinator's desk: a changed plan that waits for a yes, and reminders held back."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from db.tables.base import CommuneRow
from db.types import UtcDateTime, one_of, same_commune


class PlanProposal(CommuneRow, table=True):
    """A plan file handed in on the web; its difference is shown before anything is changed."""

    __tablename__ = "plan_proposal"
    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        one_of("state", ("waiting", "applied", "dropped")),
        CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decision_dated"),
    )

    file_name: str
    content: str
    state: str = "waiting"
    by_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class ReminderHold(CommuneRow, table=True):
    """Reminders held back on the local dates `[from_on, until_on)`: of everybody, or of one person.

    `pause`: what fell due meanwhile is told by one message afterwards. `skip`: it is not told at all.
    """

    __tablename__ = "reminder_hold"
    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        same_commune("person_id", "person"),
        one_of("mode", ("pause", "skip")),
        CheckConstraint("from_on < until_on", name="window_open"),
        CheckConstraint("mode = 'pause' OR person_id IS NOT NULL", name="skip_is_personal"),
        CheckConstraint("reason <> ''", name="hold_explained"),
    )

    mode: str
    person_id: int | None = None
    from_on: date
    until_on: date
    reason: str
    by_name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    lifted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    lifted_by: str = ""


class Nudge(CommuneRow, table=True):
    """A reminder that the coordinator sends out of turn (đôn đốc) about one task, at most once on a local date."""

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("task_id", "on_date"),
        same_commune("task_id", "task"),
    )

    task_id: int
    on_date: date
    words: str = ""
    by_name: str
    made_at: datetime = Field(sa_type=UtcDateTime)
