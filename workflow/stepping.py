"""Taking a plan from stage to stage: reading, judging, and the one transaction that does it all."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.store import changed
from db.tables import Commune, Plan
from tasks.actor import Actor
from tasks.clock import local_date
from tasks.machine import NotAllowed
from tasks.ways import EVERY_WAY, Way
from workflow.definition import Procedure, Step, procedure_of
from workflow.effects import DocumentRef, Effects, check_documents, effects_of, record
from workflow.guards import Blocker
from workflow.judging import StepRefusal, ask, check_person, overtaken, settle
from workflow.machine import destination, triggers
from workflow.view import load_view

__all__ = ["Advanced", "Blocker", "DocumentRef", "StepRefusal", "advance", "blockers", "possible_steps"]


@dataclass(frozen=True)
class Advanced:
    """A step that was taken. `journal_hash` is its journal entry's; `task_keys` the tasks it gave out."""

    plan_id: int
    trigger: str
    from_stage: str
    to_stage: str
    version: int
    journal_hash: str
    task_keys: tuple[str, ...]


@dataclass(frozen=True)
class _Wish:
    trigger: str
    actor: Actor
    now: datetime
    reason: str
    override: str
    documents: tuple[DocumentRef, ...]
    seen_version: int | None
    in_use: Collection[Way] = EVERY_WAY


@dataclass(frozen=True)
class _Decision:
    plan: Plan
    from_stage: str
    to_stage: str
    version: int
    overridden: tuple[Blocker, ...]
    effects: Effects


def possible_steps(procedure: Procedure, stage: str) -> list[Step]:
    """The steps that leave `stage`, in the file's order, whether or not something stands in their way."""
    return [_step(procedure, stage, trigger) for trigger in triggers(procedure, stage)]


def blockers(
    session: Session, plan_id: int, trigger: str, today: date, in_use: Collection[Way] = EVERY_WAY
) -> list[Blocker]:
    """What stands in the way of a step on the commune's local date `today`, hard ones first; empty: it may go.

    `in_use`: the ways to reach people that are switched on. Raises StepRefusal when there is no such plan, or no such step from its present stage.
    """
    plan = _plan(session, plan_id)
    step = _step(procedure_of(plan.rule_set), plan.stage, trigger)
    return ask(step, load_view(session, plan, today, in_use))


def advance(
    session: Session,
    plan_id: int,
    trigger: str,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    override: str = "",
    documents: Sequence[DocumentRef] = (),
    seen_version: int | None = None,
    in_use: Collection[Way] = EVERY_WAY,
) -> Advanced:
    """Take a step: stage, journal entry, documents, tasks and announcements in the session's transaction.

    `now` is an aware instant; "today" is the commune's local date then. `override` is leadership's written
    reason for passing soft blockers. `seen_version` is the plan's version on the page the person acted on.
    `in_use`: the ways to reach people that are switched on. Raises StepRefusal, always before anything is written.
    """
    wish = _Wish(
        trigger, actor, now, reason.strip(), override.strip(), tuple(documents), seen_version, in_use
    )
    return _apply(session, wish, _decide(session, plan_id, wish))


def _decide(session: Session, plan_id: int, wish: _Wish) -> _Decision:
    """Read and judge; writes nothing."""
    plan = _plan(session, plan_id)
    if wish.seen_version not in {None, plan.version}:
        raise overtaken()
    procedure = procedure_of(plan.rule_set)
    step = _step(procedure, plan.stage, wish.trigger)
    check_person(step, wish.actor, wish.reason)
    today = local_date(wish.now, _time_zone(session, plan.commune_id))
    check_documents(session, plan_id, procedure, wish.documents, today)
    view = load_view(session, plan, today, wish.in_use)
    view = view.with_documents(one.kind for one in wish.documents)
    overridden = settle(step, ask(step, view), wish.actor, wish.override)
    to = procedure.stage(destination(procedure, plan.stage, wish.trigger))
    words = {"plan": plan.number, "stage": to.name, "reason": wish.reason, "actor": wish.actor.name}
    effects = effects_of(session, plan, step, view, words=words, documents=wish.documents)
    return _Decision(plan, plan.stage, to.key, plan.version, overridden, effects)


def _apply(session: Session, wish: _Wish, decision: _Decision) -> Advanced:
    """Write a decision. The conditional update comes first: who finds 0 rows has written nothing."""
    plan_id, commune_id = decision.plan.id, decision.plan.commune_id
    if plan_id is None or not _move(session, plan_id, decision, wish.now):
        raise overtaken()
    record(session, commune_id, plan_id, decision.effects, by=wish.actor.name, now=wish.now)
    digest = journal.append(
        session,
        commune_id,
        at=wish.now,
        actor=wish.actor.name,
        action="plan.step",
        subject=f"plan:{plan_id}",
        payload=_payload(wish, decision),
    )
    session.refresh(decision.plan)
    return Advanced(
        plan_id,
        wish.trigger,
        decision.from_stage,
        decision.to_stage,
        decision.version + 1,
        digest,
        decision.effects.task_keys,
    )


def _move(session: Session, plan_id: int, decision: _Decision, now: datetime) -> bool:
    move = update(Plan).where(
        col(Plan.id) == plan_id,
        col(Plan.stage) == decision.from_stage,
        col(Plan.version) == decision.version,
    )
    values = {"stage": decision.to_stage, "stage_since": now, "version": decision.version + 1}
    return changed(session, move.values(**values)) == 1


def _payload(wish: _Wish, decision: _Decision) -> dict[str, object]:
    return {
        "from": decision.from_stage,
        "to": decision.to_stage,
        "trigger": wish.trigger,
        "role": wish.actor.role,
        "reason": wish.reason,
        "override": wish.override if decision.overridden else "",
        "overridden": [one.text for one in decision.overridden],
        "documents": [f"{one.kind} {one.number}, {one.dated_on}" for one in wish.documents],
        "tasks": list(decision.effects.task_keys),
    }


def _plan(session: Session, plan_id: int) -> Plan:
    query = select(Plan).where(col(Plan.id) == plan_id).execution_options(populate_existing=True)
    plan: Plan | None = session.execute(query).scalar_one_or_none()
    if plan is None:
        raise StepRefusal(f"Không có kế hoạch số {plan_id}.")
    return plan


def _time_zone(session: Session, commune_id: int) -> str:
    zone: str = session.execute(
        select(col(Commune.time_zone)).where(col(Commune.id) == commune_id)
    ).scalar_one()
    return zone


def _step(procedure: Procedure, stage: str, trigger: str) -> Step:
    try:
        destination(procedure, stage, trigger)
    except NotAllowed as error:
        name = procedure.stage(stage).name
        names = ", ".join(f"“{step.name}” ({step.trigger})" for step in procedure.steps_from(stage))
        rest = f"Lúc này có thể: {names}." if names else "Kế hoạch đã kết thúc."
        raise StepRefusal(f"Giai đoạn “{name}” không có bước “{trigger}”. {rest}") from error
    return next(step for step in procedure.steps_from(stage) if step.trigger == trigger)
