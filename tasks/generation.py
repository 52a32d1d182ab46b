"""From a plan to its assignments, and from a changed plan to what changes in them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from tasks.planfile import PlanFile
from tasks.planparts import Assignment
from tasks.ruleset import RuleSet

CHOSEN_BY_COMMUNE = "{wording} (xã tự đặt, kế hoạch không ghi hạn)"


@dataclass(frozen=True)
class TaskDraft:
    """An assignment as the plan has it. `last_valid_on`: local date, None when there is no deadline."""

    key: str
    kind: Literal["criterion", "report", "duty"]
    unit: str
    criterion_no: int | None
    part: str
    title: str
    wording: str
    source: str
    last_valid_on: date | None
    due_wording: str


@dataclass(frozen=True)
class ExistingTask:
    """An assignment already given out.

    `planned_on`: the plan's last valid date before more time was granted; None when none was granted.
    """

    key: str
    kind: str
    unit: str
    title: str
    wording: str
    source: str
    last_valid_on: date | None
    due_wording: str
    state: str
    part: str = "lead"
    planned_on: date | None = None


@dataclass(frozen=True)
class TaskChange:
    """One assignment before and after."""

    before: ExistingTask
    after: TaskDraft

    @property
    def handed_over(self) -> bool:
        """Whether another unit gets it."""
        return self.before.unit != self.after.unit

    @property
    def redated(self) -> bool:
        """Whether the plan sets another last valid date than before; one that was granted stands until then."""
        return self.after.last_valid_on not in {
            self.before.planned_on or self.before.last_valid_on,
            self.before.last_valid_on,
        }


@dataclass(frozen=True)
class TaskDiff:
    """What a plan would change in the assignments that were given out.

    `moved`: another last valid date or unit (the words may differ too); `reworded`: only words differ;
    `withdrawn`: open, and no longer in the plan; `restored`: cancelled, but in the plan; `unchanged`: keys.
    """

    new: tuple[TaskDraft, ...] = ()
    moved: tuple[TaskChange, ...] = ()
    reworded: tuple[TaskChange, ...] = ()
    withdrawn: tuple[ExistingTask, ...] = ()
    restored: tuple[TaskChange, ...] = ()
    unchanged: tuple[str, ...] = field(default=(), compare=False)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would change."""
        return not (self.new or self.moved or self.reworded or self.withdrawn or self.restored)


def drafts(plan: PlanFile, rules: RuleSet) -> list[TaskDraft]:
    """All assignments of a plan: criteria, then reports, then duties, each in the plan's order.

    Keys stay the same as long as unit and criterion (or the duty's key) do: "tc05.tram-y-te", "bc.thon-07",
    "nv.vhxh-hoi-dong". Raises Refusal when the plan names a criterion that the rule set does not have.
    """
    return [*_criteria(plan, rules), *_reports(plan), *_duties(plan)]


def diff(existing: Iterable[ExistingTask], wanted: Iterable[TaskDraft]) -> TaskDiff:
    """Compare what was given out with what a plan wants; generating twice gives an empty diff.

    More time that was granted stays granted, accepted work stays, and tasks of kind "stage" are not the plan's.
    """
    given = {task.key: task for task in existing if task.kind != "stage"}
    listed = list(wanted)
    pairs = [TaskChange(given[draft.key], draft) for draft in listed if draft.key in given]
    changes: dict[str, list[TaskChange]] = {"moved": [], "reworded": [], "restored": [], "unchanged": []}
    for pair in pairs:
        changes[_change(pair)].append(pair)
    keys = {draft.key for draft in listed}
    gone = (task for task in given.values() if task.key not in keys)
    return TaskDiff(
        new=tuple(draft for draft in listed if draft.key not in given),
        moved=tuple(changes["moved"]),
        reworded=tuple(changes["reworded"]),
        withdrawn=tuple(task for task in gone if task.state not in {"cancelled", "accepted"}),
        restored=tuple(changes["restored"]),
        unchanged=tuple(pair.after.key for pair in changes["unchanged"]),
    )


def days_given(found: TaskDiff) -> list[date]:
    """The last valid dates that a difference sets: of new, moved and restored tasks, one for each task."""
    given = [*found.new, *(one.after for one in (*found.moved, *found.restored))]
    return [one.last_valid_on for one in given if one.last_valid_on]


def _change(pair: TaskChange) -> str:
    old, new = pair.before, pair.after
    if old.state == "accepted":
        return "unchanged"
    if old.state == "cancelled":
        return "restored"
    if pair.handed_over or pair.redated:
        return "moved"
    return "unchanged" if _same_words(old, new) else "reworded"


def _same_words(old: ExistingTask, new: TaskDraft) -> bool:
    """The wording of a deadline counts only while it is the plan's, not one that was granted later."""
    granted = old.planned_on is not None
    return (old.title, old.wording, old.source, old.part) == (
        new.title,
        new.wording,
        new.source,
        new.part,
    ) and (granted or old.due_wording == new.due_wording)


def _criteria(plan: PlanFile, rules: RuleSet) -> Iterator[TaskDraft]:
    for one in plan.criteria:
        title = f"Tiêu chí {one.no}: {rules.criterion(one.no).name}"
        yield _draft(plan, one, f"tc{one.no:02}.{one.unit}", "criterion", one.unit, title, one.no, one.part)


def _reports(plan: PlanFile) -> Iterator[TaskDraft]:
    for rule in plan.reports:
        for unit in plan.units:
            if rule.concerns(unit, plan.receiver):
                yield _draft(plan, rule, f"bc.{unit.key}", "report", unit.key, rule.title)


def _duties(plan: PlanFile) -> Iterator[TaskDraft]:
    for one in plan.duties:
        yield _draft(plan, one, f"nv.{one.key}", "duty", one.unit, one.title)


def _draft(
    plan: PlanFile,
    given: Assignment,
    key: str,
    kind: Literal["criterion", "report", "duty"],
    unit: str,
    title: str,
    criterion_no: int | None = None,
    part: str = "lead",
) -> TaskDraft:
    last_valid_on, due_wording = _due(plan, given)
    return TaskDraft(
        key, kind, unit, criterion_no, part, title, given.wording, given.source, last_valid_on, due_wording
    )


def _due(plan: PlanFile, given: Assignment) -> tuple[date | None, str]:
    entry = plan.deadline_of(given)
    if entry is None:
        return None, ""
    due = entry.deadline
    ours = "commune" in {given.basis, entry.basis}
    return due.last_valid_on, CHOSEN_BY_COMMUNE.format(wording=due.wording) if ours else due.wording
