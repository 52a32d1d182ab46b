"""The parts of a rule set: statements with their source, indicators with their points. Plain models, no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from plans.toml_source import Fault, raise_faults
from tasks.deadline import LocalDate

Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Points = Annotated[int, Field(ge=1, le=10_000)]
TABLE = ConfigDict(
    extra="forbid",
    frozen=True,
    str_strip_whitespace=True,
    validate_by_name=True,
    validate_by_alias=True,
    serialize_by_alias=True,
)
IndicatorKind = Literal["share", "count", "value", "yes_no"]


class Part(BaseModel):
    """A table of a rule set; unknown keys are refused."""

    model_config = TABLE


class Statement(Part):
    """Something the rule set says: where it stands, and whether somebody saw it there."""

    source: Text
    verified: bool


class Confirmation(Part):
    """That the commune saw the points in its official appendix (Phụ lục). `on`: local date.

    `instead_of`: the statement as the rule set had it, for when the confirmation is withdrawn.
    """

    by: Text
    on: LocalDate
    instead_of: dict[str, Any]


class Band(Part):
    """A share of at least `at_least` percent brings `points`."""

    at_least: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
    points: Annotated[int, Field(ge=0, le=10_000)]


class Indicator(Statement):
    """One figure to hand in. `unit`: what is counted. `max_points` missing: unknown.

    `may_be_empty`: the group may have nobody in a year, so the share may be left out with a note.
    """

    key: Key
    name: Text
    kind: IndicatorKind
    unit: str = ""
    max_points: Points | None = None
    may_be_empty: bool = False
    bands: Annotated[tuple[Band, ...], Field(alias="band")] = ()

    @model_validator(mode="after")
    def _only_shares_have_bands(self) -> Self:
        if self.bands and self.kind != "share":
            raise ValueError('chỉ tỷ lệ (kind = "share") mới có các mức điểm (band)')
        if self.may_be_empty and self.kind != "share":
            raise ValueError('chỉ tỷ lệ (kind = "share") mới được để trống (may_be_empty)')
        raise_faults(self._bad_bands(), "chỉ tiêu")
        return self

    def _bad_bands(self) -> list[Fault]:
        if self.bands and self.max_points is None:
            return [Fault(("max_points",), "đã có mức điểm thì phải có điểm tối đa")]
        return [*self._not_descending(), *self._over_the_top()]

    def _not_descending(self) -> Iterator[Fault]:
        for place, (higher, lower) in enumerate(pairwise(self.bands), start=1):
            for field, words in (("at_least", "tỷ lệ"), ("points", "số điểm")):
                if getattr(lower, field) >= getattr(higher, field):
                    yield Fault(("band", place, field), f"{words} phải thấp hơn mức ngay trên")

    def _over_the_top(self) -> Iterator[Fault]:
        for place, band in enumerate(self.bands):
            if band.points > (self.max_points or 0):
                yield Fault(("band", place, "points"), f"quá điểm tối đa {self.max_points} của chỉ tiêu")


def doubled(table: str, values: list[Any], field: str = "key") -> list[Fault]:
    """A fault for each value of a table's `field` that stood there before."""
    return [
        Fault((table, place, field), f"«{value}» đã ghi ở mục thứ {values.index(value) + 1}")
        for place, value in enumerate(values)
        if values.index(value) != place
    ]
