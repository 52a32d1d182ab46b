"""A plan file becomes a plan with units and tasks; a changed file becomes a diff that somebody approves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db import journal
from db.errors import Refusal
from db.tables import Commune, Plan, Task, Unit
from tasks import changing
from tasks.actor import Actor
from tasks.applying import apply_diff
from tasks.clock import local_date
from tasks.extending import planned_dates
from tasks.generation import ExistingTask, TaskChange, TaskDiff, TaskDraft, diff, drafts
from tasks.headings import (
    HeaderChange,
    commune_values,
    header_changes,
    names_given,
    plan_values,
    rest_changed,
    rest_of,
    unit_values,
)
from tasks.planfile import PlanFile
from tasks.renewing import has_stage, renewed, rule_changes
from tasks.ruleset import RuleSet


@dataclass(frozen=True)
class Imported:
    """What an import did, or would do. `diff`: to the tasks; `header`: to the plan, its commune and its units."""

    plan_id: int | None
    created: bool
    diff: TaskDiff
    header: tuple[HeaderChange, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all would change."""
        return not (self.created or self.header) and self.diff.is_empty

    @property
    def changes_something_known(self) -> bool:
        """Whether it changes what is there already, so that somebody has to agree."""
        return bool(self.header) or not (self.created or self.diff.is_empty)


def compare(session: Session, plan: PlanFile, rules: RuleSet) -> Imported:
    """What importing a plan file would change. Nothing is written."""
    row = find_plan(session, plan.commune.key, plan.key)
    commune = _find_commune(session, plan.commune.key)
    units = _units(session, commune.id) if commune and commune.id else {}
    found = diff(_existing(session, row.id) if row and row.id else [], drafts(plan, rules))
    header = header_changes(row, commune, units, plan)
    if row is not None:
        known = RuleSet.model_validate(row.rule_set)
        header.extend(rule_changes(known, renewed(known, rules)))
    header.extend(rest_of(row, plan, found, tuple(header)))
    if found.is_empty and not header:
        header = rest_changed(row, plan)
    return Imported(row.id if row else None, row is None, found, tuple(header))


def import_plan(
    session: Session, plan: PlanFile, rules: RuleSet, *, first_stage: str, by: Actor, now: datetime
) -> Imported:
    """Write a plan with its units and tasks, or bring the present one to the file's state.

    Importing the same file again writes nothing. The snapshot of the rules is renewed from `rules`; what the commune
    confirmed stays where the criterion asks the same. Withdrawn tasks are cancelled, never deleted; accepted ones
    stay as they are. Raises Refusal when a unit's person does it, or a task was changed by somebody else meanwhile.
    """
    changing.require_office(by, "nhập kế hoạch")
    found = compare(session, plan, rules)
    if found.is_empty:
        return found
    row = find_plan(session, plan.commune.key, plan.key)
    commune = _bring_commune(session, plan)
    units = _bring_units(session, commune, row, plan)
    row = _bring_plan(session, row, commune, plan, rules, first_stage, now)
    today = local_date(now, commune.time_zone)
    apply_diff(session, row, units, found.diff, today, by=by, now=now)
    _note_import(session, row, found, by=by, now=now)
    return replace(found, plan_id=row.id)


def find_plan(session: Session, commune_key: str, plan_key: str) -> Plan | None:
    """A plan by the keys of its commune and itself."""
    query = select(Plan).join(Commune, col(Commune.id) == Plan.commune_id)
    return session.execute(
        query.where(col(Commune.key) == commune_key, col(Plan.key) == plan_key)
    ).scalar_one_or_none()


def _find_commune(session: Session, key: str) -> Commune | None:
    return session.execute(select(Commune).where(col(Commune.key) == key)).scalar_one_or_none()


def _units(session: Session, commune_id: int) -> dict[str, Unit]:
    rows = session.execute(select(Unit).where(col(Unit.commune_id) == commune_id)).scalars()
    return {row.key: row for row in rows}


def _bring_commune(session: Session, file: PlanFile) -> Commune:
    entry = file.commune
    row = _find_commune(session, entry.key)
    if row is None:
        row = Commune(
            key=entry.key,
            name=entry.name,
            place=entry.place,
            superior=entry.superior,
            time_zone=entry.time_zone,
        )
    else:
        row.sqlmodel_update(commune_values(file))
    session.add(row)
    session.flush()
    return row


def _bring_plan(
    session: Session,
    row: Plan | None,
    commune: Commune,
    file: PlanFile,
    rules: RuleSet,
    first_stage: str,
    now: datetime,
) -> Plan:
    if row is None:
        row = Plan(
            commune_id=commune.id or 0, key=file.key, rule_set=rules.model_dump(mode="json"), stage=first_stage,
            stage_since=now, created_at=now, **plan_values(file),
        )  # fmt: skip
    else:
        rule_set = _renew(row, rules).model_dump(mode="json")
        row.sqlmodel_update({**plan_values(file), "rule_set": rule_set, "version": row.version + 1})
    session.add(row)
    session.flush()
    return row


def _renew(plan: Plan, rules: RuleSet) -> RuleSet:
    """The plan's rules as the file has them now; what the commune confirmed stays. Raises Refusal."""
    if not has_stage(rules, plan.stage):
        raise Refusal(
            f"Bộ quy tắc mới không có giai đoạn «{plan.stage}» mà kế hoạch đang ở. Hãy giữ bộ quy tắc đã nhập."
        )
    return renewed(RuleSet.model_validate(plan.rule_set), rules)


def _bring_units(session: Session, commune: Commune, plan: Plan | None, file: PlanFile) -> dict[str, int]:
    """Add new units and take over the file's words for known ones; return all units' numbers by key."""
    known, names = _units(session, commune.id or 0), names_given(plan)
    for entry in file.units:
        row = known.get(entry.key)
        if row is None:
            row = Unit(
                commune_id=commune.id or 0, key=entry.key, name=entry.name, plan_name=entry.plan_name,
                kind=entry.kind, source=entry.source, position=entry.position,
            )  # fmt: skip
        else:
            row.sqlmodel_update(unit_values(row, entry, names))
        session.add(row)
    session.flush()
    return {key: row.id or 0 for key, row in _units(session, commune.id or 0).items()}


def _existing(session: Session, plan_id: int) -> list[ExistingTask]:
    names = ("key", "kind", "title", "wording", "source", "last_valid_on", "due_wording", "state", "part")
    query = select(*(getattr(Task, name) for name in names), col(Task.id), col(Unit.key).label("unit"))
    rows = session.execute(
        query.join(Unit, col(Unit.id) == Task.unit_id).where(col(Task.plan_id) == plan_id)
    ).all()
    planned = planned_dates(session, {row.id: (row.last_valid_on, row.due_wording) for row in rows})
    return [
        ExistingTask(
            **{name: getattr(row, name) for name in names}, unit=row.unit, planned_on=planned.get(row.id)
        )
        for row in rows
    ]


def _note_import(session: Session, plan: Plan, found: Imported, *, by: Actor, now: datetime) -> None:
    header = [f"{one.what}: {one.before} → {one.after}" for one in found.header]
    payload = {"role": by.role, "number": plan.number, "header": header} | {
        name: [_key(one) for one in getattr(found.diff, name)]
        for name in ("new", "moved", "reworded", "withdrawn", "restored")
    }
    action = "plan.imported" if found.created else "plan.changed"
    journal.append(
        session, plan.commune_id, at=now, actor=by.name, action=action, subject=f"plan:{plan.id}", payload=payload
    )  # fmt: skip


def _key(one: TaskDraft | ExistingTask | TaskChange) -> str:
    return one.after.key if isinstance(one, TaskChange) else one.key
