"""What is found in a plan, each finding with the place and the sentence it comes from. Plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from documents.sources.blocks import Place
from tasks.planparts import UnitKind

Role = Literal["lead", "coop"]
Meaning = Literal[
    "issued", "basis", "report_deadline", "periodic_report", "deadline", "start", "period", "other"
]


@dataclass(frozen=True)
class Source:
    """Where something was read."""

    place: Place
    sentence: str

    def as_dict(self) -> dict[str, Any]:
        """The place's numbers and the sentence."""
        return {**self.place.as_dict(), "sentence": self.sentence}


@dataclass(frozen=True)
class Read:
    """A value with its source."""

    value: str
    source: Source


@dataclass(frozen=True)
class Basis:
    """A document the plan rests on. `number` is "" for laws cited by name."""

    text: str
    kind: str
    number: str
    issued_on: date | None
    issuer: str
    subject: str
    source: Source


@dataclass(frozen=True)
class DateFound:
    """A date (`first` = `last`) or a range of days, both included. `last_valid_on`: for deadlines.

    `recurs`: "ngày 20 tháng cuối quý" where the plan's year is not known, so no date can be given.
    """

    first: date | None
    last: date | None
    wording: str
    meaning: Meaning
    source: Source
    last_valid_on: date | None = None

    @property
    def is_range(self) -> bool:
        """Whether it covers more than a day."""
        return self.first != self.last


@dataclass(frozen=True)
class Owning:
    """A unit's part in one criterion."""

    no: int
    role: Role
    source: Source


@dataclass
class UnitFound:
    """A unit, or a group of them written as one ("02 trường mầm non: A và B"). `count` None: number not given.

    `spellings`: every way in which the document writes it.
    """

    name: str
    kind: UnitKind
    count: int | None
    members: tuple[str, ...]
    source: Source
    owns: list[Owning] = field(default_factory=list)
    duties: list[Read] = field(default_factory=list)
    spellings: dict[str, Source] = field(default_factory=dict)

    def take(self, no: int, role: Role, source: Source) -> None:
        """Note a part in a criterion; being in the lead outweighs helping, and twice is once."""
        held = {one.no: one for one in self.owns}.get(no)
        if held and (held.role in (role, "lead")):
            return
        self.owns = [one for one in self.owns if one.no != no] + [Owning(no, role, source)]


@dataclass(frozen=True)
class Doubt:
    """Something worth a look: `code` for programs, `text` a Vietnamese sentence."""

    code: str
    text: str
    source: Source


@dataclass(frozen=True)
class Unread:
    """Something that stands in the document but could not be understood. `criteria`: whose owner may stand there."""

    what: str
    source: Source | None
    criteria: tuple[int, ...] = ()


FLAT_TABLE = "bảng này không còn hàng và cột (như trong tệp PDF) nên không đọc được ai làm gì; hãy dùng tệp Word gốc hoặc tự điền"
"""What of a table that came out as plain lines; any owner may stand in it."""


@dataclass
class PlanFindings:
    """Everything found in a plan. `row_dates`: the deadlines in the rows of tables, each in every row that it stands in."""

    number: Read | None = None
    issued: DateFound | None = None
    place: Read | None = None
    issuer_kind: Read | None = None
    issuer_name: Read | None = None
    superior: Read | None = None
    year: Read | None = None
    title: Read | None = None
    signer: Read | None = None
    capacity: Read | None = None
    bases: list[Basis] = field(default_factory=list)
    recipients: list[Read] = field(default_factory=list)
    units: list[UnitFound] = field(default_factory=list)
    dates: list[DateFound] = field(default_factory=list)
    row_dates: list[DateFound] = field(default_factory=list)
    report: DateFound | None = None
    report_to: Read | None = None
    doubts: list[Doubt] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
