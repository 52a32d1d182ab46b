"""One task as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import Evidence, Plan, ReportDraft, Task, Unit
from tasks.clock import local_date
from tasks.deadline import is_overdue, last_working_day, working_days_left
from tasks.drafting import draft_of
from tasks.evidence import standing
from tasks.history import Event, Past, past_of
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
    past: Past
    evidence: list[Evidence]
    draft: ReportDraft | None
    last_working_day: date | None
    days_left: int | None
    late: bool
    mine: bool
    open: bool

    @cached_property
    def events(self) -> list[Event]:
        """What happened, in words, oldest first."""
        named = self.criterion.indicators if self.criterion else ()
        return self.past.events({one.key: one.name for one in named})

    @property
    def restricted(self) -> bool:
        """Whether evidence may tell about one child, so that no file is taken."""
        return self.criterion is not None and self.criterion.restricted_evidence

    @property
    def returned(self) -> Event | None:
        """The newest decision to return the report, while it asks for something."""
        if self.task.state != "returned":
            return None
        return next((one for one in reversed(self.events) if one.text.startswith("trả lại")), None)


def find_task(session: Session, visitor: Visitor, task_id: int) -> Task:
    """Raises NoSuchTask when the visitor neither acts for the unit nor belongs to those who may read everything."""
    task = session.get(Task, task_id)
    mine = task is not None and task.unit_id in visitor.unit_ids
    if task is None or task.commune_id != visitor.commune_id or not (mine or visitor.roles & READERS):
        raise NoSuchTask("Không tìm thấy việc này trong các việc của đơn vị đồng chí.")
    return task


def own_task(session: Session, visitor: Visitor, task_id: int) -> Task:
    """A task the visitor may act on for its unit. Raises NoSuchTask."""
    task = find_task(session, visitor, task_id)
    if task.unit_id not in visitor.unit_ids:
        raise NoSuchTask("Việc này do đơn vị khác thực hiện nên đồng chí chỉ xem được.")
    return task


def view_task(session: Session, site: Site, visitor: Visitor, task_id: int) -> TaskView:
    """A task with what is around it. Raises NoSuchTask."""
    task = find_task(session, visitor, task_id)
    around = select(col(Plan.number), col(Plan.rule_set), col(Unit.name).label("unit"))
    plan = session.execute(
        around.join(Unit, col(Unit.id) == task.unit_id).where(col(Plan.id) == task.plan_id)
    ).one()
    rules = RuleSet.model_validate(plan.rule_set) if task.criterion_no else None
    criterion = rules.criterion(task.criterion_no) if rules and task.criterion_no else None
    today, due = local_date(site.clock.now(), visitor.time_zone), task.last_valid_on
    mine, still_open = task.unit_id in visitor.unit_ids, task.state in OPEN_STATES
    return TaskView(
        task=task,
        unit=plan.unit,
        plan_number=plan.number,
        criterion=criterion,
        past=past_of(session, task_id),
        evidence=standing(session, task_id),
        draft=draft_of(session, task_id) if mine and still_open else None,
        last_working_day=last_working_day(due, site.calendar) if due else None,
        days_left=working_days_left(due, today, site.calendar) if due and still_open else None,
        late=bool(due and still_open and is_overdue(due, today)),
        mine=mine,
        open=still_open,
    )
