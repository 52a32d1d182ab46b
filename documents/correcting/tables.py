"""From a draft to the tables of a plan file, each value knowing the field it comes from."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from db.errors import Refusal
from documents.correcting.draft import DueRow, DutyRow, PlanDraft, UnitRow
from documents.correcting.entries import Entry, Keys, Origins, entries_of
from documents.correcting.numbers import numbers_in, whole
from documents.correcting.own import Own, said, slug
from documents.correcting.present import Present, Values, day_of
from documents.findings import PlanFindings
from documents.signing import signer_line
from tasks.deadline import before, parse_date

Due = DutyRow | DueRow
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
        "title": _cut(title, LONGEST_TEXT), "signer": signer_line(draft.capacity, draft.signer),
        "rule_set": own.rule_set,
        "receiver": next((one.keys[0] for one in entries if one.row.id == draft.receiver), ""),
    }  # fmt: skip
    return Table("", values, {key: key for key in values} | {"key": "year"})


def _commune(draft: PlanDraft, own: Own) -> Table:
    values = {"key": own.commune["key"], "name": draft.issuer, **own.commune}
    return Table(
        "commune", values | {"name": draft.issuer}, {"": "issuer"} | {name: name for name in own.asked}
    )


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


def _own_deadlines(draft: PlanDraft, origins: Origins, own: Own) -> Iterator[Table]:
    """The deadlines of duties and criteria, each once."""
    plan, given = own.present(draft.year), set[str]()
    for due, path, source in _dated(draft, origins):
        key = deadline_key(due, plan)
        if key in given:
            continue
        given.add(key)
        known = plan.deadline(key)
        if known and day_of(known) == (due.due_on, due.due_kind):
            yield Table("deadline", _without_none(known) | {due.due_kind: due.due_on}, {"": path})
        else:
            wording = wording_of(due.due_on, due.due_kind)
            yield _deadline(key, due.due_on, due.due_kind, wording, source, {"": path})


def _dated(draft: PlanDraft, origins: Origins) -> Iterator[tuple[Due, str, str]]:
    """What has a day of its own, with the path of its field and its place in the document."""
    for row in draft.units:
        for duty in row.duties:
            if duty.due_on:
                yield duty, f"units.{row.id}.duties.{duty.id}.due_on", origins.duty(row, duty)
        held = {*numbers_in(row.lead), *numbers_in(row.coop)}
        for due in row.dues:
            if due.due_on and whole(due.id) in held:
                yield due, f"units.{row.id}.dues.{due.id}.due_on", origins.criterion(row, int(due.id))


def deadline_key(due: Due, plan: Present) -> str:
    """The key of that day's deadline: the plan's, where it has it already."""
    own = (one for one in plan.rows("deadline") if one["key"] != plan.report_key)
    known = next((one["key"] for one in own if day_of(one) == (due.due_on, due.due_kind)), None)
    made = f"han-{'truoc-' if due.due_kind == 'before' else ''}{slug(due.due_on)[:20]}"
    return str(known or made.strip("-"))


def days_of(draft: PlanDraft) -> list[date]:
    """The last valid dates that can be read in a draft, each once."""
    given = [(draft.report_on, draft.report_kind)]
    for row in draft.units:
        dated: tuple[Due, ...] = (*row.duties, *row.dues)
        given += [(one.due_on, one.due_kind) for one in dated]
    found = set[date]()
    for on, kind in given:
        try:
            found.add(before(parse_date(on)) if kind == "before" else parse_date(on))
        except Refusal:
            continue
    return sorted(found)


def with_wording(draft: PlanDraft, shown: Mapping[str, str]) -> PlanDraft:
    """The words of the report's deadline follow its day where only that was changed. `shown`: the fields as they stood."""
    same_words = shown.get("report_wording") == draft.report_wording
    day, was = (draft.report_on, draft.report_kind), (shown.get("report_on"), shown.get("report_kind"))
    if not (same_words and draft.report_wording and draft.report_on) or day == was:
        return draft
    return replace(draft, report_wording=wording_of(*day))


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
            values = {
                "no": no,
                "unit": unit,
                **part,
                "source": origins.criterion(one.row, no),
                "wording": wording,
            }
            values |= own.wording(draft.year, unit, no, part.get("part", "lead"))
            yield Table("criterion", values | _criterion_due(draft, one.row, no, values, own), {"": path})


def _criterion_due(draft: PlanDraft, row: UnitRow, no: int, values: Values, own: Own) -> dict[str, str]:
    """The criterion's own deadline, which the plan gives; else none where the plan has it so, or that of the report."""
    plan = own.present(draft.year)
    due = next((one for one in row.dues if one.id == str(no) and one.due_on), None)
    known = plan.criterion(values["unit"], no, values.get("part", "lead"))
    if due:
        return _dated_due(due, known, plan)
    if known and known["deadline"] is None:
        return {"basis": known["basis"]}
    return _due(draft, own) | ({"basis": values["basis"]} if "basis" in values and draft.report_on else {})


def _dated_due(due: Due, known: Values | None, plan: Present) -> dict[str, str]:
    key = deadline_key(due, plan)
    return {"deadline": key, "basis": known["basis"] if known and known["deadline"] == key else "plan"}


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
                yield Table("duty", values | _duty_due(draft, duty, known, own), fields)


def _duty_due(draft: PlanDraft, duty: DutyRow, known: Values | None, own: Own) -> dict[str, str]:
    plan = own.present(draft.year)
    if duty.due_on:
        return _dated_due(duty, known, plan)
    if known and known["deadline"] is None:
        return {"basis": known["basis"]}
    basis = {"basis": known["basis"]} if known and not plan.own_deadline(known) else {}
    return (_due(draft, own) | basis) if draft.report_on else {}


def _without_none(values: Values) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"
