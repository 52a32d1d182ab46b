"""What providers tell of our messages: that they arrived, were seen, or came back after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from db.tables import Attempt, ContactPoint, Message
from notifications.desk_work import send_on
from notifications.events import Arrived, CameBack, Followed
from tasks.actor import SYSTEM

LEFT = ("started", "sent", "unknown", "retry")
"""Outcomes of attempts whose message may have reached its receiver."""
STOPPED_FOLLOWING = "Người nhận đã bỏ quan tâm OA của xã."


def note_arrival(session: Session, channel: str, told: Arrived, at: datetime) -> bool:
    """Write down that messages arrived. False when they are not known, or not yet: our own note of them may be on its way."""
    attempts = _attempts(session, channel, told.numbers, told.tracking_id)
    if not attempts or _under_way(session, attempts):
        return False
    numbers = [one.id for one in attempts]
    times: dict[str, Any] = {"delivered_at": func.coalesce(col(Attempt.delivered_at), at)}
    if told.seen:
        times["seen_at"] = func.coalesce(col(Attempt.seen_at), at)
    session.execute(update(Attempt).where(col(Attempt.id).in_(numbers)).values(**times))
    doubtful = update(Attempt).where(col(Attempt.id).in_(numbers), col(Attempt.outcome).in_(LEFT))
    session.execute(doubtful.values(outcome="sent"))
    _delivered(session, {one.message_id for one in attempts if one.outcome in LEFT}, at)
    return True


def note_return(session: Session, channel: str, told: CameBack, at: datetime) -> bool:
    """A message was not delivered after all: the person's next address takes over. False as above."""
    attempts = _attempts(session, channel, told.numbers, told.tracking_id)
    if not attempts or _under_way(session, attempts):
        return False
    for attempt in attempts:
        if attempt.outcome in {"sent", "unknown"} and attempt.delivered_at is None:
            send_on(session, attempt, reason=told.reason, by=SYSTEM, now=at)
    return True


def note_following(session: Session, channel: str, told: Followed, at: datetime) -> None:
    """Nothing reaches somebody who stopped following; it does again after a change of mind."""
    chat = update(ContactPoint).where(
        col(ContactPoint.channel) == channel, col(ContactPoint.address) == told.address
    )
    if told.ended:
        refused = {"refused_at": at, "refused_reason": STOPPED_FOLLOWING}
        session.execute(chat.where(col(ContactPoint.refused_at).is_(None)).values(**refused))
    else:
        session.execute(chat.values(refused_at=None, refused_reason=None))


def _attempts(session: Session, channel: str, numbers: Sequence[str], tracking_id: str) -> list[Attempt]:
    """By the provider's number, else by ours: when the answer to sending was lost, we never learnt the provider's."""
    query = select(Attempt).where(col(Attempt.channel) == channel)
    if numbers:
        named = query.where(col(Attempt.provider_id).in_(numbers)).order_by(col(Attempt.id))
        if found := list(session.execute(named).scalars()):
            return found
    if not tracking_id:
        return []
    ours = query.join(Message, col(Message.id) == col(Attempt.message_id)).where(
        col(Message.tracking_id) == tracking_id, col(Attempt.outcome).in_(LEFT)
    )
    return list(session.execute(ours.order_by(col(Attempt.number).desc()).limit(1)).scalars())


def _under_way(session: Session, attempts: Sequence[Attempt]) -> bool:
    query = select(col(Message.id)).where(
        col(Message.id).in_({one.message_id for one in attempts}), col(Message.state) == "sending"
    )
    return session.execute(query).first() is not None


def _delivered(session: Session, messages: set[int], at: datetime) -> None:
    """Also what was to be tried again, or given up: it has arrived, whatever we believed."""
    mine = update(Message).where(
        col(Message.id).in_(messages),
        col(Message.state).in_(("sent", "unknown", "failed", "pending")),
    )
    values = {
        "state": "delivered",
        "reason": "",
        "sent_at": func.coalesce(col(Message.sent_at), at),
        "updated_at": at,
    }
    session.execute(mine.values(**values))
