"""The plan as the office sees it: stages, days left, and every task in its square."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from db.tables import Plan
from tasks.board import Board, board, next_deadline
from tasks.clock import local_date
from tasks.current import current_plan
from tasks.deadline import last_working_day, working_days_left
from tasks.listing import TaskLine, list_tasks
from web.site import Site
from web.visitor import Visitor
from workflow.definition import procedure_of
from workflow.overview import StepperItem, stepper

LATE = "tre-han"


@dataclass(frozen=True)
class Overview:
    """The newest plan of a commune. `days_left`: working days to the nearest deadline ahead."""

    plan: Plan
    today: date
    steps: list[StepperItem]
    criteria: list[int]
    lines: list[TaskLine]
    board: Board
    due: date | None
    last_working_day: date | None
    days_left: int | None


@dataclass(frozen=True)
class Filters:
    """What the address asks for; "" asks for nothing. `state` may be `LATE`."""

    unit: str = ""
    state: str = ""
    criterion: str = ""

    def keep(self, line: TaskLine) -> bool:
        """Whether a task is wanted."""
        by_state = line.late if self.state == LATE else line.state == self.state
        return (
            (not self.unit or line.unit_key == self.unit)
            and (not self.state or by_state)
            and (not self.criterion or str(line.criterion_no) == self.criterion)
        )


def overview(session: Session, site: Site, visitor: Visitor) -> Overview:
    """Raises Missing when the commune has no plan yet."""
    plan = current_plan(session, visitor.commune_id)
    today = local_date(site.clock.now(), visitor.time_zone)
    lines = list_tasks(session, plan.id or 0, today, site.calendar)
    due = next_deadline(lines, today)
    return Overview(
        plan=plan,
        today=today,
        steps=stepper(procedure_of(plan.rule_set), plan.stage),
        criteria=sorted({one["no"] for one in plan.rule_set.get("criterion", ())}),
        lines=lines,
        board=board(lines),
        due=due,
        last_working_day=last_working_day(due, site.calendar) if due else None,
        days_left=working_days_left(due, today, site.calendar) if due else None,
    )
