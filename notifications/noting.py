"""What becomes of messages that are being sent, noted many at a time: one transaction, whatever their number.

A note is taken only while the message is still the worker's own, so one that was away too long changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlmodel import Session, col

from db.tables import Attempt, ContactPoint, JournalHead, Message, Reminder
from notifications.outbox import Claimed, LeaseLost
from notifications.routes import Address


class Stale(Exception):
    """Something was journalled since the message was composed: look again at what it should say."""


@dataclass(frozen=True)
class HandOver:
    """From now on the receiver may have the message. `seq`: the journal's length when it was composed.

    `words`: what a chat or a text message says, without links that act for its reader; None for mail.
    """

    message: Claimed
    where: Address
    seq: int
    words: str | None = None


@dataclass(frozen=True)
class Ending:
    """How a try ended and what becomes of the message; without `where` nothing was tried.

    `reminders`: what becomes of the reminders it carries. `refuses`: the address is not used any more.
    """

    message: Claimed
    state: str
    where: Address | None = None
    outcome: str = ""
    detail: str = ""
    reason: str = ""
    provider_id: str = ""
    not_before: datetime | None = None
    reminders: Mapping[int, str] = field(default_factory=dict)
    refuses: bool = False


Note = HandOver | Ending
Answer = None | LeaseLost | Stale


def write_notes(
    connection: Connection, notes: Sequence[Note], *, now: datetime, lease: timedelta
) -> list[Answer]:
    """Take the notes; for each one None, or why it was not taken. At most one note a message."""
    rows = _rows(connection, [one.message.id for one in notes])
    heads = _heads(connection, {one.message.commune_id for one in notes if isinstance(one, HandOver)})
    answers = [_objection(one, rows.get(one.message.id), heads, now) for one in notes]
    taken = [one for one, answer in zip(notes, answers, strict=True) if answer is None]
    _hand_over(connection, [one for one in taken if isinstance(one, HandOver)], now, lease)
    _end(connection, [(one, rows[one.message.id]) for one in taken if isinstance(one, Ending)], now)
    return answers


_TOLD = (
    update(Reminder)
    .where(col(Reminder.id) == bindparam("of"), col(Reminder.state) != bindparam("into"))
    .values(state=bindparam("into"))
)


def _note_reminders(connection: Connection, states: Mapping[int, str]) -> None:
    """Write what became of claimed reminders: reminder -> its state; see `contents.Content`."""
    if states:
        told = [{"of": number, "into": state} for number, state in states.items()]
        connection.execute(_TOLD, told)


def refuse_address(session: Session | Connection, contact_id: int, reason: str, now: datetime) -> None:
    """Never try an address again until somebody corrects it."""
    mark = update(ContactPoint).where(col(ContactPoint.id) == contact_id)
    session.execute(mark.values(refused_at=now, refused_reason=reason))


_ROWS = (
    select(
        *(
            getattr(Message, name)
            for name in (
                "id",
                "state",
                "lease_owner",
                "lease_until",
                "handed_over_at",
                "not_before",
                "sent_at",
            )
        )
    )
    .where(col(Message.id).in_(bindparam("numbers", expanding=True)))
    .with_for_update()
)
_HEADS = select(col(JournalHead.commune_id), col(JournalHead.seq)).where(
    col(JournalHead.commune_id).in_(bindparam("numbers", expanding=True))
)


def _rows(connection: Connection, messages: Sequence[int]) -> dict[int, Row[Any]]:
    return {row.id: row for row in connection.execute(_ROWS, {"numbers": messages})}


def _heads(connection: Connection, communes: set[int]) -> dict[int, int]:
    if not communes:
        return {}
    return {row.commune_id: row.seq for row in connection.execute(_HEADS, {"numbers": list(communes)})}


def _objection(note: Note, row: Row[Any] | None, heads: Mapping[int, int], now: datetime) -> Answer:
    message = note.message
    if row is None or row.state != "sending" or row.lease_owner != message.owner:
        return LeaseLost(message.tracking_id)
    if isinstance(note, Ending):
        return None
    if row.handed_over_at is not None or row.lease_until <= now:
        # It may be taken for abandoned at this very moment.
        return LeaseLost(message.tracking_id)
    return None if heads.get(message.commune_id, 0) == note.seq else Stale(message.tracking_id)


_MARK = (
    update(Message)
    .where(col(Message.id) == bindparam("of"))
    .values(
        handed_over_at=bindparam("at"),
        attempts=bindparam("number"),
        lease_until=bindparam("until"),
        updated_at=bindparam("at"),
    )
)
_END = (
    update(Message)
    .where(col(Message.id) == bindparam("of"))
    .values(
        state=bindparam("into"),
        reason=bindparam("why"),
        lease_owner=None,
        lease_until=None,
        updated_at=bindparam("at"),
        attempts=bindparam("number"),
        not_before=bindparam("from_"),
        sent_at=bindparam("left"),
    )
)
_RESULT = (
    update(Attempt)
    .where(col(Attempt.message_id) == bindparam("of"), col(Attempt.number) == bindparam("no"))
    .values(
        ended_at=bindparam("at"),
        outcome=bindparam("how"),
        detail=bindparam("said"),
        provider_id=bindparam("theirs"),
    )
)


def _hand_over(connection: Connection, notes: Sequence[HandOver], now: datetime, lease: timedelta) -> None:
    if not notes:
        return
    marks = [
        {"of": one.message.id, "at": now, "number": one.message.attempts + 1, "until": now + lease}
        for one in notes
    ]
    connection.execute(_MARK, marks)
    connection.execute(insert(Attempt), [_attempt(one.message, one.where, now, one.words) for one in notes])


def _end(connection: Connection, notes: Sequence[tuple[Ending, Row[Any]]], now: datetime) -> None:
    if not notes:
        return
    connection.execute(_END, [_ended(one, row, now) for one, row in notes])
    tried = [(one, one.where, row) for one, row in notes if one.where is not None]
    begun = [_result(one, now) for one, _, row in tried if row.handed_over_at is not None]
    fresh = [
        _attempt(one.message, where, now) | _told(one, now)
        for one, where, row in tried
        if row.handed_over_at is None
    ]
    if begun:
        connection.execute(_RESULT, begun)
    if fresh:
        connection.execute(insert(Attempt), fresh)
    _note_reminders(
        connection, {number: state for one, _ in notes for number, state in one.reminders.items()}
    )
    for one, where, _ in tried:
        if one.refuses:
            refuse_address(connection, where.contact_id, one.detail, now)


def _ended(one: Ending, row: Row[Any], now: datetime) -> dict[str, Any]:
    return {
        "of": one.message.id, "into": one.state, "why": one.reason, "at": now,
        "number": one.message.attempts + (one.where is not None),
        "from_": one.not_before or row.not_before, "left": now if one.state == "sent" else row.sent_at,
    }  # fmt: skip


def _result(one: Ending, now: datetime) -> dict[str, Any]:
    told = {"how": one.outcome, "said": one.detail, "theirs": one.provider_id}
    return {"of": one.message.id, "no": one.message.attempts + 1, "at": now} | told


def _told(one: Ending, now: datetime) -> dict[str, Any]:
    return {"ended_at": now, "outcome": one.outcome, "detail": one.detail, "provider_id": one.provider_id}


def _attempt(message: Claimed, where: Address, now: datetime, words: str | None = None) -> dict[str, Any]:
    return {
        "commune_id": message.commune_id, "message_id": message.id, "number": message.attempts + 1,
        "channel": where.channel, "address": where.address, "started_at": now, "ended_at": None,
        "outcome": "started", "detail": "", "provider_id": "", "words": words,
    }  # fmt: skip
