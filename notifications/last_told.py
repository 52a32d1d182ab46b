"""When the units were last reminded of each task, and how that went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.tables import Message, Person, Reminder, Task


@dataclass(frozen=True)
class LastTold:
    """The newest message that speaks of a task; `times`: how many that did have left."""

    message_id: int
    person: str
    state: str
    at: datetime
    times: int


def last_told(session: Session, plan_id: int) -> dict[int, LastTold]:
    """Task -> its newest message."""
    query = (
        select(
            col(Reminder.task_id),
            func.max(col(Reminder.message_id)).label("newest"),
            func.count(col(Message.sent_at).distinct()).label("times"),
        )
        .join(Message, col(Message.id) == col(Reminder.message_id))
        .join(Task, col(Task.id) == col(Reminder.task_id))
        .where(col(Task.plan_id) == plan_id, col(Reminder.state) == "wanted", col(Reminder.kind) != "review")
        .group_by(col(Reminder.task_id))
        .subquery()
    )
    rows = session.execute(
        select(
            query.c.task_id,
            col(Message.id),
            col(Person.name),
            col(Message.state),
            func.coalesce(col(Message.sent_at), col(Message.updated_at)),
            query.c.times,
        )
        .join(Message, col(Message.id) == query.c.newest)
        .join(Person, col(Person.id) == col(Message.person_id))
    )
    return {row[0]: LastTold(*row[1:]) for row in rows}
