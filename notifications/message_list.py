"""Messages as people look at them: to whom, about what, how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.errors import Missing, Refusal
from db.tables import Attempt, Message, Person, Reminder, Task
from db.tables.outbox import MESSAGE_STATES


@dataclass(frozen=True)
class MessageLine:
    """One message in a list; `items` counts the reminders it says."""

    id: int
    slot: datetime
    person: str
    state: str
    reason: str
    attempts: int
    sent_at: datetime | None
    tracking_id: str
    items: int


@dataclass(frozen=True)
class ItemLine:
    """One reminder in a message; `title` is its task's, "" where it is about none."""

    kind: str
    rung: str
    title: str
    state: str


@dataclass(frozen=True)
class AttemptLine:
    """One try to send."""

    channel: str
    address: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    detail: str


@dataclass(frozen=True)
class Story:
    """A message with all it says and all that was tried."""

    message: MessageLine
    items: tuple[ItemLine, ...]
    attempts: tuple[AttemptLine, ...]


def list_messages(
    session: Session, commune_id: int, *, state: str | None = None, person_key: str | None = None
) -> list[MessageLine]:
    """Messages in order of their slot. Raises Refusal for a state that does not exist."""
    if state is not None and state not in MESSAGE_STATES:
        raise Refusal(f"Không có trạng thái thư «{state}». Chỉ có: {', '.join(MESSAGE_STATES)}.")
    query = _line_query(commune_id).order_by(col(Message.slot), col(Message.id))
    if state is not None:
        query = query.where(col(Message.state) == state)
    if person_key is not None:
        query = query.where(col(Person.key) == person_key)
    return [MessageLine(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Sought:
    """Which messages are wanted; None and "" ask for nothing. `before`: only those with smaller numbers."""

    state: str = ""
    person_id: int | None = None
    kind: str = ""
    before: int | None = None


def newest_messages(session: Session, commune_id: int, sought: Sought, limit: int) -> list[MessageLine]:
    """Messages, the newest first, at most `limit`."""
    query = _line_query(commune_id).order_by(col(Message.id).desc()).limit(limit)
    if sought.state:
        query = query.where(col(Message.state) == sought.state)
    if sought.person_id is not None:
        query = query.where(col(Message.person_id) == sought.person_id)
    if sought.kind:
        about = select(col(Reminder.message_id)).where(col(Reminder.kind) == sought.kind)
        query = query.where(col(Message.id).in_(about))
    if sought.before is not None:
        query = query.where(col(Message.id) < sought.before)
    return [MessageLine(*row) for row in session.execute(query)]


def counts(session: Session, commune_id: int) -> dict[str, int]:
    """How many messages there are in each state."""
    query = select(col(Message.state), func.count()).where(col(Message.commune_id) == commune_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(col(Message.state)))}


def message_story(session: Session, commune_id: int, number: int) -> Story:
    """Everything about one message. Raises Missing."""
    row = session.execute(_line_query(commune_id).where(col(Message.id) == number)).first()
    if row is None:
        raise Missing(f"Không có thư số {number}.")
    items = select(
        col(Reminder.kind),
        col(Reminder.rung),
        func.coalesce(col(Task.title), ""),
        col(Reminder.state),
    )
    items = items.outerjoin(Task, col(Task.id) == col(Reminder.task_id)).where(
        col(Reminder.message_id) == number
    )
    names = ("channel", "address", "started_at", "ended_at", "outcome", "detail")
    tries = select(*(getattr(Attempt, name) for name in names)).where(col(Attempt.message_id) == number)
    return Story(
        MessageLine(*row),
        tuple(ItemLine(*one) for one in session.execute(items.order_by(col(Reminder.id)))),
        tuple(AttemptLine(*one) for one in session.execute(tries.order_by(col(Attempt.number)))),
    )


def _line_query(commune_id: int) -> Any:
    items = (
        select(col(Reminder.message_id), func.count().label("said"))
        .where(col(Reminder.state) == "wanted")
        .group_by(col(Reminder.message_id))
        .subquery()
    )
    return (
        select(
            col(Message.id), col(Message.slot), col(Person.name), col(Message.state), col(Message.reason), col(Message.attempts),
            col(Message.sent_at), col(Message.tracking_id), func.coalesce(items.c.said, 0),
        )
        .join(Person, col(Person.id) == col(Message.person_id))
        .outerjoin(items, items.c.message_id == col(Message.id))
        .where(col(Message.commune_id) == commune_id)
    )  # fmt: skip
