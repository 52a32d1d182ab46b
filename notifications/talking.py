"""Somebody wrote in a chat: who it is, what is meant, what is answered. The answer's row is its promise to be sent."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from db.tables import Commune, ContactPoint, IncomingMessage, Member, Person, Unit
from notifications import chat_words
from notifications.chats import person_of
from notifications.commands import Command, understand
from notifications.event_rows import Event, note_trouble, troubles_since
from notifications.events import Spoken
from notifications.linking import redeem
from notifications.obeying import obey
from tasks.actor import SYSTEM
from tasks.clock import local_date

DEFAULT_ZONE = "Asia/Ho_Chi_Minh"
MOST_WRONG_CODES, WRONG_CODES_COUNT_FOR = 5, timedelta(minutes=15)
MOST_SIGN_INS, SIGN_INS_COUNT_FOR = 3, timedelta(minutes=15)
HELP_AGAIN_AFTER = timedelta(hours=12)
MOST_ANSWERS, ANSWERS_COUNT_FOR = 20, timedelta(hours=1)
NOBODY = "nobody"


@dataclass(frozen=True)
class Loose:
    """An answer that belongs to no commune, so that no row remembers it."""

    channel: str
    address: str
    text: str


@dataclass(frozen=True)
class Said:
    """One message with who wrote it, as far as that is known, and what was understood."""

    event: Event
    spoken: Spoken
    person: Person | None
    command: Command
    commune_id: int | None


def talk(session: Session, event: Event, spoken: Spoken, base_url: str, now: datetime) -> Loose | None:
    """Do what was asked and keep the message with its answer; an answer comes back where no row can keep it."""
    person = person_of(session, event.channel, spoken.address)
    today = local_date(now, _zone(session, person))
    command = understand(spoken.text, today) if spoken.words else Command("unknown")
    commune_id = person.commune_id if person else _only_commune(session)
    said = Said(event, spoken, person, command, commune_id)
    if spoken.overheard and _among_themselves(said):
        return None
    if command.kind == "link":
        return _link(session, said, base_url, now)
    if person is None:
        return _to_nobody(session, said, base_url, now)
    _is_back(session, said)
    if command.kind == "unknown":
        return _keep(session, said, _once(session, said, chat_words.HELP, now))
    if command.kind == "sign_in":
        return _keep(session, said, _to_sign_in(session, said, base_url, now))
    return _keep(session, said, obey(session, person, command, base_url, now))


def note_as_is(session: Session, event: Event, spoken: Spoken) -> None:
    """Keep a message that could not be handled, for a person to read."""
    person = person_of(session, event.channel, spoken.address)
    commune_id = person.commune_id if person else _only_commune(session)
    _keep(session, Said(event, spoken, person, Command("unknown"), commune_id), chat_words.TROUBLE)


def _among_themselves(said: Said) -> bool:
    """What people in a group say to one another is none of our business, unless it is clearly a command."""
    clear = said.command.kind in {"acknowledge", "done"} or said.command.on is not None
    linking = said.command.kind == "link" and not said.spoken.text.strip().isdigit()
    return not linking and not (clear and said.person)


def _link(session: Session, said: Said, base_url: str, now: datetime) -> Loose | None:
    event, spoken, mark = said.event, said.spoken, _mark("wrong code", said)
    if troubles_since(session, event.channel, mark, now - WRONG_CODES_COUNT_FOR) >= MOST_WRONG_CODES:
        note_trouble(session, event.id, "silenced")
        return None
    found = redeem(session, event.channel, said.command.code, spoken.address, now)
    if found is None:
        note_trouble(session, event.id, mark)
        return _keep(session, said, chat_words.wrong_code(base_url))
    person = session.get_one(Person, found.person_id)
    answer = chat_words.linked(
        found.name, _units(session, found.person_id), found.commune, found.before, in_group=spoken.in_group
    )
    return _keep(session, Said(event, spoken, person, said.command, found.commune_id), answer)


def _to_nobody(session: Session, said: Said, base_url: str, now: datetime) -> Loose | None:
    answer = chat_words.how_to_link(base_url)
    if said.commune_id is not None:
        return _keep(session, said, _once(session, said, answer, now))
    mark = _mark(NOBODY, said)
    told = troubles_since(session, said.event.channel, mark, now - HELP_AGAIN_AFTER)
    note_trouble(session, said.event.id, "" if told else mark)
    return None if told else _keep(session, said, answer)


def _to_sign_in(session: Session, said: Said, base_url: str, now: datetime) -> str:
    """A link lets in whoever reads it, so it is never for a group; and nobody needs many."""
    if said.spoken.in_group:
        return _once(session, said, chat_words.NOT_IN_A_GROUP, now)
    answer, since = chat_words.to_sign_in(base_url), now - SIGN_INS_COUNT_FOR
    if _answers(session, said, since, answer) < MOST_SIGN_INS:
        return answer
    return "" if _answers(session, said, since, chat_words.ENOUGH_LINKS) else chat_words.ENOUGH_LINKS


def _keep(session: Session, said: Said, answer: str) -> Loose | None:
    event, spoken = said.event, said.spoken
    if said.commune_id is None:
        return Loose(event.channel, spoken.address, answer)
    answer = "" if _too_many(session, said) else answer
    row = IncomingMessage(
        commune_id=said.commune_id, event_id=event.id, person_id=said.person.id if said.person else None,
        channel=event.channel, address=spoken.address, sender_name=spoken.name, text=spoken.text,
        understood=said.command.kind, answer=answer, answer_state="waiting" if answer else "none",
        received_at=event.received_at,
    )  # fmt: skip
    if spoken.sticker:
        row.settled_at, row.settled_by = event.received_at, SYSTEM.name
    session.add(row)
    return None


def _once(session: Session, said: Said, answer: str, now: datetime) -> str:
    """The answer, unless the same chat was given the very same one not long ago."""
    return "" if _answers(session, said, now - HELP_AGAIN_AFTER, answer) else answer


def _too_many(session: Session, said: Said) -> bool:
    """Another machine in the chat might talk to ours for ever."""
    return _answers(session, said, said.event.received_at - ANSWERS_COUNT_FOR) >= MOST_ANSWERS


def _answers(session: Session, said: Said, since: datetime, answer: str = "") -> int:
    query = select(func.count()).select_from(IncomingMessage).where(
        col(IncomingMessage.channel) == said.event.channel,
        col(IncomingMessage.address) == said.spoken.address,
        col(IncomingMessage.received_at) > since,
        col(IncomingMessage.answer) == answer if answer else col(IncomingMessage.answer) != "",
    )  # fmt: skip
    return int(session.execute(query).scalar_one())


def _is_back(session: Session, said: Said) -> None:
    """Whoever writes to us can be written to, whatever a provider once said."""
    point = update(ContactPoint).where(
        col(ContactPoint.person_id) == (said.person.id if said.person else 0),
        col(ContactPoint.channel) == said.event.channel,
        col(ContactPoint.address) == said.spoken.address,
        col(ContactPoint.refused_at).is_not(None),
    )
    session.execute(point.values(refused_at=None, refused_reason=None))


def _mark(trouble: str, said: Said) -> str:
    """A trouble of one chat, without its number."""
    digest = hashlib.sha256(f"{said.event.channel} {said.spoken.address}".encode()).hexdigest()[:16]
    return f"{trouble} {digest}"


def _units(session: Session, person_id: int) -> list[str]:
    query = (
        select(col(Unit.name))
        .join(Member, col(Member.unit_id) == col(Unit.id))
        .where(col(Member.person_id) == person_id, col(Member.role) == "contact")
    )
    return list(session.execute(query.order_by(col(Unit.position))).scalars())


def _only_commune(session: Session) -> int | None:
    """The commune of an installation that has one: there, somebody unknown is its coordinator's to find out about."""
    known = list(session.execute(select(col(Commune.id)).limit(2)).scalars())
    return known[0] if len(known) == 1 else None


def _zone(session: Session, person: Person | None) -> str:
    if person is None:
        return DEFAULT_ZONE
    query = select(col(Commune.time_zone)).where(col(Commune.id) == person.commune_id)
    return str(session.execute(query).scalar_one())
