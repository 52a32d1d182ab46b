"""What a message says at the moment it is sent: its claimed reminders that are still wanted, as a digest."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import Session, col

from db.tables import Message, Reminder
from notifications.candidates import Candidate, candidates
from notifications.digest import Digest
from notifications.planning import told_together, urgency
from notifications.quotes import Desk, Quotes
from notifications.register import Register, read_register
from notifications.snapshot import Snapshot, load


@dataclass(frozen=True)
class Content:
    """A message's digest, and what becomes of each of its reminders: number -> state.

    "wanted": it is said; "covered": another one about the same task is; "dropped": it is no longer wanted.
    No digest: nothing is left to say.
    """

    digest: Digest | None
    states: Mapping[int, str]


@dataclass(frozen=True)
class Reading:
    """A commune as it was read: good on that day until something is journalled."""

    snapshot: Snapshot
    wanted: Mapping[tuple[int, str, str], Candidate]
    register: Register


def read(session: Session, commune_id: int, now: datetime, desk: Desk) -> Reading:
    """What all messages of a commune are composed from."""
    snapshot = load(session, commune_id, now, alarms=True)
    wanted = {one.key: one for one in candidates(snapshot, desk.ladders)}
    return Reading(snapshot, wanted, read_register(session, commune_id, snapshot.people))


def compose(
    session: Session, commune_id: int, messages: Sequence[int], reading: Reading, desk: Desk
) -> dict[int, Content]:
    """The present content of each message, in a fixed number of queries."""
    reminders = _reminders(session, messages)
    quotes = Quotes(session, commune_id, reading.snapshot, desk, reading.register)
    receivers = dict(
        session.execute(
            select(col(Message.id), col(Message.person_id)).where(col(Message.id).in_(messages))
        ).all()
    )
    # Who stood in for somebody and left reads nothing any more; dropped, it is claimed anew for whoever reads it now.
    active = reading.snapshot.people.active
    looks = {
        number: _last_look(reminders[number], reading.wanted if person_id in active else {})
        for number, person_id in receivers.items()
    }
    said = {number: _those(reminders[number], looks[number], "wanted") for number in receivers}
    quotes.read_links((person_id, said[number]) for number, person_id in receivers.items())
    contents = {}
    for number, person_id in receivers.items():
        standing = _those(reminders[number], looks[number], "wanted", "covered")
        digest = quotes.digest(person_id, said[number], standing) if said[number] else None
        contents[number] = Content(digest, looks[number])
    return contents


def _those(mine: Sequence[Row[Any]], states: Mapping[int, str], *wanted: str) -> list[Row[Any]]:
    return [row for row in mine if states[row.id] in wanted]


def _last_look(mine: Sequence[Row[Any]], wanted: Mapping[tuple[int, str, str], Candidate]) -> dict[int, str]:
    """Judge a message's reminders anew: since they were claimed, others may have joined them or gone.

    Its reader may also read for somebody else who owes the same task; it is said once.
    """
    states = {row.id: "dropped" for row in mine}
    groups: dict[int | str, list[tuple[Candidate, int]]] = defaultdict(list)
    for row in mine:
        if candidate := wanted.get((row.person_id, row.subject, row.rung)):
            groups[told_together(candidate)[1]].append((candidate, row.id))
    for group in groups.values():
        first, *rest = sorted(group, key=lambda pair: urgency(pair[0]))
        states |= {first[1]: "wanted"} | {number: "covered" for _, number in rest}
    return states


def _reminders(session: Session, messages: Sequence[int]) -> dict[int, list[Row[Any]]]:
    names = ("id", "message_id", "person_id", "subject", "rung", "kind", "task_id")
    query = select(*(getattr(Reminder, name) for name in names)).where(
        col(Reminder.message_id).in_(messages), col(Reminder.state) != "dropped"
    )
    found: dict[int, list[Row[Any]]] = defaultdict(list)
    for row in session.execute(query):
        found[row.message_id].append(row)
    return found
