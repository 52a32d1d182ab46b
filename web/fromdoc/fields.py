"""The form of a draft: its fields are named by their paths. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, TypeVar

from documents.correcting.draft import BasisRow, DueRow, DutyRow, PlanDraft, Row, UnitRow, next_id
from documents.correcting.numbers import numbers_in

MOST_ROWS = 150
MOST_DUES = 100
_ROW = re.compile(r"(bases|units)\.([0-9]{1,4})\.\w+")
_DUTY = re.compile(r"units\.([0-9]{1,4})\.duties\.([0-9]{1,4})\.\w+")
_DUE = re.compile(r"units\.([0-9]{1,4})\.dues\.([0-9]{1,2})\.\w+")
_ROWS = frozenset({"id", "bases", "units", "duties", "dues"})
R = TypeVar("R", bound=Row)


def draft_in(typed: Mapping[str, str]) -> PlanDraft:
    """What a form says, its rows in the form's order; what is no field of a draft is left aside."""
    bases = tuple(BasisRow(id_, **_given(BasisRow, f"bases.{id_}.", typed)) for id_ in _ids(typed, "bases"))
    units = tuple(_unit(id_, typed) for id_ in _ids(typed, "units"))
    return PlanDraft(**_given(PlanDraft, "", typed), bases=bases, units=units)


def _ids(typed: Mapping[str, str], name: str) -> list[str]:
    found = (_ROW.match(path) for path in typed)
    return list(dict.fromkeys(one[2] for one in found if one and one[1] == name))


def _unit(id_: str, typed: Mapping[str, str]) -> UnitRow:
    duties = tuple(
        DutyRow(duty, **_given(DutyRow, f"units.{id_}.duties.{duty}.", typed))
        for duty in _inner(_DUTY, id_, typed)
    )
    dues = tuple(
        DueRow(due, **_given(DueRow, f"units.{id_}.dues.{due}.", typed)) for due in _inner(_DUE, id_, typed)
    )
    return UnitRow(id_, **_given(UnitRow, f"units.{id_}.", typed), duties=duties, dues=dues)


def _inner(rule: re.Pattern[str], unit: str, typed: Mapping[str, str]) -> list[str]:
    found = (rule.fullmatch(path) for path in typed)
    return list(dict.fromkeys(one[2] for one in found if one and one[1] == unit))


def _given(kind: type[Any], path: str, typed: Mapping[str, str]) -> dict[str, Any]:
    names = [one.name for one in fields(kind) if one.name not in _ROWS]
    return {name: typed[path + name] for name in names if path + name in typed}


def edited(draft: PlanDraft, deed: str) -> PlanDraft:
    """The draft after «them.units», «bo.units.3», «them.units.3.duties», «bo.units.3.duties.0» or «them.units.3.dues.7»,
    which gives criterion 7 a deadline of its own; else unchanged."""
    what, *path = deed.split(".")
    if what not in {"them", "bo"} or (what == "them" and size(draft) >= MOST_ROWS):
        return draft
    match path:
        case ["bases", *rest]:
            return replace(draft, bases=_changed(draft.bases, BasisRow, what, rest))
        case ["units", unit, "duties", *rest]:
            return replace(draft, units=tuple(_with_duties(one, unit, what, rest) for one in draft.units))
        case ["units", unit, "dues", no] if what == "bo" or _dues_in(draft) < MOST_DUES:
            return replace(draft, units=tuple(_with_due(one, unit, what, no) for one in draft.units))
        case ["units", *rest]:
            return replace(draft, units=_changed(draft.units, UnitRow, what, rest))
        case _:
            return draft


def _with_duties(row: UnitRow, unit: str, what: str, rest: list[str]) -> UnitRow:
    return replace(row, duties=_changed(row.duties, DutyRow, what, rest)) if row.id == unit else row


def _with_due(row: UnitRow, unit: str, what: str, no: str) -> UnitRow:
    """A unit's criteria with a deadline of their own, one more or less, in their order."""
    if row.id != unit or (what == "them" and no not in {str(one) for one in undated(row)}):
        return row
    others = [one for one in row.dues if one.id != no]
    dues = [*others, DueRow(no)] if what == "them" else others
    return replace(row, dues=tuple(sorted(dues, key=lambda one: int(one.id))))


def undated(row: UnitRow) -> list[int]:
    """A unit's criteria without a deadline of their own."""
    held, dated = {*numbers_in(row.lead), *numbers_in(row.coop)}, {one.id for one in row.dues}
    return sorted(no for no in held if str(no) not in dated)


def _dues_in(draft: PlanDraft) -> int:
    return sum(len(one.dues) for one in draft.units)


def _changed(rows: tuple[R, ...], kind: type[R], what: str, rest: list[str]) -> tuple[R, ...]:
    if what == "bo":
        return tuple(row for row in rows if [row.id] != rest)
    return rows if rest else (*rows, kind(next_id(rows)))


def size(draft: PlanDraft) -> int:
    """How many rows a draft has in all."""
    return len(draft.bases) + len(draft.units) + sum(len(one.duties) for one in draft.units)
