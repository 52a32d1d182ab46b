"""Where a plan stands on a day: its stages, its tasks on the board, and the nearest deadline."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from db.tables import Plan
from tasks.board import Board, board, next_deadline
from tasks.deadline import last_working_day, weekday_date, working_days_left
from tasks.lifecycle import OPEN_STATES
from tasks.listing import TaskLine, list_tasks
from tasks.workdays import WorkCalendar
from workflow.definition import procedure_of
from workflow.guards import Blocker
from workflow.judging import ask
from workflow.overview import StepperItem, stepper
from workflow.view import TaskView, view_of


@dataclass(frozen=True)
class Standing:
    """A plan on the local date `today`. `days_left`: working days to the nearest deadline ahead, or since the last."""

    plan: Plan
    today: date
    steps: list[StepperItem]
    criteria: list[int]
    lines: list[TaskLine]
    board: Board
    due: date | None
    last_working_day: date | None
    days_left: int | None

    @property
    def stage_name(self) -> str:
        """The present stage in words."""
        return next(one.name for one in self.steps if one.status == "present")

    @property
    def days_words(self) -> str:
        """The time to the deadline in few words; "" when there is none.

        A deadline that has passed is called just that: whether anybody is late is another matter.
        """
        if self.due is None or self.days_left is None:
            return ""
        if self.today > self.due:
            return f"hạn đã qua {-self.days_left} ngày làm việc" if self.days_left else "hạn vừa qua"
        if self.days_left:
            return f"còn {self.days_left} ngày làm việc"
        return (
            "hôm nay là ngày làm việc cuối cùng"
            if self.today == self.last_working_day
            else "còn nhận đến hết hạn"
        )

    @property
    def no_days_words(self) -> str:
        """Why there is no nearest deadline, in few words."""
        return (
            "không đặt hạn"
            if any(one.state in OPEN_STATES for one in self.lines)
            else "không còn việc nào nợ"
        )

    @property
    def time_left(self) -> str:
        """The same with the day: the last working day while it is ahead, then the last valid one; "" for none."""
        if self.due is None or self.last_working_day is None:
            return ""
        ahead = self.today <= self.last_working_day
        return f"{self.days_words} ({weekday_date(self.last_working_day if ahead else self.due)})"


def standing(session: Session, plan: Plan, today: date, calendar: WorkCalendar) -> Standing:
    """One query, however many tasks there are."""
    lines = list_tasks(session, plan.id or 0, today, calendar)
    due = next_deadline(lines, today)
    return Standing(
        plan=plan,
        today=today,
        steps=stepper(procedure_of(plan.rule_set), plan.stage),
        criteria=sorted({one["no"] for one in plan.rule_set.get("criterion", ())}),
        lines=lines,
        board=board(lines),
        due=due,
        last_working_day=last_working_day(due, calendar) if due else None,
        days_left=working_days_left(due, today, calendar) if due else None,
    )


def next_obstacles(session: Session, seen: Standing, unreachable: Collection[str]) -> list[Blocker]:
    """What stands in the way of the main path's next step; papers that come with the step are no obstacle.

    Two queries. Empty at the end of the procedure, too.
    """
    steps = procedure_of(seen.plan.rule_set).steps_from(seen.plan.stage)
    if not steps:
        return []
    tasks = tuple(_task(line) for line in seen.lines)
    view = view_of(session, seen.plan, tasks, tuple(unreachable), seen.today)
    return ask(steps[0], view.with_documents(steps[0].documents))


def _task(line: TaskLine) -> TaskView:
    return TaskView(
        line.id, line.key, line.kind, line.criterion_no, line.unit_name, line.state, line.title,
        line.last_valid_on, line.part,
    )  # fmt: skip
