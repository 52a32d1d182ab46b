"""A plan file: the signed plan as data, checked as a whole. Plain models; only `load_plan` reads a file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from plans.toml_source import Fault, Loc, parse_toml, raise_faults, read_text, refusal, suggestion, validate
from tasks.deadline import LocalDate, short_date
from tasks.planparts import (
    Assignment,
    CommuneEntry,
    CriterionEntry,
    DeadlineEntry,
    DutyEntry,
    LegalBasis,
    Part,
    PlanUnit,
    ReportEntry,
    UnitEntry,
)
from tasks.ruleset import Key, RuleSet, Text, find_rule_set

_YEAR_IN_TITLE = re.compile(r"\bnăm (20[0-9]{2})\b")


class PlanFile(Part):
    """A commune's plan of one year. `receiver`: the unit that gathers the reports, so it owes none itself."""

    key: Key
    number: Text
    issued_on: LocalDate
    year: Annotated[int, Field(ge=2019, le=2100)]
    title: Text
    signer: Text
    rule_set: Key
    receiver: Key
    commune: CommuneEntry
    legal_bases: Annotated[tuple[LegalBasis, ...], Field(alias="legal_basis", min_length=1)]
    deadlines: Annotated[tuple[DeadlineEntry, ...], Field(alias="deadline")] = ()
    unit_entries: Annotated[tuple[UnitEntry, ...], Field(alias="unit", min_length=1)]
    criteria: Annotated[tuple[CriterionEntry, ...], Field(alias="criterion")] = ()
    reports: Annotated[tuple[ReportEntry, ...], Field(alias="report")] = ()
    duties: Annotated[tuple[DutyEntry, ...], Field(alias="duty")] = ()

    @cached_property
    def units(self) -> tuple[PlanUnit, ...]:
        """All units in the plan's order, numbered ones written out."""
        found: list[PlanUnit] = []
        for entry in self.unit_entries:
            found.extend(entry.units(len(found) + 1))
        return tuple(found)

    @property
    def assignable_units(self) -> tuple[PlanUnit, ...]:
        """The units that can owe work."""
        return tuple(unit for unit in self.units if unit.assignable)

    def unit(self, key: str) -> PlanUnit:
        """The unit with that key; the file's own keys always have one. Raises KeyError."""
        return {unit.key: unit for unit in self.units}[key]

    def deadline_of(self, assignment: Assignment) -> DeadlineEntry | None:
        """The deadline an assignment names; None when it has none."""
        return next((one for one in self.deadlines if one.key == assignment.deadline), None)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        raise_faults(faults(self), "kế hoạch")
        return self


def load_plan(path: Path) -> tuple[PlanFile, RuleSet]:
    """A plan file and the rule set it names, which may lie beside it. Raises Refusal with a line per problem."""
    return read_plan(read_text(path), path.name, lambda plan: find_rule_set(plan.rule_set, path.parent))


def read_plan(text: str, name: str, rules_for: Callable[[PlanFile], RuleSet]) -> tuple[PlanFile, RuleSet]:
    """A plan's text with its rule set. Raises Refusal with a line per problem."""
    plan = validate(parse_toml(text, name), PlanFile, text=text, name=name)
    rules = rules_for(plan)
    if found := unknown_criteria(plan, rules):
        raise refusal(found, text=text, name=name)
    return plan, rules


def unknown_criteria(plan: PlanFile, rules: RuleSet) -> list[Fault]:
    """Assignments of criteria that the rule set does not have."""
    known = {one.no for one in rules.criteria}
    return [
        Fault(
            ("criterion", place, "no"),
            f"{rules.decision_number} không có tiêu chí {one.no}; chỉ có {rules.range_of_numbers()}",
        )
        for place, one in enumerate(plan.criteria)
        if one.no not in known
    ]


def faults(plan: PlanFile) -> list[Fault]:
    """What does not fit together in a plan, each at its place in the file."""
    return [
        *_wrong_dates(plan),
        *_doubled((("unit", place, "key"), unit.key) for place, unit in _placed_units(plan)),
        *_doubled((("unit", place, "name"), unit.name) for place, unit in _placed_units(plan)),
        *_unknown_names(plan),
        *_doubled((("deadline", place, "key"), one.key) for place, one in enumerate(plan.deadlines)),
        *_doubled((("duty", place, "key"), one.key) for place, one in enumerate(plan.duties)),
        *_doubled(
            (("criterion", place, "unit"), f"tiêu chí {one.no}, {one.unit}")
            for place, one in enumerate(plan.criteria)
        ),
        *_doubled_reports(plan),
    ]


def _wrong_dates(plan: PlanFile) -> Iterator[Fault]:
    if plan.issued_on.year not in {plan.year - 1, plan.year}:
        yield Fault(
            ("year",), f"kế hoạch năm {plan.year} không thể ban hành ngày {short_date(plan.issued_on)}"
        )
    for named in _YEAR_IN_TITLE.findall(plan.title):
        if int(named) != plan.year:
            yield Fault(("title",), f"tên kế hoạch ghi năm {named}, khoá year ghi {plan.year}")
    for place, one in enumerate(plan.deadlines):
        loc = ("deadline", place, "before" if one.before else "by")
        last = one.deadline.last_valid_on
        if last < plan.issued_on:
            issued = short_date(plan.issued_on)
            yield Fault(loc, f"thời hạn {short_date(one.given_on)} sớm hơn ngày ban hành kế hoạch {issued}")
        elif last > date(plan.year + 1, 1, 31):
            yield Fault(loc, f"thời hạn {short_date(one.given_on)} không thuộc năm {plan.year} của kế hoạch")


def _placed_units(plan: PlanFile) -> Iterator[tuple[int, PlanUnit]]:
    """Each unit with the place of its entry in the file."""
    for place, entry in enumerate(plan.unit_entries):
        yield from ((place, unit) for unit in entry.units(1))


def _unknown_names(plan: PlanFile) -> Iterator[Fault]:
    owing = {unit.key: unit.assignable for unit in plan.units}
    dates = [one.key for one in plan.deadlines]
    yield from _not_assignable(("receiver",), plan.receiver, owing)
    for table, entries in (("criterion", plan.criteria), ("report", plan.reports), ("duty", plan.duties)):
        for place, one in enumerate(entries):
            if isinstance(one, (CriterionEntry, DutyEntry)):
                yield from _not_assignable((table, place, "unit"), one.unit, owing)
            if one.deadline is not None and one.deadline not in dates:
                hint = suggestion(one.deadline, dates)
                yield Fault(
                    (table, place, "deadline"), f"không có thời hạn «{one.deadline}» trong kế hoạch{hint}"
                )


def _not_assignable(loc: Loc, key: str, owing: Mapping[str, bool]) -> Iterator[Fault]:
    if key not in owing:
        yield Fault(loc, f"không có đơn vị «{key}» trong kế hoạch{suggestion(key, owing)}")
    elif not owing[key]:
        yield Fault(loc, f"không giao việc cho «{key}»: lãnh đạo và cấp trên không thuộc diện được giao")


def _doubled_reports(plan: PlanFile) -> Iterator[Fault]:
    first: dict[str, int] = {}
    for place, rule in enumerate(plan.reports):
        for unit in plan.units:
            if rule.concerns(unit, plan.receiver) and first.setdefault(unit.key, place) != place:
                yield Fault(
                    ("report", place), f"«{unit.name}» đã phải báo cáo theo mục thứ {first[unit.key] + 1}"
                )
                break


def _doubled(named: Iterable[tuple[Loc, str]]) -> Iterator[Fault]:
    seen: set[str] = set()
    for loc, name in named:
        if name.casefold() in seen:
            yield Fault(loc, f"«{name}» đã ghi ở trên")
        seen.add(name.casefold())
