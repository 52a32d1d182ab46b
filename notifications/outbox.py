"""The states of a message in the database: claimed under a lease, handed over, recorded. One transaction each.

    pending -> sending -> sent -> delivered
                       -> pending (again later), failed, unknown, skipped
    pending -> missed (folded into a later message)

Every change is conditional on the lease still being ours, so a worker that was away too long changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, or_, select, update
from sqlmodel import Session, col

from db.store import changed
from db.tables import Attempt, ContactPoint, Message, Reminder
from notifications.holds import may_leave

CLOCK_SLACK = timedelta(minutes=10)


class LeaseLost(Exception):
    """Another worker took the message over; this one must not go on."""


@dataclass(frozen=True)
class Claimed:
    """A message that is ours until the lease ends."""

    id: int
    commune_id: int
    person_id: int
    tracking_id: str
    attempts: int
    owner: str


@dataclass(frozen=True)
class Address:
    """Where a message is tried."""

    contact_id: int
    channel: str
    address: str


@dataclass(frozen=True)
class Lost:
    """A message whose lease ran out; `handed_over`: it may have left."""

    id: int
    tracking_id: str
    handed_over: bool


def claim(
    session: Session, owner: str, *, limit: int, now: datetime, lease: timedelta, today: date
) -> list[Claimed]:
    """Take up to `limit` messages that are due, oldest first; not those to people who are paused `today`."""
    due = select(col(Message.id)).where(*_due(now), may_leave(today))
    ids = list(session.execute(due.order_by(col(Message.not_before), col(Message.id)).limit(limit)).scalars())
    taken = []
    for message_id in ids:
        take = (
            update(Message)
            .where(col(Message.id) == message_id, col(Message.state) == "pending")
            .values(
                state="sending",
                lease_owner=owner,
                lease_until=now + lease,
                handed_over_at=None,
                updated_at=now,
            )
        )
        if changed(session, take):
            taken.append(message_id)
    names = ("id", "commune_id", "person_id", "tracking_id", "attempts")
    rows = session.execute(
        select(*(getattr(Message, name) for name in names))
        .where(col(Message.id).in_(taken))
        .order_by(col(Message.not_before), col(Message.id))
    )
    return [
        Claimed(row.id, row.commune_id, row.person_id, row.tracking_id, row.attempts, owner) for row in rows
    ]


def count_due(session: Session, now: datetime, today: date) -> int:
    """How many messages could be claimed now."""
    query = select(func.count()).select_from(Message).where(*_due(now), may_leave(today))
    return int(session.execute(query).scalar_one())


def expired(session: Session, now: datetime) -> list[Lost]:
    """Messages whose sender died or hung."""
    query = select(col(Message.id), col(Message.tracking_id), col(Message.handed_over_at)).where(
        *_lapsed(now)
    )
    return [Lost(row[0], row[1], row[2] is not None) for row in session.execute(query)]


def release_expired(session: Session, message_id: int, *, state: str, reason: str, now: datetime) -> bool:
    """Settle a message whose lease ran out, and its attempt; False when somebody else did."""
    settle = update(Message).where(col(Message.id) == message_id, *_lapsed(now))
    if not changed(session, settle.values(**_ended(state, reason, now), not_before=now)):
        return False
    broken_off = update(Attempt).where(
        col(Attempt.message_id) == message_id, col(Attempt.outcome) == "started"
    )
    outcome = "sent" if state == "sent" else "unknown"
    session.execute(broken_off.values(ended_at=now, outcome=outcome, detail=reason))
    return True


def hand_over(session: Session, message: Claimed, where: Address, now: datetime, lease: timedelta) -> None:
    """Note that from now on the receiver may have the message, and begin the lease anew.

    Raises LeaseLost when the message is not ours any more, or may be taken for abandoned at this very moment.
    """
    note = update(Message).where(
        *_ours(message), col(Message.handed_over_at).is_(None), col(Message.lease_until) > now
    )
    values = {
        "handed_over_at": now, "attempts": message.attempts + 1, "lease_until": now + lease, "updated_at": now
    }  # fmt: skip
    if not changed(session, note.values(**values)):
        raise LeaseLost(message.tracking_id)
    session.execute(insert(Attempt).values(**_attempt(message, where, now)))


def record(
    session: Session,
    message: Claimed,
    where: Address,
    *,
    outcome: str,
    detail: str,
    state: str,
    now: datetime,
    reason: str = "",
    not_before: datetime | None = None,
) -> None:
    """Write how an attempt ended and what becomes of the message. Raises LeaseLost as above."""
    values = _ended(state, reason, now) | {"attempts": message.attempts + 1}
    if not_before is not None:
        values["not_before"] = not_before
    if not changed(session, update(Message).where(*_ours(message)).values(**values)):
        raise LeaseLost(message.tracking_id)
    ended = {"ended_at": now, "outcome": outcome, "detail": detail}
    mine = update(Attempt).where(
        col(Attempt.message_id) == message.id, col(Attempt.number) == message.attempts + 1
    )
    if not changed(session, mine.values(**ended)):
        session.execute(insert(Attempt).values(**(_attempt(message, where, now) | ended)))


def settle(
    session: Session,
    message: Claimed,
    *,
    state: str,
    reason: str,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """End or put back a message of ours that was not handed over. Raises LeaseLost as above."""
    values = _ended(state, reason, now) | ({} if not_before is None else {"not_before": not_before})
    if not changed(session, update(Message).where(*_ours(message)).values(**values)):
        raise LeaseLost(message.tracking_id)


def note_reminders(session: Session, states: Mapping[int, str]) -> None:
    """Write what became of claimed reminders: reminder -> its state; see `contents.Content`."""
    for state in sorted(set(states.values())):
        mine = [number for number, other in states.items() if other == state]
        session.execute(
            update(Reminder)
            .where(col(Reminder.id).in_(mine), col(Reminder.state) != state)
            .values(state=state)
        )


def refuse_address(session: Session, contact_id: int, reason: str, now: datetime) -> None:
    """Never try an address again until somebody corrects it."""
    mark = update(ContactPoint).where(col(ContactPoint.id) == contact_id)
    session.execute(mark.values(refused_at=now, refused_reason=reason))


def addresses(session: Session, people: Sequence[int], channel: str) -> dict[int, list[Address]]:
    """The usable addresses of each person in order. The channel "file" stands in for any other."""
    query = select(
        col(ContactPoint.person_id),
        col(ContactPoint.id),
        col(ContactPoint.channel),
        col(ContactPoint.address),
    ).where(
        col(ContactPoint.person_id).in_(people),
        col(ContactPoint.refused_at).is_(None),
    )
    if channel != "file":
        query = query.where(col(ContactPoint.channel) == channel)
    found: dict[int, list[Address]] = {}
    for person_id, contact_id, _, address in session.execute(query.order_by(col(ContactPoint.position))):
        found.setdefault(person_id, []).append(Address(contact_id, channel, address))
    return found


def _due(now: datetime) -> tuple[Any, ...]:
    """May be sent now; also what a clock that ran ahead has put off into a future it invented."""
    ahead = col(Message.updated_at) > now + CLOCK_SLACK
    return (col(Message.state) == "pending", or_(col(Message.not_before) <= now, ahead))


def _lapsed(now: datetime) -> tuple[Any, ...]:
    """The lease ran out, or was given by a clock that ran ahead."""
    ahead = col(Message.updated_at) > now + CLOCK_SLACK
    return (col(Message.state) == "sending", or_(col(Message.lease_until) <= now, ahead))


def _ours(message: Claimed) -> tuple[Any, ...]:
    return (
        col(Message.id) == message.id,
        col(Message.state) == "sending",
        col(Message.lease_owner) == message.owner,
    )


def _ended(state: str, reason: str, now: datetime) -> dict[str, Any]:
    ended: dict[str, Any] = {
        "state": state, "reason": reason, "lease_owner": None, "lease_until": None, "updated_at": now
    }  # fmt: skip
    return ended | ({"sent_at": now} if state == "sent" else {})


def _attempt(message: Claimed, where: Address, now: datetime) -> dict[str, Any]:
    return {
        "commune_id": message.commune_id, "message_id": message.id, "number": message.attempts + 1,
        "channel": where.channel, "address": where.address, "started_at": now, "outcome": "started", "detail": "",
    }  # fmt: skip
