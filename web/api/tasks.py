"""Tasks: the list, and one with all that happened to it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from tasks.clock import local_date
from tasks.current import current_plan
from tasks.lifecycle import STATE_NAMES
from tasks.listing import TaskLine, list_tasks
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, Number
from web.api.versions import put_tag
from web.unit.reading import TaskView, view_task
from web.visitor import TheSite

router = APIRouter(tags=["tasks"])
READERS = ("unit", "coordinator", "leadership", "council", "superior")
State = Literal["assigned", "acknowledged", "in_progress", "submitted", "returned", "accepted", "cancelled"]
if set(State.__args__) != set(STATE_NAMES):  # type: ignore[attr-defined]
    raise ImportError("the API knows other states than the tasks have")
Key = Annotated[str | None, Query(max_length=80)]


class TaskLineOut(Given):
    """One task. `days_left`: working days to the last working day in time, negative when late."""

    id: int
    key: str
    kind: str
    criterion_no: int | None
    part: str
    unit_key: str
    unit_name: str
    title: str
    source: str
    state: str
    last_valid_on: date | None
    due_wording: str
    days_left: int | None
    late: bool


class IndicatorOut(Given):
    """What a criterion's report must tell; `kind`: share, count, yes_no or score."""

    key: str
    name: str
    kind: str


class FigureOut(Given):
    """One figure that was reported."""

    indicator: str
    numerator: int | None
    denominator: int | None
    value: float | None
    note: str


class ReportOut(Given):
    """What was handed in; `number` counts the versions."""

    number: int
    note: str
    by_name: str
    submitted_at: datetime
    figures: list[FigureOut]


class EventOut(Given):
    """One thing that happened, in words."""

    at: datetime
    by: str
    text: str


class TaskOut(Given):
    """A task with its reports and history; `version` is what its ETag stands for."""

    id: int
    key: str
    kind: str
    criterion_no: int | None
    unit_name: str
    title: str
    wording: str
    source: str
    state: str
    version: int
    last_valid_on: date | None
    last_working_day: date | None
    due_wording: str
    days_left: int | None
    late: bool
    may_act: bool
    indicators: list[IndicatorOut]
    reports: list[ReportOut]
    history: list[EventOut]


@router.get("/tasks", **access("read", *READERS), responses=documented())
def listed(
    site: TheSite, visitor: Calling, unit: Key = None, state: State | None = None,
    criterion: Annotated[int | None, Query(ge=1, le=99)] = None, late: bool | None = None,
) -> list[TaskLineOut]:  # fmt: skip
    """The tasks of the newest plan; a unit sees its own."""
    with site.store.read() as session:
        plan = current_plan(session, visitor.commune_id)
        today = local_date(site.clock.now(), visitor.time_zone)
        lines = list_tasks(session, plan.id or 0, today, site.calendar)
    return [
        TaskLineOut.model_validate(line)
        for line in lines
        if (visitor.office or line.unit_id in visitor.unit_ids)
        and _wanted(line, unit, state, criterion, late)
    ]


@router.get("/tasks/{task_id}", **access("read", *READERS), responses=documented())
def one(site: TheSite, visitor: Calling, response: Response, task_id: Number) -> TaskOut:
    """One task. Its ETag is needed to change it."""
    with site.store.read() as session:
        view = view_task(session, site, visitor, task_id)
    put_tag(response, view.task.version)
    return told(view)


def told(view: TaskView) -> TaskOut:
    """A task as it goes out."""
    task, past = view.task, view.past
    return TaskOut(
        id=task.id or 0, key=task.key, kind=task.kind, criterion_no=task.criterion_no, unit_name=view.unit,
        title=task.title, wording=task.wording, source=task.source, state=task.state, version=task.version,
        last_valid_on=task.last_valid_on, last_working_day=view.last_working_day, due_wording=task.due_wording,
        days_left=view.days_left, late=view.late, may_act=view.mine,
        indicators=[IndicatorOut.model_validate(it) for it in (view.criterion.indicators if view.criterion else ())],
        reports=[
            ReportOut(
                number=it.number, note=it.note, by_name=it.by_name, submitted_at=it.submitted_at,
                figures=[FigureOut.model_validate(figure) for figure in past.figures_of(it)],
            )
            for it in past.reports
        ],
        history=[EventOut.model_validate(it) for it in view.events],
    )  # fmt: skip


def _wanted(
    line: TaskLine, unit: str | None, state: str | None, criterion: int | None, late: bool | None
) -> bool:
    return (
        (unit is None or line.unit_key == unit)
        and (state is None or line.state == state)
        and (criterion is None or line.criterion_no == criterion)
        and (late is None or line.late == late)
    )
