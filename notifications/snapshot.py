"""Everything the reminder rules look at, read from the database in a handful of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from db.tables import (
    Announcement,
    Commune,
    ExtensionRequest,
    Member,
    Message,
    Person,
    Plan,
    Report,
    Review,
    Substitution,
    Task,
)
from tasks.clock import local_date
from workflow.definition import procedure_of

Rows = Select[*tuple[Any, ...]]
EVENTS_COUNT_FOR = timedelta(days=14)


@dataclass(frozen=True)
class TaskFacts:
    """A task as far as reminders care.

    `report_id` is the newest report, `returned` whether it was returned; `previous_on` is the last deadline but one.
    """

    id: int
    key: str
    kind: str
    unit_id: int
    state: str
    last_valid_on: date | None
    due_set_on: date
    due_no: int
    report_id: int | None
    returned: bool
    previous_on: date | None = None


@dataclass(frozen=True)
class ExtensionFacts:
    """A request for more time that waits, was granted, or was refused not long ago; only a `recent` one is news."""

    id: int
    task_id: int
    state: str
    wanted_on: date
    recent: bool = True


@dataclass(frozen=True)
class People:
    """Who has which part. `away` maps a person to the substitute of today."""

    active: frozenset[int]
    opted_out: frozenset[int]
    contacts: dict[int, tuple[int, ...]]
    by_role: dict[str, tuple[int, ...]]
    away: dict[int, int]


@dataclass(frozen=True)
class WatchedPlan:
    """The plan that leadership looks at every week."""

    id: int
    issued_on: date


@dataclass(frozen=True)
class Snapshot:
    """One commune at one instant. `watched`: its newest plan, unless that is a draft or over."""

    today: date
    tasks: dict[int, TaskFacts]
    extensions: tuple[ExtensionFacts, ...]
    announcements: tuple[tuple[int, tuple[str, ...]], ...]
    undelivered: tuple[tuple[int, int], ...]
    people: People
    watched: WatchedPlan | None = None


def load(session: Session, commune_id: int, now: datetime) -> Snapshot:
    """Read a commune's snapshot. Tasks of plans whose stage sends no reminders are left out."""
    zone = session.execute(select(col(Commune.time_zone)).where(col(Commune.id) == commune_id)).scalar_one()
    today = local_date(now, zone)
    since = now - EVENTS_COUNT_FOR
    plans = _plans(session, commune_id)
    reminding = [plan.id for plan, reminds in plans if reminds]
    return Snapshot(
        today=today,
        tasks={row.id: TaskFacts(*row) for row in session.execute(_task_query(reminding))},
        extensions=tuple(
            ExtensionFacts(*row) for row in session.execute(_extension_query(commune_id, since))
        ),
        announcements=tuple(
            (row.id, tuple(row.roles)) for row in session.execute(_news_query(commune_id, since))
        ),
        undelivered=tuple((row[0], row[1]) for row in session.execute(_undelivered_query(commune_id, since))),
        people=load_people(session, commune_id, today),
        watched=plans[0][0] if plans and plans[0][1] else None,
    )


def load_people(session: Session, commune_id: int, today: date) -> People:
    """Who is active, whom they stand for, and who is away on `today`."""
    people = session.execute(
        select(col(Person.id), col(Person.digest_opt_out)).where(
            col(Person.commune_id) == commune_id, col(Person.active)
        )
    ).all()
    contacts: dict[int, tuple[int, ...]] = {}
    by_role: dict[str, tuple[int, ...]] = {}
    for unit_id, person_id, role in session.execute(_member_query(commune_id)):
        if role == "contact":
            contacts[unit_id] = (*contacts.get(unit_id, ()), person_id)
        by_role[role] = (*by_role.get(role, ()), person_id)
    return People(
        active=frozenset(row[0] for row in people),
        opted_out=frozenset(row[0] for row in people if row[1]),
        contacts=contacts,
        by_role=by_role,
        away={row[0]: row[1] for row in session.execute(_away_query(commune_id, today))},
    )


def _plans(session: Session, commune_id: int) -> list[tuple[WatchedPlan, bool]]:
    """The commune's plans, the newest first, and whether their stage lets people be reminded."""
    query = select(col(Plan.id), col(Plan.issued_on), col(Plan.stage), col(Plan.rule_set)).where(
        col(Plan.commune_id) == commune_id
    )
    rows = session.execute(query.order_by(col(Plan.year).desc(), col(Plan.id).desc()))
    return [
        (WatchedPlan(row.id, row.issued_on), procedure_of(row.rule_set).stage(row.stage).reminds)
        for row in rows
    ]


def _task_query(plans: list[int]) -> Rows:
    newest = (
        select(col(Report.task_id), func.max(col(Report.number)).label("number"))
        .group_by(col(Report.task_id))
        .subquery()
    )
    columns = ("id", "key", "kind", "unit_id", "state", "last_valid_on", "due_set_on", "due_no")
    return (
        select(
            *(getattr(Task, name) for name in columns),
            col(Report.id),
            col(Review.id).is_not(None),
            col(Task.previous_on),
        )
        .outerjoin(newest, newest.c.task_id == col(Task.id))
        .outerjoin(Report, (col(Report.task_id) == col(Task.id)) & (col(Report.number) == newest.c.number))
        .outerjoin(Review, (col(Review.report_id) == col(Report.id)) & (col(Review.decision) == "returned"))
        .where(col(Task.plan_id).in_(plans))
        .order_by(col(Task.id))
    )


def _extension_query(commune_id: int, since: datetime) -> Rows:
    names = ("id", "task_id", "state", "wanted_on")
    recent = (col(ExtensionRequest.state) == "pending") | (col(ExtensionRequest.decided_at) >= since)
    # A deadline stays one that was granted, however long ago, and is never told as one that was moved.
    return select(*(getattr(ExtensionRequest, name) for name in names), recent).where(
        col(ExtensionRequest.commune_id) == commune_id,
        recent | (col(ExtensionRequest.state) == "granted"),
    )


def _news_query(commune_id: int, since: datetime) -> Rows:
    return select(col(Announcement.id), col(Announcement.roles)).where(
        col(Announcement.commune_id) == commune_id, col(Announcement.made_at) >= since
    )


def _undelivered_query(commune_id: int, since: datetime) -> Rows:
    return select(col(Message.id), col(Message.person_id)).where(
        col(Message.commune_id) == commune_id,
        col(Message.state).in_(("failed", "unknown")),
        col(Message.updated_at) >= since,
    )


def _member_query(commune_id: int) -> Rows:
    query = select(col(Member.unit_id), col(Member.person_id), col(Member.role)).where(
        col(Member.commune_id) == commune_id
    )
    return query.order_by(col(Member.id))


def _away_query(commune_id: int, today: date) -> Rows:
    query = select(col(Substitution.person_id), col(Substitution.substitute_id))
    return query.where(
        col(Substitution.commune_id) == commune_id,
        col(Substitution.from_on) <= today,
        col(Substitution.until_on) > today,
    )
