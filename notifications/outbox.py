"""The states of a message in the database: claimed under a lease, and let go when the lease runs out.

    pending -> sending -> sent -> delivered
                       -> pending (again later), failed, unknown, skipped
    pending -> missed (folded into a later message)

What happens between claim and end is noted in `noting`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlmodel import Session, col

from db.store import changed
from db.tables import Attempt, Message
from notifications.holds import may_leave

BEHIND_THE_OTHERS = timedelta(milliseconds=1)
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
    fresh_from: int
    owner: str


@dataclass(frozen=True)
class Lost:
    """A message whose lease ran out. `handed_over`: it may have left, by `channel`; "" when it surely did not."""

    id: int
    tracking_id: str
    handed_over: bool
    channel: str = ""


def claim(
    session: Session, owner: str, *, limit: int, now: datetime, lease: timedelta, today: date
) -> list[Claimed]:
    """Take up to `limit` messages that are due, oldest first; not those to people who are paused `today`."""
    names = ("id", "commune_id", "person_id", "tracking_id", "attempts", "fresh_from")
    due = select(*(getattr(Message, name) for name in names)).where(*_due(now), may_leave(today))
    first = due.order_by(col(Message.not_before), col(Message.id)).limit(limit)
    rows = session.execute(first.with_for_update(skip_locked=True))
    claimed = [
        Claimed(number, commune_id, person_id, tracking_id, attempts, fresh_from, owner)
        for number, commune_id, person_id, tracking_id, attempts, fresh_from in rows
    ]
    take = update(Message).where(col(Message.id).in_([one.id for one in claimed]))
    values = {
        "state": "sending", "lease_owner": owner, "lease_until": now + lease, "handed_over_at": None, "updated_at": now
    }  # fmt: skip
    if claimed:
        session.execute(take.values(**values))
    return claimed


def wake(session: Session, reason: str, until: datetime, now: datetime) -> None:
    """What waits for that reason until then need not; what was put behind that stays behind the others."""
    waiting = update(Message).where(col(Message.state) == "pending", col(Message.reason) == reason)
    behind = waiting.where(col(Message.not_before) > until)
    session.execute(behind.values(not_before=now + BEHIND_THE_OTHERS, updated_at=now))
    others = waiting.where(
        col(Message.not_before).between(now + BEHIND_THE_OTHERS + BEHIND_THE_OTHERS, until)
    )
    session.execute(others.values(not_before=now, updated_at=now))


def count_due(session: Session, now: datetime, today: date) -> int:
    """How many messages could be claimed now."""
    query = select(func.count()).select_from(Message).where(*_due(now), may_leave(today))
    return int(session.execute(query).scalar_one())


def expired(session: Session, now: datetime) -> list[Lost]:
    """Messages whose sender died or hung."""
    begun = (col(Attempt.message_id) == col(Message.id)) & (col(Attempt.outcome) == "started")
    names = (col(Message.id), col(Message.tracking_id), col(Message.handed_over_at), col(Attempt.channel))
    query = select(*names).outerjoin(Attempt, begun).where(*_lapsed(now))
    return [Lost(row[0], row[1], row[2] is not None, row[3] or "") for row in session.execute(query)]


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


def _due(now: datetime) -> tuple[Any, ...]:
    """May be sent now; also what a clock that ran ahead has put off into a future it invented."""
    ahead = col(Message.updated_at) > now + CLOCK_SLACK
    return (col(Message.state) == "pending", or_(col(Message.not_before) <= now, ahead))


def _lapsed(now: datetime) -> tuple[Any, ...]:
    """The lease ran out, or was given by a clock that ran ahead."""
    ahead = col(Message.updated_at) > now + CLOCK_SLACK
    return (col(Message.state) == "sending", or_(col(Message.lease_until) <= now, ahead))


def _ended(state: str, reason: str, now: datetime) -> dict[str, Any]:
    ended: dict[str, Any] = {
        "state": state, "reason": reason, "lease_owner": None, "lease_until": None, "updated_at": now
    }  # fmt: skip
    return ended | ({"sent_at": now} if state == "sent" else {})
