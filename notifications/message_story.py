"""Everything about one message: what it says, every try to send it, and what people decided about it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import Session, col

from db.errors import Missing
from db.tables import Attempt, JournalEntry, Message, Reminder, Task
from notifications.clean_text import without_secrets
from notifications.message_list import MessageLine, line_query
from tasks.way_words import discreet, place_told

DEEDS = ("message.retried", "message.bounced")


@dataclass(frozen=True)
class ItemLine:
    """One reminder in a message; `title` is its task's, "" where it is about none."""

    kind: str
    rung: str
    title: str
    state: str


@dataclass(frozen=True)
class AttemptLine:
    """One try to send. `address`: mail as it is, a number or a chat by its last digits; `place`: the same in words.

    The receiving service gave it the number `provider_id`; it said later when it was delivered and seen, where it says
    so at all. `words`: what was said in a chat, None where that is not kept.
    """

    number: int
    channel: str
    address: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    detail: str
    provider_id: str
    delivered_at: datetime | None
    seen_at: datetime | None
    words: str | None
    place: str


@dataclass(frozen=True)
class DeedLine:
    """What somebody decided about a message: `action` is "message.retried" or "message.bounced"."""

    at: datetime
    actor: str
    action: str
    reason: str


@dataclass(frozen=True)
class Story:
    """A message with all it says, all that was tried and all that was decided."""

    message: MessageLine
    items: tuple[ItemLine, ...]
    attempts: tuple[AttemptLine, ...]
    deeds: tuple[DeedLine, ...]


def message_story(session: Session, commune_id: int, number: int) -> Story:
    """Everything about one message, in four queries. Raises Missing."""
    row = session.execute(line_query(commune_id).where(col(Message.id) == number)).first()
    if row is None:
        raise Missing(f"Không có thư số {number}.")
    return Story(
        MessageLine(*row),
        tuple(ItemLine(*one) for one in session.execute(_items(number))),
        tuple(attempt_line(one) for one in session.execute(_attempts(number)).scalars()),
        tuple(_deed(one) for one in session.execute(_deeds(commune_id, number)).scalars()),
    )


def attempt_line(row: Attempt) -> AttemptLine:
    """A try as it may be shown."""
    words = None if row.words is None else without_secrets(row.words)
    return AttemptLine(
        row.number, row.channel, discreet(row.address), row.started_at, row.ended_at, row.outcome, row.detail,
        row.provider_id, row.delivered_at, row.seen_at, words, place_told(row.channel, row.address),
    )  # fmt: skip


def _items(number: int) -> Any:
    title = func.coalesce(col(Task.title), "")
    items = select(col(Reminder.kind), col(Reminder.rung), title, col(Reminder.state))
    items = items.outerjoin(Task, col(Task.id) == col(Reminder.task_id))
    return items.where(col(Reminder.message_id) == number).order_by(col(Reminder.id))


def _attempts(number: int) -> Any:
    return select(Attempt).where(col(Attempt.message_id) == number).order_by(col(Attempt.number))


def _deeds(commune_id: int, number: int) -> Any:
    entries = select(JournalEntry).where(
        col(JournalEntry.commune_id) == commune_id,
        col(JournalEntry.subject) == f"message:{number}",
        col(JournalEntry.action).in_(DEEDS),
    )
    return entries.order_by(col(JournalEntry.seq))


def _deed(row: JournalEntry) -> DeedLine:
    return DeedLine(row.at, row.actor, row.action, json.loads(row.payload).get("reason", ""))
