"""What a plan file says besides the tasks: about the plan itself, its commune and its units. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db.tables import Commune, Plan, Unit
from tasks.deadline import short_date
from tasks.generation import TaskDiff
from tasks.leaves import SAID, Leaf, leaves, unit_what
from tasks.planfile import PlanFile
from tasks.planparts import PlanUnit, UnitEntry

PLAN_FIELDS = {"number": "số kế hoạch", "year": "năm", "title": "tên kế hoạch"}
COMMUNE_FIELDS = {"name": "tên xã, phường", "place": "địa danh", "superior": "cấp trên"}


@dataclass(frozen=True)
class HeaderChange:
    """Something about the plan, its commune or a unit, before and after, in words for people."""

    what: str
    before: str
    after: str


def header_changes(
    plan: Plan | None, commune: Commune | None, units: Mapping[str, Unit], file: PlanFile
) -> list[HeaderChange]:
    """What a file would change besides tasks. None stands for what it brings for the first time."""
    return [*_of_plan(plan, file), *_of_commune(commune, file), *_of_units(plan, units, file)]


def rest_changed(plan: Plan | None, file: PlanFile) -> list[HeaderChange]:
    """One line for a file that differs from the one imported last in nothing that is shown elsewhere."""
    same = plan is None or plan.source == source_of(file)
    return [] if same else [HeaderChange("phần khác của tệp kế hoạch", "như tệp đã nhập", "như tệp mới")]


def rest_of(
    plan: Plan | None, file: PlanFile, found: TaskDiff, told: Iterable[HeaderChange]
) -> Iterator[HeaderChange]:
    """What differs from the file imported last and is `told` neither of the plan nor by the tasks' difference."""
    if plan is None:
        return
    known = {one.what for one in told}
    added = {one.after for one in told if one.what == "đơn vị mới"}
    for one in leaves(plan.source, source_of(file)):
        numbered = "{no}" in one.before and any(what.startswith(f"{one.what} ") for what in known)
        if not (numbered or one.what in known or one.what in added or _shown(one, found)):
            yield HeaderChange(one.what, *(text.replace("{no}", "…") for text in (one.before, one.after)))


def _shown(leaf: Leaf, found: TaskDiff) -> bool:
    """Whether a line about the task says it already."""
    if not leaf.name:
        keys = [one.key for one in (*found.new, *(pair.after for pair in found.restored))]
        return any(_is(key, leaf.task) for key in [*keys, *(one.key for one in found.withdrawn)])
    if leaf.table not in {"criterion", "duty", "report"} or leaf.name in {"shared", "kinds"}:
        return False
    reworded = any(_is(one.after.key, leaf.task) for one in found.reworded)
    moved = any(_is(one.after.key, leaf.task) for one in found.moved)
    return reworded or (moved and leaf.name in {"deadline", "unit"})


def _is(key: str, task: str) -> bool:
    """Whether a task is meant; all reports go by one beginning."""
    return key.startswith(task) if task == "bc." else key == task


def source_of(file: PlanFile) -> dict[str, Any]:
    """A plan file as it is kept beside the plan."""
    return file.model_dump(mode="json")


def plan_values(file: PlanFile) -> dict[str, Any]:
    """The plan's columns that follow the file."""
    return {name: getattr(file, name) for name in PLAN_FIELDS} | {
        "issued_on": file.issued_on,
        "source": source_of(file),
    }


def commune_values(file: PlanFile) -> dict[str, str]:
    """The commune's columns that follow the file."""
    return {name: getattr(file.commune, name) for name in COMMUNE_FIELDS}


def names_given(plan: Plan | None) -> dict[str, str]:
    """Unit -> the name that the file imported last gave it."""
    entries = [UnitEntry.model_validate(raw) for raw in plan.source["unit"]] if plan else []
    return {unit.key: unit.name for entry in entries for unit in entry.units(1)}


def unit_values(row: Unit, entry: PlanUnit, names: Mapping[str, str]) -> dict[str, Any]:
    """A known unit's columns that follow the file; a name that the commune gave it stays. `names`: `names_given`."""
    own = row.name != names.get(row.key, row.plan_name)
    named = row.name if own else entry.name
    return {
        "name": named, "plan_name": entry.plan_name, "kind": entry.kind, "source": entry.source,
        "position": entry.position,
    }  # fmt: skip


def _of_plan(plan: Plan | None, file: PlanFile) -> Iterator[HeaderChange]:
    if plan is None:
        return
    yield from _changes(PLAN_FIELDS, plan, file)
    if plan.issued_on != file.issued_on:
        yield HeaderChange("ngày ban hành", short_date(plan.issued_on), short_date(file.issued_on))
    if plan.source["signer"] != file.signer:
        yield HeaderChange("người ký", plan.source["signer"], file.signer)


def _of_commune(commune: Commune | None, file: PlanFile) -> Iterator[HeaderChange]:
    if commune is not None:
        yield from _changes(COMMUNE_FIELDS, commune, file.commune)


def _of_units(plan: Plan | None, units: Mapping[str, Unit], file: PlanFile) -> Iterator[HeaderChange]:
    names = names_given(plan)
    for entry in file.units:
        row = units.get(entry.key)
        if row is not None:
            yield from _of_unit(row, unit_values(row, entry, names))
        elif plan is not None:
            yield HeaderChange("đơn vị mới", "", entry.name)


def _of_unit(row: Unit, values: Mapping[str, Any]) -> Iterator[HeaderChange]:
    words = {"name": "tên", "plan_name": "tên trong kế hoạch", "kind": "loại"}
    # Where one name serves as both, it is told once.
    told = [name for name in words if name != "plan_name" or values["name"] != values["plan_name"]]
    for name in told:
        if getattr(row, name) != values[name]:
            before, after = (SAID.get(one, one) for one in (getattr(row, name), values[name]))
            yield HeaderChange(unit_what(words[name], row.name), before, after)


def _changes(words: Mapping[str, str], row: Any, entry: Any) -> Iterator[HeaderChange]:
    for name, what in words.items():
        if getattr(row, name) != getattr(entry, name):
            yield HeaderChange(what, str(getattr(row, name)), str(getattr(entry, name)))
