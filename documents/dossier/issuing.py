"""Issuing a dossier, for the command line, the pages and the API alike: planned, made, written into the journal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from db import journal
from db.store import Store
from db.tables import JournalEntry
from documents.dossier.making import Made, Plan, make, plan_dossier
from documents.writing.details import Details
from documents.writing.facts import read_facts
from documents.writing.stored import details_of_meeting
from tasks.actor import Actor
from tasks.council_meetings import meetings_of
from tasks.meeting_choice import chosen_meeting
from tasks.workdays import WorkCalendar

ACTION = "dossier.made"


@dataclass(frozen=True)
class Issued:
    """A dossier that the journal knows. `at` in UTC; `seq`: the number of its line in the journal."""

    seq: int
    at: datetime
    by_name: str
    seal: str
    files: int


def planned(
    session: Session,
    plan_id: int,
    today: date,
    calendar: WorkCalendar,
    evidence: Path,
    details: Details | None = None,
    meeting: int | None = None,
) -> Plan:
    """What would go into a plan's dossier on the local date `today`; the stored details unless others are given.

    `meeting`: the number of the meeting that the stored details tell of, the newest otherwise. Raises Missing for one
    that is not there, Refusal for a class or points that the rules do not have.
    """
    facts = read_facts(session, plan_id, today, calendar)
    if details:
        return plan_dossier(facts, details, evidence)
    meetings = meetings_of(session, plan_id)
    held = chosen_meeting(meetings, meeting)
    given = details_of_meeting(session, plan_id, facts.commune.time_zone, held)
    return replace(plan_dossier(facts, given, evidence), meetings=meetings, meeting=held)


def issue(
    store: Store, plan: Plan, target: Path, *, by: Actor, now: datetime, templates: Path | None = None
) -> Made:
    """Make it and write its seal into the journal; where either fails there is no file. `now` is aware.

    Raises Refusal and StorageRefusal as `make` and the database do.
    """
    facts = plan.facts
    local = now.astimezone(ZoneInfo(facts.commune.time_zone)).replace(microsecond=0)
    made = make(plan, target, at=local, templates=templates)
    with _kept_only_when_done(target), store.write() as session:
        journal.append(
            session, facts.plan.commune_id, at=now, actor=by.name, action=ACTION, subject=f"plan:{facts.plan.id}",
            payload={"role": by.role, "seal": made.seal, "files": made.files, "meeting": plan.meeting_number},
        )  # fmt: skip
    return made


def newest_issued(session: Session, commune_id: int, limit: int) -> list[Issued]:
    """The dossiers that a commune made, the newest first."""
    return [_issued(one) for one in journal.newest_entries(session, commune_id, limit, action=ACTION)]


def issued_with(session: Session, commune_id: int, seal: str) -> Issued | None:
    """The dossier of a commune that has this seal, None where its journal knows none. `seal`: 64 hexadecimal digits."""
    query = select(JournalEntry).where(
        col(JournalEntry.commune_id) == commune_id,
        col(JournalEntry.action) == ACTION,
        col(JournalEntry.payload).contains(seal, autoescape=True),
    )
    found = (_issued(one) for one in session.execute(query.order_by(col(JournalEntry.seq))).scalars())
    return next((one for one in found if one.seal == seal), None)


def _issued(entry: JournalEntry) -> Issued:
    said = json.loads(entry.payload)
    return Issued(entry.seq, entry.at, entry.actor, said["seal"], said["files"])


@contextmanager
def _kept_only_when_done(target: Path) -> Iterator[None]:
    """A dossier whose seal nobody wrote down could never be proved, so it is taken away again."""
    try:
        yield
    except BaseException:
        with suppress(OSError):
            target.unlink()
        raise
