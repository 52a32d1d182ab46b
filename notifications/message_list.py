"""Messages as people look at them: to whom, about what, how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import Attempt, Message, Person, Reminder
from db.tables.outbox import MESSAGE_STATES


@dataclass(frozen=True)
class MessageLine:
    """One message in a list; `items` counts the reminders it says.

    `attempts` up to number `fresh_from` do not count any more. `channel`: where it was tried last, "" for nowhere yet.
    While it is pending it waits until `not_before`.
    """

    id: int
    slot: datetime
    person: str
    state: str
    reason: str
    attempts: int
    sent_at: datetime | None
    tracking_id: str
    items: int
    channel: str
    not_before: datetime
    fresh_from: int
    person_id: int


def list_messages(
    session: Session, commune_id: int, *, state: str | None = None, person_key: str | None = None
) -> list[MessageLine]:
    """Messages in order of their slot. Raises Refusal for a state that does not exist."""
    if state is not None and state not in MESSAGE_STATES:
        raise Refusal(f"Không có trạng thái thư «{state}». Chỉ có: {', '.join(MESSAGE_STATES)}.")
    query = line_query(commune_id).order_by(col(Message.slot), col(Message.id))
    if state is not None:
        query = query.where(col(Message.state) == state)
    if person_key is not None:
        query = query.where(col(Person.key) == person_key)
    return [MessageLine(*row) for row in session.execute(query)]


@dataclass(frozen=True)
class Sought:
    """Which messages are wanted; None and "" ask for nothing. `before`: only those with smaller numbers.

    `channel`: those that were tried there, also when another channel took over.
    """

    state: str = ""
    person_id: int | None = None
    kind: str = ""
    before: int | None = None
    channel: str = ""
    states: tuple[str, ...] = ()


def newest_messages(session: Session, commune_id: int, sought: Sought, limit: int) -> list[MessageLine]:
    """Messages, the newest first, at most `limit`."""
    query = line_query(commune_id).order_by(col(Message.id).desc()).limit(limit)
    if sought.state:
        query = query.where(col(Message.state) == sought.state)
    if sought.person_id is not None:
        query = query.where(col(Message.person_id) == sought.person_id)
    if sought.kind:
        about = select(col(Reminder.message_id)).where(col(Reminder.kind) == sought.kind)
        query = query.where(col(Message.id).in_(about))
    if sought.states:
        query = query.where(col(Message.state).in_(sought.states))
    if sought.channel:
        tried = select(col(Attempt.message_id)).where(col(Attempt.channel) == sought.channel)
        query = query.where(col(Message.id).in_(tried))
    if sought.before is not None:
        query = query.where(col(Message.id) < sought.before)
    return [MessageLine(*row) for row in session.execute(query)]


def counts(session: Session, commune_id: int) -> dict[str, int]:
    """How many messages there are in each state."""
    query = select(col(Message.state), func.count()).where(col(Message.commune_id) == commune_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(col(Message.state)))}


def line_query(commune_id: int) -> Any:
    """The columns of MessageLine, of all messages of a commune."""
    items = (
        select(col(Reminder.message_id), func.count().label("said"))
        .where(col(Reminder.state) == "wanted")
        .group_by(col(Reminder.message_id))
        .subquery()
    )
    last = (
        select(col(Attempt.channel))
        .where(col(Attempt.message_id) == col(Message.id))
        .order_by(col(Attempt.number).desc())
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            col(Message.id), col(Message.slot), col(Person.name), col(Message.state), col(Message.reason), col(Message.attempts),
            col(Message.sent_at), col(Message.tracking_id), func.coalesce(items.c.said, 0), func.coalesce(last, ""),
            col(Message.not_before), col(Message.fresh_from), col(Message.person_id),
        )
        .join(Person, col(Person.id) == col(Message.person_id))
        .outerjoin(items, items.c.message_id == col(Message.id))
        .where(col(Message.commune_id) == commune_id)
    )  # fmt: skip
