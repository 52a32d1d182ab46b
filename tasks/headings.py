"""What a plan file says besides the tasks: about the plan itself, its commune and its units. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from db.tables import Commune, Plan, Unit
from tasks.deadline import short_date
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
            yield HeaderChange(f"đơn vị {entry.key}", "", entry.name)


def _of_unit(row: Unit, values: Mapping[str, Any]) -> Iterator[HeaderChange]:
    words = {"name": "tên", "plan_name": "tên trong kế hoạch", "kind": "loại"}
    # Where one name serves as both, it is told once.
    told = [name for name in words if name != "plan_name" or values["name"] != values["plan_name"]]
    for name in told:
        if getattr(row, name) != values[name]:
            yield HeaderChange(f"{words[name]} của {row.key}", getattr(row, name), values[name])


def _changes(words: Mapping[str, str], row: Any, entry: Any) -> Iterator[HeaderChange]:
    for name, what in words.items():
        if getattr(row, name) != getattr(entry, name):
            yield HeaderChange(what, str(getattr(row, name)), str(getattr(entry, name)))
