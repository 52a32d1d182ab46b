"""Everything the reminder rules look at, read from the database in a handful of queries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from db.tables import (
    Announcement,
    Commune,
    ExtensionRequest,
    Message,
    Nudge,
    Plan,
    Report,
    Review,
    Task,
)
from notifications.audience import Absence, People, away_on, load_absences, load_people
from notifications.breakers import Closed, closed_channels
from notifications.holds import Holds, load_holds
from tasks.clock import local_date
from workflow.definition import procedure_of

Rows = Select[*tuple[Any, ...]]
EVENTS_COUNT_FOR = timedelta(days=14)


@dataclass(frozen=True)
class TaskFacts:
    """A task as far as reminders care.

    `report_id` is the newest report, `returned` whether it was returned; `previous_on` is the last deadline but one.
    `nudge_id` is the newest reminder out of turn, made on the local date `nudged_on`.
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
    nudge_id: int | None = None
    nudged_on: date | None = None
    title: str = ""


@dataclass(frozen=True)
class ExtensionFacts:
    """A request for more time that waits, was granted, or was refused not long ago; only a `recent` one is news."""

    id: int
    task_id: int
    state: str
    wanted_on: date
    recent: bool = True


@dataclass(frozen=True)
class WatchedPlan:
    """The plan that leadership looks at every week."""

    id: int
    issued_on: date


@dataclass(frozen=True)
class Snapshot:
    """One commune on one day. `watched`: its newest plan, unless that is a draft or over. `closed`: the installation's."""

    today: date
    tasks: dict[int, TaskFacts]
    extensions: tuple[ExtensionFacts, ...]
    announcements: tuple[tuple[int, tuple[str, ...]], ...]
    undelivered: tuple[tuple[int, int], ...]
    people: People
    watched: WatchedPlan | None = None
    holds: Holds = field(default_factory=Holds)
    absences: tuple[Absence, ...] = ()
    closed: tuple[Closed, ...] = ()

    def on(self, day: date) -> Snapshot:
        """The same commune on another day, if nothing else changed."""
        return replace(self, today=day, people=replace(self.people, away=away_on(self.absences, day)))

    @property
    def resting(self) -> frozenset[int]:
        """Who gets no message today."""
        return self.holds.resting(self.today, self.people.active)


def load(
    session: Session, commune_id: int, now: datetime, time_zone: str = "", *, alarms: bool = False
) -> Snapshot:
    """Read a commune's snapshot. Tasks of plans whose stage sends no reminders are left out.

    Who knows the commune's time zone spares the question; closed channels are read only where they are told (`alarms`).
    """
    today = local_date(now, time_zone or _time_zone(session, commune_id))
    holds = load_holds(session, commune_id, today)
    since = now - EVENTS_COUNT_FOR - holds.waited(today)
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
        people=load_people(session, commune_id),
        watched=plans[0][0] if plans and plans[0][1] else None,
        holds=holds,
        absences=load_absences(session, commune_id, today),
        closed=tuple(closed_channels(session).values()) if alarms else (),
    ).on(today)


def _time_zone(session: Session, commune_id: int) -> str:
    return str(
        session.execute(select(col(Commune.time_zone)).where(col(Commune.id) == commune_id)).scalar_one()
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
    latest = (
        select(col(Nudge.task_id), func.max(col(Nudge.id)).label("id"))
        .group_by(col(Nudge.task_id))
        .subquery()
    )
    columns = ("id", "key", "kind", "unit_id", "state", "last_valid_on", "due_set_on", "due_no")
    return (
        select(
            *(getattr(Task, name) for name in columns),
            col(Report.id),
            col(Review.id).is_not(None),
            col(Task.previous_on),
            col(Nudge.id),
            col(Nudge.on_date),
            col(Task.title),
        )
        .outerjoin(newest, newest.c.task_id == col(Task.id))
        .outerjoin(Report, (col(Report.task_id) == col(Task.id)) & (col(Report.number) == newest.c.number))
        .outerjoin(Review, (col(Review.report_id) == col(Report.id)) & (col(Review.decision) == "returned"))
        .outerjoin(latest, latest.c.task_id == col(Task.id))
        .outerjoin(Nudge, col(Nudge.id) == latest.c.id)
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
