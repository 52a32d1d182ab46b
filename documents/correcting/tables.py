"""From a draft to the tables of a plan file, each value knowing the field it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from documents.correcting.draft import DutyRow, PlanDraft, UnitRow
from documents.correcting.entries import Entry, Keys, Origins, entries_of
from documents.correcting.numbers import numbers_in, whole
from documents.correcting.own import Own, said
from documents.findings import PlanFindings
from documents.signing import capacity_lines

LONGEST_TITLE = 90
LONGEST_TEXT = 480
"""A little below what a plan file takes."""
REPORT = "Báo cáo kết quả thực hiện nhiệm vụ được phân công"
_ADDRESSED = re.compile(r"kế hoạch\b", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """A table of a plan file. `fields`: a key -> the path of the draft's field; "" stands for the other keys."""

    name: str
    values: Mapping[str, Any]
    fields: Mapping[str, str] = field(default_factory=dict)


def tables_of(draft: PlanDraft, found: PlanFindings, own: Own) -> list[Table]:
    """The plan file's tables in its order. What the draft leaves empty is empty there, too."""
    origins = Origins(found)
    entries = list(entries_of(draft, origins, own))
    return [
        _head(draft, entries, own),
        _commune(draft, own),
        *_bases(draft),
        *_report_deadline(draft, origins),
        *(_own_deadline(duty, row, at, origins) for row, duty, at in _dated(draft)),
        *(_unit(one) for one in entries),
        *_criteria(draft, entries, origins, own),
        *_report(draft, own),
        *_duties(draft, entries, origins, own),
    ]


def _head(draft: PlanDraft, entries: list[Entry], own: Own) -> Table:
    year = whole(draft.year)
    title = draft.title if _ADDRESSED.match(draft.title) or not draft.title else f"Kế hoạch: {draft.title}"
    values = {
        "key": own.plan_key(draft.year), "number": draft.number, "issued_on": draft.issued_on,
        "year": draft.year if year is None else year,
        "title": _cut(title, LONGEST_TEXT), "signer": ", ".join(filter(None, (*capacity_lines(draft.capacity), draft.signer))),
        "rule_set": own.rule_set,
        "receiver": next((one.keys[0] for one in entries if one.row.id == draft.receiver), ""),
    }  # fmt: skip
    return Table("", values, {key: key for key in values} | {"key": "year"})


def _commune(draft: PlanDraft, own: Own) -> Table:
    values = {"key": own.commune["key"], "name": draft.issuer, **own.commune}
    return Table("commune", values | {"name": draft.issuer}, {"": "issuer"})


def _bases(draft: PlanDraft) -> Iterator[Table]:
    for one in draft.bases:
        values = {
            "number": _cut(one.number, LONGEST_TITLE), "issued_on": one.issued_on, "issuer": one.issuer,
            "subject": _cut(one.subject, LONGEST_TEXT),
        }  # fmt: skip
        yield Table("legal_basis", values, {key: f"bases.{one.id}.{key}" for key in values})


def _report_deadline(draft: PlanDraft, origins: Origins) -> Iterator[Table]:
    if draft.report_on:
        wording = draft.report_wording or wording_of(draft.report_on, draft.report_kind)
        fields = {"": "report_wording", "by": "report_on", "before": "report_on"}
        yield _deadline("report", draft.report_on, draft.report_kind, wording, origins.report(), fields)


def _dated(draft: PlanDraft) -> Iterator[tuple[UnitRow, DutyRow, int]]:
    for row in draft.units:
        for at, duty in enumerate(row.duties, 1):
            if duty.due_on:
                yield row, duty, at


def _own_deadline(duty: DutyRow, row: UnitRow, at: int, origins: Origins) -> Table:
    path = f"units.{row.id}.duties.{duty.id}.due_on"
    wording = wording_of(duty.due_on, duty.due_kind)
    key = deadline_key(row, duty)
    return _deadline(key, duty.due_on, duty.due_kind, wording, origins.duty(row, duty), {"": path})


def deadline_key(row: UnitRow, duty: DutyRow) -> str:
    """The key of a duty's own deadline."""
    return f"viec-{row.id}-{duty.id}"


def wording_of(day: str, kind: str) -> str:
    """How a plan would say it."""
    return f"{'trước' if kind == 'before' else 'chậm nhất'} ngày {day}"


def _deadline(key: str, day: str, kind: str, wording: str, source: str, fields: Mapping[str, str]) -> Table:
    left_out = kind == "before"
    return Table("deadline", {"key": key, "before" if left_out else "by": day, "wording": wording, "source": source}, fields)  # fmt: skip


def _unit(one: Entry) -> Table:
    values: dict[str, Any] = {"key": one.key, "name": one.name}
    if one.plan_name != one.name and not one.count:
        values["plan_name"] = one.plan_name
    if one.count:
        values["count"] = one.count
    path = f"units.{one.row.id}"
    own = {"": f"{path}.name", "kind": f"{path}.kind", "count": f"{path}.count"}
    return Table("unit", {**values, "kind": one.row.kind, "source": one.source}, own)


def _criteria(draft: PlanDraft, entries: list[Entry], origins: Origins, own: Own) -> Iterator[Table]:
    owned = [
        (no, helps, one)
        for one in entries
        for helps in (False, True)
        for no in numbers_in(one.row.coop if helps else one.row.lead)
    ]
    leads = Counter(no for no, helps, one in owned if not helps for _ in one.keys)
    for no, helps, one in sorted(owned, key=lambda row: row[:2]):
        part: dict[str, Any] = {"part": "coop"} if helps else {"shared": True} if leads[no] > 1 else {}
        wording = f"{'Phối hợp' if helps else 'Theo dõi,'} đánh giá tiêu chí {no}."
        path = f"units.{one.row.id}.{'coop' if helps else 'lead'}"
        for unit in one.keys:
            values = {"no": no, "unit": unit, **part, **_due(draft), "source": origins.criterion(one.row, no), "wording": wording}  # fmt: skip
            yield Table(
                "criterion", values | own.wording(draft.year, unit, no, part.get("part", "lead")), {"": path}
            )


def _due(draft: PlanDraft) -> dict[str, str]:
    return {"deadline": "report", "basis": "commune"} if draft.report_on else {}


def _report(draft: PlanDraft, own: Own) -> Iterator[Table]:
    if draft.report_on:
        values = {"title": REPORT, "wording": f"{REPORT}.", "deadline": "report", "source": "chế độ báo cáo"}
        yield Table("report", values | own.wording(draft.year), {"": "report_on"})


def _duties(draft: PlanDraft, entries: list[Entry], origins: Origins, own: Own) -> Iterator[Table]:
    keys = Keys(own.duties.values())
    for entry in entries:
        for at, duty in enumerate(entry.row.duties, 1):
            due = {"deadline": deadline_key(entry.row, duty)} if duty.due_on else _due(draft)
            title, wording = _cut(duty.text, LONGEST_TITLE), _cut(duty.text, LONGEST_TEXT)
            fields = {"": f"units.{entry.row.id}.duties.{duty.id}.text"}
            for unit in entry.keys:
                key = keys.take(own.duties.get((unit, said(wording))), f"{unit}-viec-{at}")
                values = {"key": key, "unit": unit, "title": title, "wording": wording, **due, "source": origins.duty(entry.row, duty)}  # fmt: skip
                yield Table("duty", values, fields)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
