"""The requests for more time (xin gia hạn) that wait for an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import ExtensionRequest, Task, Unit


@dataclass(frozen=True)
class Asked:
    """One request: local dates, and when it was made (UTC)."""

    number: int
    task_id: int
    title: str
    unit: str
    by_name: str
    requested_at: datetime
    present: date
    wanted: date
    reason: str


def asked(session: Session, commune_id: int) -> list[Asked]:
    """All requests of a commune that wait, the oldest first; one query."""
    query: Any = (
        select(
            col(ExtensionRequest.id), col(Task.id), col(Task.title), col(Unit.name), col(ExtensionRequest.by_name),
            col(ExtensionRequest.requested_at), col(ExtensionRequest.previous_on), col(ExtensionRequest.wanted_on),
            col(ExtensionRequest.reason),
        )
        .join(Task, col(Task.id) == col(ExtensionRequest.task_id))
        .join(Unit, col(Unit.id) == col(Task.unit_id))
        .where(col(ExtensionRequest.commune_id) == commune_id, col(ExtensionRequest.state) == "pending")
    )  # fmt: skip
    return [Asked(*row) for row in session.execute(query.order_by(col(ExtensionRequest.id)))]
