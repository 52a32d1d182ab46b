"""One task as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import ExtensionRequest, Plan, Task, Unit
from tasks.clock import local_date
from tasks.deadline import is_overdue, last_working_day, working_days_left
from tasks.history import Event, history
from tasks.lifecycle import OPEN_STATES
from tasks.ruleset import Criterion, RuleSet
from web.site import Site
from web.visitor import Visitor

READERS = frozenset({"coordinator", "leadership", "council", "superior"})


class NoSuchTask(Refusal):
    """There is no such task, or it is none of the visitor's business."""

    status = 404


@dataclass(frozen=True)
class TaskView:
    """A task with all its page needs. `days_left`: working days. `mine`: the visitor may act for its unit."""

    task: Task
    unit: str
    plan_number: str
    criterion: Criterion | None
    events: list[Event]
    last_working_day: date | None
    days_left: int | None
    late: bool
    mine: bool
    open: bool
    waiting: ExtensionRequest | None

    @property
    def returned(self) -> Event | None:
        """The newest decision to return the report, while it asks for something."""
        if self.task.state != "returned":
            return None
        return next((one for one in reversed(self.events) if one.text.startswith("trả lại")), None)


def view_task(session: Session, site: Site, visitor: Visitor, task_id: int) -> TaskView:
    """Raises NoSuchTask when the visitor neither acts for the unit nor belongs to those who may read everything."""
    task = session.get(Task, task_id)
    mine = task is not None and task.unit_id in visitor.unit_ids
    if task is None or task.commune_id != visitor.commune_id or not (mine or visitor.roles & READERS):
        raise NoSuchTask("Không tìm thấy việc này trong các việc của đơn vị đồng chí.")
    around = select(col(Plan.number), col(Plan.rule_set), col(Unit.name).label("unit"))
    plan = session.execute(
        around.join(Unit, col(Unit.id) == task.unit_id).where(col(Plan.id) == task.plan_id)
    ).one()
    rules = RuleSet.model_validate(plan.rule_set) if task.criterion_no else None
    criterion = rules.criterion(task.criterion_no) if rules and task.criterion_no else None
    today, due = local_date(site.clock.now(), visitor.time_zone), task.last_valid_on
    still_open = task.state in OPEN_STATES
    return TaskView(
        task=task,
        unit=plan.unit,
        plan_number=plan.number,
        criterion=criterion,
        events=history(
            session, task_id, {one.key: one.name for one in criterion.indicators} if criterion else None
        ),
        last_working_day=last_working_day(due, site.calendar) if due else None,
        days_left=working_days_left(due, today, site.calendar) if due and still_open else None,
        late=bool(due and still_open and is_overdue(due, today)),
        mine=mine,
        open=still_open,
        waiting=_waiting(session, task_id),
    )


def _waiting(session: Session, task_id: int) -> ExtensionRequest | None:
    query = select(ExtensionRequest).where(
        col(ExtensionRequest.task_id) == task_id, col(ExtensionRequest.state) == "pending"
    )
    return session.execute(query).scalars().first()
