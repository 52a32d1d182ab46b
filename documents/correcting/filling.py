"""From what was found to a draft: what was not found stays empty."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.correcting.draft import BasisRow, DueRow, DutyRow, PlanDraft, UnitRow
from documents.findings import Basis, DateFound, PlanFindings, Read, Source, UnitFound
from documents.grammar.unit_names import key_of, names_in
from documents.writing.phrases import kind_of_document
from tasks.deadline import short_date

_VERB = re.compile(r"((?:sửa đổi, bổ sung|ban hành|phê duyệt|hướng dẫn|quy định))\s+$", re.IGNORECASE)


def draft_of(found: PlanFindings) -> PlanDraft:
    """The draft as it opens."""
    on, kind = day_given(found.report)
    return PlanDraft(
        number=_value(found.number),
        issued_on=short_date(found.issued.first) if found.issued and found.issued.first else "",
        year=_value(found.year),
        title=_value(found.title),
        issuer=" ".join(filter(None, ("UBND", _value(found.issuer_kind), _value(found.issuer_name)))) if found.issuer_name else "",
        signer=_value(found.signer),
        capacity=_value(found.capacity),
        receiver=_receiver(found),
        report_on=on,
        report_kind=kind,
        report_wording=found.report.wording if found.report else "",
        bases=tuple(_basis(str(at), one) for at, one in enumerate(found.bases)),
        units=tuple(_unit(str(at), one, found) for at, one in enumerate(found.units)),
    )  # fmt: skip


def day_given(found: DateFound | None) -> tuple[str, str]:
    """A deadline's day as the document writes it, and whether it is "before" that day or "by" it; "" for no day."""
    if found is None or found.last_valid_on is None or found.last is None:
        return "", "by"
    left_out = found.first is not None and found.last_valid_on < found.first
    day = found.first if left_out else found.last_valid_on
    return (short_date(day), "before" if left_out else "by") if day else ("", "by")


def _basis(id_: str, one: Basis) -> BasisRow:
    day = short_date(one.issued_on) if one.issued_on else ""
    return BasisRow(id_, one.number or one.text, day, one.issuer, _about(one), id_)


def _about(one: Basis) -> str:
    """Its subject with the verb before it, as the document has it; all of its words where they cannot be put together again."""
    if not one.subject or kind_of_document(one.number, one.subject) != one.kind:
        return one.text
    before = _VERB.search(one.text[: -len(one.subject)])
    return f"{before[1]} {one.subject}" if before else one.subject


def _unit(id_: str, unit: UnitFound, found: PlanFindings) -> UnitRow:
    lead, coop = (
        ", ".join(str(one.no) for one in unit.owns if one.role == role) for role in ("lead", "coop")
    )
    return UnitRow(
        id_, unit.name, unit.kind, "" if unit.count is None else str(unit.count), "\n".join(unit.members), lead, coop,
        tuple(_duty(str(at), one, found) for at, one in enumerate(unit.duties)), tuple(_dues(unit, found)), id_,
    )  # fmt: skip


def _dues(unit: UnitFound, found: PlanFindings) -> Iterator[DueRow]:
    for own in unit.owns:
        on, kind = _day_in_row(own.source, found)
        if on:
            yield DueRow(str(own.no), on, kind)


def _day_in_row(source: Source, found: PlanFindings) -> tuple[str, str]:
    """The day that stands in the row of a table, where there is just one."""
    here = (source.place.table, source.place.row)
    days = {
        day_given(one) for one in found.row_dates if (one.source.place.table, one.source.place.row) == here
    }
    return days.pop() if here[0] is not None and len(days) == 1 else ("", "by")


def _duty(id_: str, duty: Read, found: PlanFindings) -> DutyRow:
    """A duty has a day of its own when exactly one deadline stands in its words."""
    days = [
        one
        for one in found.dates
        if one.meaning == "deadline"
        and one.source.place == duty.source.place
        and one.wording in duty.value
        and one.first == one.last
    ]
    on, kind = day_given(days[0]) if len(days) == 1 else _day_in_row(duty.source, found)
    return DutyRow(id_, duty.value, on, kind, id_)


def _receiver(found: PlanFindings) -> str:
    if not found.report_to:
        return ""
    ids = {key_of(unit.name): str(at) for at, unit in enumerate(found.units)}
    named = [key_of(name.text) for name in names_in(found.report_to.value)]
    return next((ids[key] for key in named if key in ids), "")


def _value(read: Read | None) -> str:
    return read.value if read else ""
