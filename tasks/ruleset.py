"""A rule set: what is assessed, what is counted for it, and which points are known. Plain models, no I/O but `load`.

Every statement carries `source` and `verified`. A missing `max_points` means unknown, never 0; no figure that is
not verified may be shown as law.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from db.errors import Refusal
from plans.toml_source import Fault, load, raise_faults, shipped
from tasks.deadline import LocalDate
from tasks.statements import (
    TABLE,
    Band,
    Confirmation,
    Indicator,
    IndicatorKind,
    Key,
    Part,
    Points,
    Statement,
    Text,
    doubled,
)

__all__ = [
    "TABLE",
    "Band",
    "Bar",
    "Confirmation",
    "Criterion",
    "Indicator",
    "IndicatorKind",
    "Key",
    "Note",
    "Points",
    "RuleSet",
    "Text",
    "find_rule_set",
    "load_rule_set",
]  # fmt: skip


class Criterion(Statement):
    """A criterion (tiêu chí). `verified` is about `max_points`; the names are the Decision's.

    `can_fall_to_zero`: a bad year takes it to 0, which bars recognition. `restricted_evidence`: its evidence may
    tell about one child, so only number, date and holder of a document are kept.
    """

    no: Annotated[int, Field(ge=1, le=99)]
    name: Text
    max_points: Points | None = None
    can_fall_to_zero: bool = False
    can_fall_to_zero_source: str = ""
    restricted_evidence: bool = False
    confirmed: Confirmation | None = None
    indicators: Annotated[tuple[Indicator, ...], Field(alias="indicator", min_length=1)]

    def indicator(self, key: str) -> Indicator | None:
        """The indicator with that key."""
        return next((one for one in self.indicators if one.key == key), None)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        raise_faults(
            [*doubled("indicator", [one.key for one in self.indicators]), *self._bad_points()], "tiêu chí"
        )
        return self

    def _bad_points(self) -> list[Fault]:
        if self.verified and self.max_points is None:
            return [Fault(("max_points",), "đã ghi verified = true thì phải có điểm tối đa")]
        known = sum(one.max_points or 0 for one in self.indicators)
        if self.max_points is not None and known > self.max_points:
            return [Fault(("max_points",), f"các chỉ tiêu cộng lại {known} điểm, quá {self.max_points} điểm")]
        if self.can_fall_to_zero and not self.can_fall_to_zero_source:
            return [Fault(("can_fall_to_zero",), "thiếu can_fall_to_zero_source: ghi rõ lấy từ đâu")]
        return []


class Bar(Statement):
    """The total that one class of commune needs for recognition."""

    key: Key
    points: Points
    wording: Text
    confirmed: Confirmation | None = None


class Note(Statement):
    """Something to know about the rules."""

    text: Text


class RuleSet(Part):
    """A whole rule set. `procedure` is read by the workflow room; see `workflow.definition`."""

    key: Key
    title: Text
    decision_number: Text
    decided_on: LocalDate
    total_points: Points | None = None
    total_points_verified: bool = False
    total_points_source: str = ""
    notes: Annotated[tuple[Note, ...], Field(alias="note")] = ()
    bars: Annotated[tuple[Bar, ...], Field(alias="bar")] = ()
    criteria: Annotated[tuple[Criterion, ...], Field(alias="criterion", min_length=1)]
    procedure: dict[str, Any] = Field(default_factory=dict)

    def criterion(self, no: int) -> Criterion:
        """Raises Refusal when the rule set has no such criterion."""
        for one in self.criteria:
            if one.no == no:
                return one
        raise Refusal(
            f"Bộ quy tắc {self.decision_number} không có tiêu chí {no}; chỉ có {self.range_of_numbers()}."
        )

    def range_of_numbers(self) -> str:
        """The criterion numbers in words, such as "1 đến 13"."""
        numbers = sorted(one.no for one in self.criteria)
        whole = numbers == list(range(numbers[0], numbers[-1] + 1))
        return (
            f"{numbers[0]} đến {numbers[-1]}" if whole and len(numbers) > 1 else ", ".join(map(str, numbers))
        )

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        numbers = [one.no for one in self.criteria]
        keys = [one.key for one in self.bars]
        raise_faults([*doubled("criterion", numbers, "no"), *doubled("bar", keys)], "bộ quy tắc")
        return self


def load_rule_set(path: Path) -> RuleSet:
    """A rule set file. Raises Refusal with a line per problem."""
    return load(path, RuleSet)


def find_rule_set(key: str, beside: Path | None = None) -> RuleSet:
    """The rule set `<key>.toml`: the one in the folder `beside` if there is one, else the shipped one.

    Raises Refusal when there is none or it is unsound.
    """
    own = beside / f"{key}.toml" if beside else None
    path = own if own and own.is_file() else shipped(f"{key}.toml")
    if not path.is_file():
        raise Refusal(
            f"Không có bộ quy tắc «{key}». Hãy đặt tệp {key}.toml cạnh tệp kế hoạch, hoặc sửa khoá rule_set."
        )
    return load_rule_set(path)
