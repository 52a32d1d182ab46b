"""A plan as it stands in a form: every value the text that was read or typed. Plain values.

Rows have an `id`, a small number as text, that stays theirs while others come and go. `origin`: the place of the
finding they come from in its list, "" for rows that somebody added. What is wrong in a draft is told by the path of
its field: `number`, `bases.2.issued_on`, `units.5.lead`, `units.5.duties.0.due_on`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class BasisRow:
    """A document that the plan rests on."""

    id: str
    number: str = ""
    issued_on: str = ""
    issuer: str = ""
    subject: str = ""
    origin: str = ""


@dataclass(frozen=True)
class DutyRow:
    """A duty. `due_kind`: "by" takes the day in, "before" leaves it out; without `due_on` the report's deadline counts.

    `known`: the key of the duty that was given out already, which this one is; "" for a new one.
    """

    id: str
    text: str = ""
    due_on: str = ""
    due_kind: str = "by"
    origin: str = ""
    known: str = ""


@dataclass(frozen=True)
class DueRow:
    """A unit's criterion with a deadline of its own. `id`: the criterion's number; without `due_on` the report's counts."""

    id: str
    due_on: str = ""
    due_kind: str = "by"


@dataclass(frozen=True)
class UnitRow:
    """A unit, or several in one row. `members`: their names, one a line. `lead`, `coop`: criteria, such as "5, 7-9"."""

    id: str
    name: str = ""
    kind: str = ""
    count: str = ""
    members: str = ""
    lead: str = ""
    coop: str = ""
    duties: tuple[DutyRow, ...] = ()
    dues: tuple[DueRow, ...] = ()
    origin: str = ""


@dataclass(frozen=True)
class PlanDraft:
    """The whole plan. `receiver`: the id of the unit that gathers the reports; dates as day/month/year."""

    number: str = ""
    issued_on: str = ""
    year: str = ""
    title: str = ""
    issuer: str = ""
    signer: str = ""
    capacity: str = ""
    receiver: str = ""
    report_on: str = ""
    report_kind: str = "by"
    report_wording: str = ""
    bases: tuple[BasisRow, ...] = ()
    units: tuple[UnitRow, ...] = ()


Row = BasisRow | DutyRow | DueRow | UnitRow


def texts(draft: PlanDraft) -> Iterator[tuple[str, str]]:
    """Every field's path with its text, in the order of the form."""
    for name, value in vars(draft).items():
        if isinstance(value, str):
            yield name, value
    yield from _rows("bases", draft.bases)
    yield from _rows("units", draft.units)


def _rows(path: str, rows: tuple[Row, ...]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for name, value in vars(row).items():
            if isinstance(value, tuple):
                yield from _rows(f"{path}.{row.id}.{name}", value)
            elif name != "id":
                yield f"{path}.{row.id}.{name}", value


def next_id(rows: Sequence[Row]) -> str:
    """An id that no row has."""
    return str(max((int(row.id) for row in rows), default=-1) + 1)
