"""From a draft to the tables of a plan file, each value knowing the field it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from documents.correcting.draft import DutyRow, PlanDraft, UnitRow
from documents.correcting.entries import Entry, Keys, Origins, entries_of
from documents.correcting.numbers import numbers_in, whole
from documents.correcting.own import Own, said
from documents.correcting.present import Present, Values, day_of
from documents.findings import PlanFindings

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
        *_report_deadline(draft, origins, own),
        *_own_deadlines(draft, origins, own),
        *_units(draft, entries, own),
        *_in_known_order(_criteria(draft, entries, origins, own), own.present(draft.year)),
        *_report(draft, own),
        *_duties(draft, entries, origins, own),
    ]


def _head(draft: PlanDraft, entries: list[Entry], own: Own) -> Table:
    year = whole(draft.year)
    told = _ADDRESSED.match(draft.title) or draft.title in {"", own.present(draft.year).source.get("title")}
    title = draft.title if told else f"Kế hoạch: {draft.title}"
    values = {
        "key": own.plan_key(draft.year), "number": draft.number, "issued_on": draft.issued_on,
        "year": draft.year if year is None else year,
        "title": _cut(title, LONGEST_TEXT), "signer": ", ".join(filter(None, (draft.capacity, draft.signer))),
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


def _report_deadline(draft: PlanDraft, origins: Origins, own: Own) -> Iterator[Table]:
    if draft.report_on:
        plan = own.present(draft.year)
        known = plan.deadline(plan.report_key) or {}
        wording = draft.report_wording or wording_of(draft.report_on, draft.report_kind)
        fields = {"": "report_wording", "by": "report_on", "before": "report_on"}
        source = known.get("source") or origins.report()
        table = _deadline(plan.report_key, draft.report_on, draft.report_kind, wording, source, fields)
        yield replace(table, values=_without_none({**table.values, "basis": known.get("basis")}))


def _dated(draft: PlanDraft) -> Iterator[tuple[UnitRow, DutyRow]]:
    yield from ((row, duty) for row in draft.units for duty in row.duties if duty.due_on)


def _own_deadlines(draft: PlanDraft, origins: Origins, own: Own) -> Iterator[Table]:
    plan, given = own.present(draft.year), set[str]()
    for row, duty in _dated(draft):
        known = _kept_deadline(duty, plan)
        if known is None:
            yield _own_deadline(duty, row, origins)
        elif known["key"] not in given:
            given.add(known["key"])
            yield Table(
                "deadline",
                _without_none(known) | {duty.due_kind: duty.due_on},
                {"": f"units.{row.id}.duties.{duty.id}.due_on"},
            )


def _kept_deadline(duty: DutyRow, plan: Present) -> Values | None:
    """The deadline that the known duty has, where the day is still the same."""
    known = plan.own_deadline(next((one for one in plan.rows("duty") if one["key"] == duty.known), None))
    return known if known and day_of(known) == (duty.due_on, duty.due_kind) else None


def _own_deadline(duty: DutyRow, row: UnitRow, origins: Origins) -> Table:
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


def _units(draft: PlanDraft, entries: list[Entry], own: Own) -> Iterator[Table]:
    plan = own.present(draft.year)
    yield from (_unit(one, plan) for one in entries)
    keys = {one.key for one in entries}
    yield from (Table("unit", _without_none(one)) for one in plan.not_owing() if one["key"] not in keys)


def _unit(one: Entry, plan: Present) -> Table:
    known = plan.unit(one.key) or {}
    values: dict[str, Any] = {"key": one.key, "name": one.name}
    plan_name = (known.get("plan_name") or known["name"]) if known else one.plan_name
    if plan_name != one.name and not one.count:
        values["plan_name"] = plan_name
    if one.count:
        values["count"] = one.count
    path = f"units.{one.row.id}"
    own = {"": f"{path}.name", "kind": f"{path}.kind", "count": f"{path}.count"}
    return Table("unit", {**values, "kind": one.row.kind, "source": known.get("source", one.source)}, own)


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
            values = {"no": no, "unit": unit, **part, **_due(draft, own), "source": origins.criterion(one.row, no), "wording": wording}  # fmt: skip
            yield Table(
                "criterion", values | own.wording(draft.year, unit, no, part.get("part", "lead")), {"": path}
            )


def _in_known_order(tables: Iterator[Table], plan: Present) -> list[Table]:
    """As the plan that is there has them, new ones last."""
    parts = [(one["no"], one["unit"], one["part"]) for one in plan.rows("criterion")]
    places = {part: at for at, part in enumerate(parts)}

    def place(one: Table) -> int:
        part = one.values["no"], one.values["unit"], one.values.get("part", "lead")
        return places.get(part, len(places))

    return sorted(tables, key=place)


def _due(draft: PlanDraft, own: Own) -> dict[str, str]:
    return {"deadline": own.present(draft.year).report_key, "basis": "commune"} if draft.report_on else {}


def _report(draft: PlanDraft, own: Own) -> Iterator[Table]:
    if draft.report_on:
        values = {
            "title": REPORT,
            "wording": f"{REPORT}.",
            "deadline": own.present(draft.year).report_key,
            "source": "chế độ báo cáo",
        }
        yield Table("report", values | own.wording(draft.year), {"": "report_on"})


def _duties(draft: PlanDraft, entries: list[Entry], origins: Origins, own: Own) -> Iterator[Table]:
    keys, plan = Keys(own.duties.values()), own.present(draft.year)
    for entry in entries:
        for at, duty in enumerate(entry.row.duties, 1):
            wording = _cut(duty.text, LONGEST_TEXT)
            fields = {"": f"units.{entry.row.id}.duties.{duty.id}.text"}
            for unit in entry.keys:
                known = plan.duty(unit, duty.known) if duty.known else None
                key = keys.take(
                    known["key"] if known else own.duties.get((unit, said(wording))), f"{unit}-viec-{at}"
                )
                kept = {name: known[name] for name in ("title", "source")} if known else {}
                if known is None or said(known["wording"]) != said(wording):
                    kept["title"] = _cut(duty.text, LONGEST_TITLE)
                source = {"source": origins.duty(entry.row, duty)}
                values = {"key": key, "unit": unit, **source, **kept, "wording": wording}
                yield Table("duty", values | _duty_due(draft, entry.row, duty, known, own), fields)


def _duty_due(
    draft: PlanDraft, row: UnitRow, duty: DutyRow, known: Values | None, own: Own
) -> dict[str, str]:
    plan = own.present(draft.year)
    if duty.due_on:
        kept = _kept_deadline(duty, plan)
        basis = {"basis": known["basis"]} if known and kept else {}
        return {"deadline": kept["key"] if kept else deadline_key(row, duty), **basis}
    if known and known["deadline"] is None:
        return {"basis": known["basis"]}
    basis = {"basis": known["basis"]} if known and not plan.own_deadline(known) else {}
    return (_due(draft, own) | basis) if draft.report_on else {}


def _without_none(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
