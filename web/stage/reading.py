"""The procedure as its page shows it: stages with their dates, and the steps that may come next."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import JournalEntry, Plan
from tasks.clock import local_date
from tasks.current import current_plan
from web.rendering import within_reach
from web.site import Site
from web.visitor import Visitor
from workflow.definition import DocumentKind, Step, procedure_of
from workflow.guards import Blocker
from workflow.judging import MAY_OVERRIDE, ROLE_NAMES, ask
from workflow.overview import StepperItem, stepper
from workflow.stepping import possible_steps
from workflow.view import PlanView, load_view


@dataclass(frozen=True)
class Obstacle:
    """A blocker with the page where it can be mended; "" where there is none."""

    blocker: Blocker
    place: str


@dataclass(frozen=True)
class NextStep:
    """A step that leaves the present stage. `mine`: the visitor may take it; `overridable`: and pass what is soft."""

    step: Step
    to: str
    papers: tuple[DocumentKind, ...]
    obstacles: tuple[Obstacle, ...]
    who: str
    mine: bool
    overridable: bool

    @property
    def ready(self) -> bool:
        """Whether it can be taken, with a written reason if need be."""
        return self.mine and (not self.obstacles or self.overridable)


@dataclass(frozen=True)
class StageView:
    """`entered`: stage key -> when the plan came to it last (UTC)."""

    plan: Plan
    stages: list[StepperItem]
    entered: Mapping[str, datetime]
    steps: tuple[NextStep, ...]


def stage_view(session: Session, site: Site, visitor: Visitor) -> StageView:
    """The newest plan's procedure. Raises Missing when there is no plan."""
    plan = current_plan(session, visitor.commune_id)
    procedure = procedure_of(plan.rule_set)
    view = load_view(session, plan, local_date(site.clock.now(), visitor.time_zone), site.ways)
    steps = []
    for step in possible_steps(procedure, plan.stage):
        papers = tuple(one for one in procedure.documents if one.key in step.documents)
        steps.append(_next(step, procedure.stage(step.to).name, papers, view, visitor))
    return StageView(plan, stepper(procedure, plan.stage), _entered(session, plan), tuple(steps))


def _next(
    step: Step, to: str, papers: tuple[DocumentKind, ...], view: PlanView, visitor: Visitor
) -> NextStep:
    """The papers a step needs are asked for in its form, so they are no obstacle here."""
    found = ask(step, view.with_documents(step.documents))
    places = {task.key: f"/viec/{task.id}" for task in view.tasks}
    obstacles = tuple(Obstacle(one, within_reach(_place(one, places), visitor.roles)) for one in found)
    mine = bool(visitor.roles & set(step.who))
    soft = not any(one.hard for one in found) and MAY_OVERRIDE in visitor.roles & set(step.who)
    who = " hoặc ".join(ROLE_NAMES[role] for role in step.who)
    return NextStep(step, to, papers, obstacles, who, mine, soft)


def _place(blocker: Blocker, places: Mapping[str, str]) -> str:
    if blocker.task_key:
        return places.get(blocker.task_key, "")
    return "/danh-ba" if blocker.guard == "units_reachable" else ""


def _entered(session: Session, plan: Plan) -> dict[str, datetime]:
    query = select(col(JournalEntry.at), col(JournalEntry.payload)).where(
        col(JournalEntry.commune_id) == plan.commune_id,
        col(JournalEntry.subject) == f"plan:{plan.id}",
        col(JournalEntry.action) == "plan.step",
    )
    rows = session.execute(query.order_by(col(JournalEntry.seq)))
    return {json.loads(row.payload)["to"]: row.at for row in rows}
