"""What a plan leaves open, for its author to look at: warnings, not errors. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tasks.generation import drafts
from tasks.planfile import PlanFile
from tasks.planparts import CriterionEntry
from tasks.ruleset import RuleSet


@dataclass(frozen=True)
class CoverageWarning:
    """One gap in a plan, in a Vietnamese sentence."""

    code: Literal["no_owner", "many_leads", "idle_unit"]
    text: str


def warnings(plan: PlanFile, rules: RuleSet) -> list[CoverageWarning]:
    """Criteria without a lead, criteria that several units lead without `shared`, and units without work."""
    return [*_criteria(plan, rules), *_idle_units(plan, rules)]


def _criteria(plan: PlanFile, rules: RuleSet) -> Iterator[CoverageWarning]:
    for criterion in rules.criteria:
        leads = [one for one in plan.criteria if one.no == criterion.no and one.part == "lead"]
        called = f"Tiêu chí {criterion.no} ({criterion.name})"
        if not leads:
            yield CoverageWarning("no_owner", f"{called}: chưa có đơn vị chủ trì.")
        elif len(leads) > 1 and not all(one.shared for one in leads):
            names = _names(plan, leads)
            yield CoverageWarning(
                "many_leads",
                f"{called}: {names} cùng chủ trì. Hãy chọn một đơn vị chủ trì, các đơn vị khác phối hợp "
                '(part = "coop"); nếu mỗi đơn vị tự đánh giá phần của mình thì ghi shared = true.',
            )


def _names(plan: PlanFile, entries: list[CriterionEntry]) -> str:
    *others, last = [plan.unit(one.unit).name for one in entries]
    return f"{', '.join(others)} và {last}"


def _idle_units(plan: PlanFile, rules: RuleSet) -> Iterator[CoverageWarning]:
    busy = {draft.unit for draft in drafts(plan, rules)} | {plan.receiver}
    for unit in plan.assignable_units:
        if unit.key not in busy:
            yield CoverageWarning("idle_unit", f"{unit.name}: chưa được giao việc nào.")
