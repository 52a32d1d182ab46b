"""The parts of a plan file: what each table may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, Self, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, Field, field_validator, model_validator

from db.errors import Refusal
from tasks.deadline import Deadline, LocalDate, before, dates_in, short_date
from tasks.ruleset import TABLE, Key, Text

UnitKind = Literal["office", "station", "school", "union", "village", "leadership", "superior"]
Basis = Literal["plan", "commune"]
NOT_ASSIGNABLE = frozenset({"leadership", "superior"})


class Part(BaseModel):
    """A table of a plan file; unknown keys are refused."""

    model_config = TABLE


class LegalBasis(Part):
    """A document the plan rests on (căn cứ)."""

    number: Text
    issued_on: LocalDate
    issuer: Text
    subject: Text


class CommuneEntry(Part):
    """The commune or ward whose plan it is; `time_zone` is an IANA name."""

    key: Key
    name: Text
    place: Text
    superior: Text
    time_zone: str = "Asia/Ho_Chi_Minh"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f'không có múi giờ «{value[:40]}»; ở Việt Nam là "Asia/Ho_Chi_Minh"') from None
        return value


class DeadlineEntry(Part):
    """A named deadline: `before` leaves the day itself out, `by` includes it.

    `basis`: "plan" when the plan sets the date, "commune" when it is the commune's practice.
    """

    key: Key
    before: LocalDate | None = None
    by: LocalDate | None = None
    wording: Text
    source: Text
    basis: Basis = "plan"

    @property
    def given_on(self) -> date:
        """The date as the file has it."""
        return cast("date", self.before or self.by)

    @property
    def deadline(self) -> Deadline:
        """The last valid date with the plan's wording."""
        return Deadline(before(self.before) if self.before else self.given_on, self.wording)

    @model_validator(mode="after")
    def _one_date_that_agrees(self) -> Self:
        if (self.before is None) == (self.by is None):
            raise ValueError(
                "ghi đúng một trong hai khoá: before (không tính ngày đó) hoặc by (tính cả ngày đó)"
            )
        try:
            worded = dates_in(self.wording)
        except Refusal as refusal:
            raise ValueError(f"trong lời văn, {refusal}") from None
        if worded and self.given_on not in worded:
            raise ValueError(f"lời văn «{self.wording}» không khớp với ngày {short_date(self.given_on)}")
        if self.by and self.wording.casefold().startswith("trước ngày"):
            raise ValueError("lời văn «trước ngày …» không tính chính ngày đó: hãy dùng khoá before")
        return self


@dataclass(frozen=True)
class PlanUnit:
    """A unit (đơn vị) of the plan. `position`: its place in the plan, from 1."""

    key: str
    name: str
    plan_name: str
    kind: UnitKind
    source: str
    position: int

    @property
    def assignable(self) -> bool:
        """Whether it can owe work; leadership and the superior level cannot."""
        return self.kind not in NOT_ASSIGNABLE


class UnitEntry(Part):
    """A unit, or with `count` a row of numbered ones: key "thon", name "Thôn số {no}" -> thon-01, thon-02 …

    `plan_name` is the plan's wording where it differs from the name people see.
    """

    key: Key
    name: Text
    plan_name: Text | None = None
    kind: UnitKind
    source: Text
    count: Annotated[int, Field(ge=1, le=99)] | None = None

    @model_validator(mode="after")
    def _numbered_name(self) -> Self:
        if (self.count is not None) != ("{no}" in self.name):
            raise ValueError('khoá count đi cùng tên có {no}, ví dụ: name = "Thôn số {no}", count = 16')
        return self

    def units(self, position: int) -> Iterator[PlanUnit]:
        """The units meant, the first of them at `position`."""
        plan_name = self.plan_name or self.name
        if self.count is None:
            yield PlanUnit(self.key, self.name, plan_name, self.kind, self.source, position)
        for no in range(1, (self.count or 0) + 1):
            name, said = self.name.replace("{no}", str(no)), plan_name.replace("{no}", str(no))
            yield PlanUnit(f"{self.key}-{no:02}", name, said, self.kind, self.source, position + no - 1)


class Assignment(Part):
    """What every kind of assignment has. `basis`: who chose its deadline, the plan or the commune."""

    wording: Text
    source: Text
    deadline: Key | None = None
    basis: Basis = "plan"


class CriterionEntry(Assignment):
    """A unit's part in a criterion. `shared`: several units lead it, each for itself."""

    no: Annotated[int, Field(ge=1, le=99)]
    unit: Key
    part: Literal["lead", "coop"] = "lead"
    shared: bool = False


class ReportEntry(Assignment):
    """A report from every assignable unit but the receiver, or only from units of `kinds`."""

    title: Text
    kinds: tuple[UnitKind, ...] = ()

    def concerns(self, unit: PlanUnit, receiver: str) -> bool:
        """Whether that unit owes this report."""
        return unit.assignable and unit.key != receiver and (not self.kinds or unit.kind in self.kinds)


class DutyEntry(Assignment):
    """Another duty (nhiệm vụ) of one unit."""

    key: Key
    unit: Key
    title: Text
