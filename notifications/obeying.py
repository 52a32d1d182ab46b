"""What a command from a chat does to the sender's tasks: acknowledge, tell where to report, ask for more time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal, StorageRefusal
from db.tables import Message, Person, Reminder
from notifications import chat_words
from notifications.chat_words import Told
from notifications.commands import Command
from notifications.snapshot import TaskFacts, load
from tasks import extending, reporting
from tasks.acting import parts_of
from tasks.actor import Actor
from tasks.lifecycle import OPEN_STATES

NO_REASON = "Xin gia hạn qua Zalo."


@dataclass(frozen=True)
class Mine:
    """What a person owes, for the units that the person acts for `today`: all open tasks, the most urgent first.

    `told`: those that the last message to the person spoke of; None when no message spoke of any.
    """

    today: date
    open: tuple[TaskFacts, ...]
    told: tuple[TaskFacts, ...] | None


def obey(session: Session, person: Person, command: Command, base_url: str, now: datetime) -> str:
    """Do what was asked; what is said in answer. Nothing of a refused deed is written."""
    mine = owed(session, person, now)
    if command.kind == "acknowledge":
        return _acknowledge(session, person, mine, now)
    if command.kind == "done":
        ordered = [*(mine.told or ()), *(one for one in mine.open if one not in (mine.told or ()))]
        places = [_told(one, f"{base_url}/viec/{one.id}") for one in ordered]
        return chat_words.to_report(places, mine.today, base_url)
    return _ask_for_time(session, person, mine, command, base_url, now)


def owed(session: Session, person: Person, now: datetime) -> Mine:
    """The person's open tasks. Plans that nobody is reminded of, drafts and finished ones, do not count."""
    snapshot = load(session, person.commune_id, now)
    units = parts_of(session, person.commune_id, person.id or 0, snapshot.today).units
    own = {number: one for number, one in snapshot.tasks.items() if one.unit_id in units}
    last = _last_told(session, person.id or 0, set(own))
    owing = [one for one in own.values() if one.state in OPEN_STATES]
    owing.sort(key=lambda one: (one.last_valid_on is None, one.last_valid_on or snapshot.today, one.key))
    told = None if last is None else tuple(one for one in owing if one.id in last)
    return Mine(snapshot.today, tuple(owing), told)


def _last_told(session: Session, person_id: int, own: set[int]) -> set[int] | None:
    """The tasks among `own` that the newest message about any of them spoke of."""
    query = (
        select(col(Reminder.message_id), col(Reminder.task_id))
        .join(Message, col(Message.id) == col(Reminder.message_id))
        .where(
            col(Message.person_id) == person_id,
            col(Message.state).in_(("sending", "sent", "delivered", "unknown")),
            col(Reminder.state) != "dropped",
            col(Reminder.task_id).in_(own),
        )
        .order_by(col(Message.slot).desc(), col(Message.id).desc())
    )
    rows = session.execute(query).all()
    return {row.task_id for row in rows if row.message_id == rows[0].message_id} if rows else None


def _acknowledge(session: Session, person: Person, mine: Mine, now: datetime) -> str:
    if not mine.open:
        return chat_words.NOTHING_OWED
    meant = mine.open if mine.told is None else mine.told
    new = [one for one in meant if one.state == "assigned"]
    by = _actor(person)
    done, wrong = _each(session, new, lambda one: reporting.acknowledge(session, one.id, by=by, now=now))
    return chat_words.acknowledged(done, wrong, mine.today)


def _ask_for_time(
    session: Session, person: Person, mine: Mine, command: Command, base_url: str, now: datetime
) -> str:
    if command.on is None:
        return chat_words.no_date(command.wrong)
    meant = mine.open if mine.told is None else mine.told
    if not meant:
        return chat_words.NOTHING_OWED if not mine.open else chat_words.which_task(base_url)
    if mine.told is None and len(meant) > 1:
        return chat_words.which_task(base_url)
    by, on, reason = _actor(person), command.on, command.reason or NO_REASON
    done, wrong = _each(
        session,
        meant,
        lambda one: extending.request(session, one.id, wanted_on=on, reason=reason, by=by, now=now),
    )
    return chat_words.more_time(done, wrong, on)


def _each(
    session: Session, tasks: Sequence[TaskFacts], deed: Callable[[TaskFacts], object]
) -> tuple[list[Told], list[Told]]:
    """Do it to each task; those it was done to, and those it was refused for."""
    done, wrong = [], []
    for one in tasks:
        try:
            with session.begin_nested():
                deed(one)
        except StorageRefusal:
            raise
        except Refusal as refusal:
            wrong.append(Told(one.title, one.last_valid_on, wrong=str(refusal)))
        else:
            done.append(_told(one))
    return done, wrong


def _told(one: TaskFacts, place: str = "") -> Told:
    return Told(one.title, one.last_valid_on, place)


def _actor(person: Person) -> Actor:
    return Actor(person.name, "unit")
