"""Who is calling, where the plan stands, and its next step."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field

from db.errors import Missing
from web.api.callers import Calling, TheCaller, access
from web.api.problems import documented
from web.api.values import Day, Given, Name, ShortWords, Taken, Words
from web.api.versions import IfMatch, put_tag, require_match
from web.leadership.reading import lookout
from web.roles import ROLES
from web.site import Site
from web.stage.reading import StageView, stage_view
from web.visitor import TheSite, Visitor
from workflow.effects import DocumentRef
from workflow.judging import MAY_OVERRIDE
from workflow.stepping import advance

router = APIRouter(tags=["plan"])
OFFICE = ("coordinator", "leadership", "council", "superior")


class Me(Given):
    """The token's owner and what the token may do."""

    name: str
    commune: str
    roles: list[str]
    scopes: list[str]


class StageOut(Given):
    """One stage; `status`: done, present or ahead."""

    key: str
    name: str
    status: str


class ObstacleOut(Given):
    """Why a step cannot go; a soft one may be overridden by leadership with a written reason."""

    text: str
    hard: bool
    task_key: str | None


class PaperOut(Given):
    """A document that must come with a step."""

    key: str
    name: str


class StepOut(Given):
    """A step that leaves the present stage. `mine`: the caller's roles may take it."""

    trigger: str
    name: str
    to: str
    mine: bool
    reason_required: bool
    documents: list[PaperOut]
    obstacles: list[ObstacleOut]


class PlanOut(Given):
    """The commune's newest plan."""

    number: str
    title: str
    year: int
    issued_on: date
    stage: str
    version: int
    stages: list[StageOut]
    steps: list[StepOut]


class DocumentIn(Taken):
    """A paper that a step needs."""

    kind: Annotated[str, Field(min_length=1, max_length=60)]
    number: Annotated[ShortWords, Field(min_length=1)]
    issued_on: Day
    held_by: Annotated[ShortWords, Field(min_length=1)]


class StepIn(Taken):
    """What a step needs; `override`: leadership's reason to pass soft obstacles."""

    reason: Annotated[Words, Field(max_length=2000)] = ""
    override: Annotated[Words, Field(max_length=2000)] = ""
    documents: Annotated[tuple[DocumentIn, ...], Field(max_length=20)] = ()


class RangeOut(Given):
    """Points, from the lowest to the highest possible."""

    low: int
    high: int


class OverviewOut(Given):
    """What leadership sees. `unscored`: criteria whose points nobody has confirmed; they count nothing."""

    stage: str
    due: date | None
    last_working_day: date | None
    days_left: int | None
    total: int
    accepted: int
    waiting: int
    late: int
    score: RangeOut
    unscored: list[int]
    risks: list[str]


@router.get("/me", **access("read", *ROLES), responses=documented())
def me(caller: TheCaller) -> Me:
    """Who this token stands for."""
    who = caller.visitor
    return Me(name=who.name, commune=who.commune_name, roles=sorted(who.roles), scopes=sorted(caller.scopes))


@router.get("/plan", **access("read", *OFFICE), responses=documented())
def show(site: TheSite, visitor: Calling, response: Response) -> PlanOut:
    """The newest plan with its stages and next steps. Its ETag is needed to take one."""
    with site.store.read() as session:
        seen = stage_view(session, site, visitor)
    put_tag(response, seen.plan.version)
    return _plan(seen)


@router.post("/plan/steps/{trigger}", **access("stage", *OFFICE), responses=documented(409, 412, 428))
def take(
    site: TheSite, visitor: Calling, response: Response, body: StepIn,
    trigger: Name, if_match: IfMatch = "",
) -> PlanOut:  # fmt: skip
    """Take a step of the procedure."""
    with site.store.write() as session:
        seen = stage_view(session, site, visitor)
        require_match(if_match, seen.plan.version, current=_plan(seen), yours=body)
        wanted = next((one.step for one in seen.steps if one.step.trigger == trigger), None)
        if wanted is None:
            raise Missing("Từ giai đoạn hiện nay không có bước này.")
        acting = (MAY_OVERRIDE, *wanted.who) if body.override else wanted.who
        papers = [DocumentRef(one.kind, one.number, one.issued_on, one.held_by) for one in body.documents]
        advance(
            session, seen.plan.id or 0, trigger, actor=visitor.actor_as(acting), now=site.clock.now(),
            reason=body.reason, override=body.override, documents=papers, seen_version=seen.plan.version,
            in_use=site.ways,
        )  # fmt: skip
    return _after(site, visitor, response)


@router.get("/overview", **access("read", *OFFICE), responses=documented())
def overview(site: TheSite, visitor: Calling) -> OverviewOut:
    """Stage, days left, share, score's range and the worst risks."""
    with site.store.read() as session:
        glance, _ = lookout(session, site, visitor)
    seen, points = glance.seen, glance.projection.total
    return OverviewOut(
        stage=seen.plan.stage, due=seen.due, last_working_day=seen.last_working_day, days_left=seen.days_left,
        total=glance.total, accepted=glance.done, waiting=glance.waiting, late=len(seen.board.late),
        score=RangeOut(low=points.low, high=points.high), unscored=list(glance.projection.unscored),
        risks=[one.text for one in glance.risks],
    )  # fmt: skip


def _after(site: Site, visitor: Visitor, response: Response) -> PlanOut:
    with site.store.read() as session:
        seen = stage_view(session, site, visitor)
    put_tag(response, seen.plan.version)
    return _plan(seen)


def _plan(seen: StageView) -> PlanOut:
    plan = seen.plan
    steps = [
        StepOut(
            trigger=one.step.trigger, name=one.step.name, to=one.step.to, mine=one.mine,
            reason_required=one.step.reason_required, documents=[PaperOut.model_validate(it) for it in one.papers],
            obstacles=[ObstacleOut.model_validate(it.blocker) for it in one.obstacles],
        )
        for one in seen.steps
    ]  # fmt: skip
    return PlanOut(
        number=plan.number, title=plan.title, year=plan.year, issued_on=plan.issued_on, stage=plan.stage,
        version=plan.version, stages=[StageOut.model_validate(one) for one in seen.stages], steps=steps,
    )  # fmt: skip
