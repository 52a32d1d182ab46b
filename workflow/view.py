"""A frozen picture of a plan for the guards to judge, read from the database in four queries."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session, col

from db.tables import ContactPoint, ExtensionRequest, Member, Person, Plan, PlanDocument, Task, Unit
from tasks.lifecycle import OPEN_STATES
from tasks.ways import EVERY_WAY, Point, Way


@dataclass(frozen=True)
class TaskView:
    """One assignment as the guards see it; `last_valid_on` is the last local date that is in time."""

    id: int
    key: str
    kind: str
    criterion_no: int | None
    unit_name: str
    state: str
    title: str
    last_valid_on: date | None
    part: str


@dataclass(frozen=True)
class PlanView:
    """A plan at one moment. `today` is the commune's local date.

    `documents`: kinds ever recorded; `fresh_documents`: those recorded since the present stage began, so that
    a dossier that came back needs new papers. `unreachable`: names of units that owe work and whose contacts
    have no usable address. `pending_extensions`: requests for more time that wait, of tasks still owed.
    """

    stage: str
    number: str
    issued_on: date
    criteria: Mapping[int, str]
    document_names: Mapping[str, str]
    tasks: tuple[TaskView, ...]
    documents: frozenset[str]
    fresh_documents: frozenset[str]
    unreachable: tuple[str, ...]
    pending_extensions: int
    today: date

    def live_tasks(self) -> list[TaskView]:
        """All tasks but the cancelled ones."""
        return [task for task in self.tasks if task.state != "cancelled"]

    def with_documents(self, kinds: Iterable[str]) -> PlanView:
        """The same plan as if documents of these kinds had just been recorded."""
        more = frozenset(kinds)
        return replace(self, documents=self.documents | more, fresh_documents=self.fresh_documents | more)


def load_view(session: Session, plan: Plan, today: date, in_use: Collection[Way] = EVERY_WAY) -> PlanView:
    """Read the picture of `plan` on the commune's local date `today`. `in_use`: the ways to reach people."""
    rows = session.execute(_task_query(plan)).all()
    owing = {row.unit_id: row.unit_name for row in rows if row.state != "cancelled"}
    reached = reachable_units(session, plan.commune_id, in_use)
    unreachable = tuple(name for unit_id, name in owing.items() if unit_id not in reached)
    return view_of(session, plan, tuple(_task(row) for row in rows), unreachable, today)


def view_of(
    session: Session, plan: Plan, tasks: tuple[TaskView, ...], unreachable: tuple[str, ...], today: date
) -> PlanView:
    """The picture where tasks and units are known already; only papers and requests are read, in two queries."""
    documents = session.execute(
        select(col(PlanDocument.kind), col(PlanDocument.recorded_at)).where(
            col(PlanDocument.plan_id) == plan.id
        )
    ).all()
    return PlanView(
        stage=plan.stage,
        number=plan.number,
        issued_on=plan.issued_on,
        criteria=criteria_of(plan.rule_set),
        document_names={one["key"]: one["name"] for one in plan.rule_set["procedure"].get("document", ())},
        tasks=tasks,
        documents=frozenset(row.kind for row in documents),
        fresh_documents=frozenset(row.kind for row in documents if row.recorded_at > plan.stage_since),
        unreachable=unreachable,
        pending_extensions=_pending_extensions(session, plan),
        today=today,
    )


def criteria_of(rule_set: Mapping[str, Any]) -> dict[int, str]:
    """Numbers and names of the rule set's criteria; empty for a programme without criteria."""
    return {one["no"]: one["name"] for one in rule_set.get("criterion", ())}


def _task_query(plan: Plan) -> Select[Any]:
    columns = ("id", "key", "kind", "criterion_no", "state", "title", "last_valid_on", "part", "unit_id")
    return (
        select(*(getattr(Task, name) for name in columns), col(Unit.name).label("unit_name"))
        .join(Unit, col(Unit.id) == col(Task.unit_id))
        .where(col(Task.plan_id) == plan.id)
        .order_by(col(Task.criterion_no), col(Unit.position), col(Task.id))
    )


def _task(row: Row[Any]) -> TaskView:
    return TaskView(
        id=row.id,
        key=row.key,
        kind=row.kind,
        criterion_no=row.criterion_no,
        unit_name=row.unit_name,
        state=row.state,
        title=row.title,
        last_valid_on=row.last_valid_on,
        part=row.part,
    )


def reachable_units(session: Session, commune_id: int, in_use: Collection[Way] = EVERY_WAY) -> set[int]:
    """Units with an active contact who has a usable address of a way that is in use."""
    query = (
        select(col(Member.unit_id), col(ContactPoint.channel), col(ContactPoint.address))
        .join(Person, col(Person.id) == col(Member.person_id))
        .join(ContactPoint, col(ContactPoint.person_id) == col(Person.id))
        .where(
            col(Member.commune_id) == commune_id,
            col(Member.role) == "contact",
            col(Person.active),
            col(ContactPoint.refused_at).is_(None),
        )
    )
    return {row[0] for row in session.execute(query) if Point(row[1], row[2]).way in in_use}


def _pending_extensions(session: Session, plan: Plan) -> int:
    query = (
        select(func.count())
        .select_from(ExtensionRequest)
        .join(Task, col(Task.id) == col(ExtensionRequest.task_id))
        .where(
            col(Task.plan_id) == plan.id,
            col(Task.state).in_(OPEN_STATES),
            col(ExtensionRequest.state) == "pending",
        )
    )
    count: int = session.execute(query).scalar_one()
    return count
