"""Messages by telephone number that Zalo took on, and of which nothing was heard since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Attempt, Message

CHANNEL = "zalo_oa"
FIRST_ASKED, LAST_ASKED = timedelta(minutes=10), timedelta(hours=48)
"""How old a message is when it is first asked about: mostly a webhook tells sooner; and when hope is given up."""


@dataclass(frozen=True)
class Unheard:
    """One such try: its row's number, the number that Zalo gave it, when it was sent (aware)."""

    attempt: int
    provider_id: str
    sent_at: datetime


def unheard(session: Session, now: datetime) -> list[Unheard]:
    """All of them that are worth asking about, the oldest first."""
    query = (
        select(col(Attempt.id), col(Attempt.provider_id), col(Message.sent_at))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(
            col(Message.state) == "sent",
            col(Message.sent_at).between(now - LAST_ASKED, now - FIRST_ASKED),
            col(Attempt.channel) == CHANNEL,
            col(Attempt.address).startswith("phone:"),
            col(Attempt.outcome) == "sent",
            col(Attempt.provider_id) != "",
            col(Attempt.delivered_at).is_(None),
        )
        .order_by(col(Attempt.id))
    )
    return [Unheard(*row) for row in session.execute(query)]
