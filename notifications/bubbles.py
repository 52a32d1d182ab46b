"""What was said in chats, by us and to us, as conversations: what was sent, not what would be said now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select, union_all
from sqlmodel import Session, col

from db.tables import Attempt, IncomingMessage, Message, Person
from notifications.clean_text import block, without_secrets
from notifications.message_story import AttemptLine, attempt_line
from tasks.way_words import place_told

CHAT_CHANNELS = ("zalo_bot", "zalo_oa", "sms")
MAY_HAVE_LEFT = ("started", "sent", "unknown", "bounced")
"""Outcomes of tries that the receiver may have something of."""
Tick = Literal["none", "sending", "sent", "delivered", "seen", "unknown", "failed"]
_TRIES: dict[str, Tick] = {"started": "sending", "sent": "sent", "unknown": "unknown", "bounced": "failed"}
_ANSWERS: dict[str, Tick] = {
    "waiting": "sending", "sending": "sending", "sent": "sent", "failed": "failed", "unknown": "unknown",
}  # fmt: skip


@dataclass(frozen=True)
class Bubble:
    """One thing that was said. `text` None: what we said there is not kept. `tick`: how far ours came, "none" for theirs.

    `message_id`: the message it carried, None for an answer and for what was said to us. `settled`: whether the
    coordinator has seen to what was said to us.
    """

    at: datetime
    ours: bool
    text: str | None
    place: str
    tick: Tick = "none"
    message_id: int | None = None
    understood: str = ""
    settled: bool = True


@dataclass(frozen=True)
class Conversation:
    """One person's bubbles in order of time. `person_id` None: somebody who is linked to nobody in the directory."""

    person_id: int | None
    name: str
    bubbles: tuple[Bubble, ...]


@dataclass(frozen=True)
class Talk:
    """Conversations, the liveliest first. `older`: the instant before which there is more to see, None for none."""

    conversations: tuple[Conversation, ...]
    older: datetime | None


def talk(
    session: Session,
    commune_id: int,
    limit: int,
    *,
    person_id: int | None = None,
    before: datetime | None = None,
) -> Talk:
    """The newest bubbles before an instant, about `limit` of them, of one person or of all; three queries."""
    ours, theirs = _sent(commune_id, person_id), _heard(commune_id, person_id)
    if before is not None:
        ours = ours.where(col(Attempt.started_at) < before)
        theirs = theirs.where(col(IncomingMessage.received_at) < before)
    # Whole instants: many messages of one round leave at the same one, and a page must not cut between them.
    since = _since(session, ours, theirs, limit)
    if since is not None:
        ours = ours.where(col(Attempt.started_at) >= since)
        theirs = theirs.where(col(IncomingMessage.received_at) >= since)
    said = [one for row in session.execute(ours) for one in _ours(row)]
    said += [one for row in session.execute(theirs) for one in _theirs(row)]
    return Talk(tuple(_conversations(said)), since)


def said_in(tries: Iterable[AttemptLine], message_id: int) -> Iterator[Bubble]:
    """The bubbles of one message's tries."""
    for one in tries:
        if one.channel in CHAT_CHANNELS and one.outcome in MAY_HAVE_LEFT:
            tick: Tick = "seen" if one.seen_at else "delivered" if one.delivered_at else _TRIES[one.outcome]
            yield Bubble(one.started_at, True, one.words, one.place, tick, message_id)


Said = tuple[tuple[Any, ...], str, int | None, Bubble]
"""Whose conversation it belongs to, their name and number, and what was said."""


def _sent(commune_id: int, person_id: int | None) -> Any:
    query = (
        select(Attempt, col(Message.person_id), col(Person.name))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .join(Person, col(Person.id) == col(Message.person_id))
        .where(
            col(Attempt.commune_id) == commune_id,
            col(Attempt.channel).in_(CHAT_CHANNELS),
            col(Attempt.outcome).in_(MAY_HAVE_LEFT),
        )
    )
    return query if person_id is None else query.where(col(Message.person_id) == person_id)


def _heard(commune_id: int, person_id: int | None) -> Any:
    query = (
        select(IncomingMessage, col(Person.name))
        .outerjoin(Person, col(Person.id) == col(IncomingMessage.person_id))
        .where(col(IncomingMessage.commune_id) == commune_id)
    )
    return query if person_id is None else query.where(col(IncomingMessage.person_id) == person_id)


def _since(session: Session, ours: Any, theirs: Any, limit: int) -> datetime | None:
    """From which instant on there are `limit` bubbles; None when there are no more than that."""
    both = union_all(
        ours.with_only_columns(col(Attempt.started_at).label("at")),
        theirs.with_only_columns(col(IncomingMessage.received_at).label("at")),
    ).subquery()
    newest = select(both.c.at).order_by(both.c.at.desc()).limit(2).offset(limit - 1)
    found = list(session.execute(newest).scalars())
    return found[0] if len(found) > 1 else None


def _ours(row: Any) -> Iterator[Said]:
    attempt, person_id, name = row
    for bubble in said_in([attempt_line(attempt)], attempt.message_id):
        yield (person_id,), name, person_id, bubble


def _theirs(row: Any) -> Iterator[Said]:
    heard, name = row
    place = place_told(heard.channel, heard.address)
    whose = (heard.person_id,) if heard.person_id else (None, heard.channel, heard.address)
    called = name or heard.sender_name or "Người chưa liên kết"
    settled = heard.settled_at is not None or heard.understood != "unknown"
    bubbles = [
        Bubble(
            heard.received_at, False, block(heard.text), place, understood=heard.understood, settled=settled
        )
    ]
    if heard.answer and heard.answer_state in _ANSWERS:
        at, tick = heard.answered_at or heard.received_at, _ANSWERS[heard.answer_state]
        bubbles.append(Bubble(at, True, without_secrets(heard.answer), place, tick))
    return ((whose, called, heard.person_id, one) for one in bubbles)


def _conversations(said: Sequence[Said]) -> list[Conversation]:
    ordered = sorted(said, key=lambda one: one[3].at)
    found: dict[tuple[Any, ...], Conversation] = {}
    for whose, name, person_id, bubble in ordered:
        known = found.get(whose, Conversation(person_id, name, ()))
        found[whose] = Conversation(person_id, name, (*known.bubbles, bubble))
    return sorted(found.values(), key=lambda one: one.bubbles[-1].at, reverse=True)
