"""What the coordinator does with messages: try again, note one that came back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Refusal
from db.store import changed
from db.tables import Attempt, ContactPoint, Message
from notifications.noting import refuse_address
from notifications.routes import FILE
from tasks.actor import Actor


def retry(session: Session, commune_id: int, number: int, *, by: Actor, now: datetime) -> None:
    """Put a failed or unknown message back in line and let its receiver's addresses be used again.

    Raises Refusal for a message in any other state.
    """
    again = update(Message).where(
        col(Message.id) == number,
        col(Message.commune_id) == commune_id,
        col(Message.state).in_(("failed", "unknown")),
    )
    values = {
        "state": "pending", "reason": "", "not_before": now, "updated_at": now, "fresh_from": col(Message.attempts),
    }  # fmt: skip
    if not changed(session, again.values(**values)):
        raise Refusal(f"Thư số {number} không ở trạng thái không gửi được hoặc chưa rõ, nên không gửi lại.")
    # Somebody decided to try again: a mailbox that was full, or was corrected at its own end, gets its chance.
    receiver = select(col(Message.person_id)).where(col(Message.id) == number).scalar_subquery()
    again_usable = update(ContactPoint).where(col(ContactPoint.person_id) == receiver)
    session.execute(again_usable.values(refused_at=None, refused_reason=None))
    _note(session, commune_id, number, by, "message.retried", now)


def retry_failed(session: Session, commune_id: int, *, by: Actor, now: datetime) -> int:
    """Put every failed message back in line, as after a long outage; return how many."""
    return _retry_all(session, commune_id, "failed", by, now)


def retry_unknown(session: Session, commune_id: int, *, by: Actor, now: datetime) -> int:
    """Send every message whose fate is unknown once more, at the price that some arrive twice; return how many."""
    return _retry_all(session, commune_id, "unknown", by, now)


def _retry_all(session: Session, commune_id: int, state: str, by: Actor, now: datetime) -> int:
    waiting = select(col(Message.id)).where(
        col(Message.commune_id) == commune_id, col(Message.state) == state
    )
    numbers = list(session.execute(waiting).scalars())
    for number in numbers:
        retry(session, commune_id, number or 0, by=by, now=now)
    return len(numbers)


def bounced(session: Session, commune_id: int, number: int, *, reason: str, by: Actor, now: datetime) -> None:
    """A sent message came back: its last address is not used again, and the next one is tried, if any.

    Raises Refusal when the message was not sent.
    """
    query = select(Attempt).where(
        col(Attempt.message_id) == number,
        col(Attempt.outcome).in_(("sent", "unknown")),
        col(Attempt.commune_id) == commune_id,
    )
    attempt = session.execute(query.order_by(col(Attempt.number).desc())).scalars().first()
    if attempt is None:
        raise Refusal(f"Thư số {number} chưa gửi đi nên không thể bị trả về.")
    send_on(session, attempt, reason=reason, by=by, now=now)


def send_on(session: Session, attempt: Attempt, *, reason: str, by: Actor, now: datetime) -> None:
    """What was taken for sent did not arrive: its address is not used again, and the person's next one is tried, if any.

    Nothing is tried where a later attempt may have arrived.
    """
    number = attempt.message_id
    person_id, tracking_id = session.execute(
        select(col(Message.person_id), col(Message.tracking_id)).where(col(Message.id) == number)
    ).one()
    attempt.outcome, attempt.detail = "bounced", reason
    for contact_id in session.execute(_same_address(person_id, attempt)).scalars():
        refuse_address(session, contact_id, reason, now)
    if session.execute(_later_one(attempt)).first():
        return
    state = "pending" if session.execute(_usable(person_id)).first() else "failed"
    values = {"state": state, "reason": f"Bị trả về: {reason}", "not_before": now, "updated_at": now}
    values["fresh_from"] = col(Message.attempts)
    # The next address gets a mail of its own: with the old Message-ID it could be taken for the one that bounced.
    values["tracking_id"] = f"{tracking_id}-{attempt.number}"
    session.execute(update(Message).where(col(Message.id) == number).values(**values))
    _note(session, attempt.commune_id, number, by, "message.bounced", now, reason=reason)


def _same_address(person_id: int, attempt: Attempt) -> Any:
    same = select(col(ContactPoint.id)).where(
        col(ContactPoint.person_id) == person_id, col(ContactPoint.address) == attempt.address
    )
    # The channel "file" stood in for whichever it was; chats of two channels may have the same number.
    return same if attempt.channel == FILE else same.where(col(ContactPoint.channel) == attempt.channel)


def _later_one(attempt: Attempt) -> Any:
    return select(col(Attempt.id)).where(
        col(Attempt.message_id) == attempt.message_id,
        col(Attempt.number) > attempt.number,
        col(Attempt.outcome).in_(("started", "sent", "unknown")),
    )


def _usable(person_id: int) -> Any:
    return select(col(ContactPoint.id)).where(
        col(ContactPoint.person_id) == person_id, col(ContactPoint.refused_at).is_(None)
    )


def _note(
    session: Session, commune_id: int, number: int, by: Actor, action: str, now: datetime, **payload: str
) -> None:
    about = {"role": by.role} | payload
    journal.append(
        session, commune_id, at=now, actor=by.name, action=action, subject=f"message:{number}", payload=about
    )
