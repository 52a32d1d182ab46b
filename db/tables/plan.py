"""The signed plan with the snapshot of its rules, and the documents that prove its steps."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, UniqueConstraint
from sqlmodel import Field

from db.tables.base import CommuneRow
from db.types import UtcDateTime, same_commune


class Plan(CommuneRow, table=True):
    """A commune's plan (kế hoạch) of one year; `source` is the plan file, `rule_set` the rules as imported.

    The stages are data of the rule set, so their names are checked when the rule set is read, not here.
    """

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        UniqueConstraint("commune_id", "key"),
        CheckConstraint("year BETWEEN 2019 AND 2100", name="year_plausible"),
        CheckConstraint("stage <> ''", name="stage_given"),
        CheckConstraint("version >= 1", name="version_counts"),
    )

    key: str
    number: str
    issued_on: date
    year: int
    title: str
    source: dict[str, Any] = Field(sa_type=JSON)
    rule_set: dict[str, Any] = Field(sa_type=JSON)
    stage: str
    stage_since: datetime = Field(sa_type=UtcDateTime)
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)


class PlanDocument(CommuneRow, table=True):
    """A document that a step rests on (minutes, tờ trình, decision): its reference, never its content."""

    __tablename__ = "plan_document"
    __table_args__ = (
        UniqueConstraint("plan_id", "kind", "number"),
        same_commune("plan_id", "plan"),
        CheckConstraint("number <> ''", name="number_given"),
    )

    plan_id: int
    kind: str
    number: str
    dated_on: date
    holder: str
    recorded_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str


class Announcement(CommuneRow, table=True):
    """Something a step owes to everybody with one of `roles`; notifications turn it into messages."""

    __table_args__ = (
        UniqueConstraint("commune_id", "id"),
        same_commune("plan_id", "plan"),
        CheckConstraint("text <> ''", name="text_given"),
    )

    plan_id: int
    text: str
    roles: list[str] = Field(sa_type=JSON)
    made_at: datetime = Field(sa_type=UtcDateTime)
