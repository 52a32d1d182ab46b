"""A draft just read, laid over the plan that is there: what was given out keeps its names, words and keys. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from documents.correcting.alike import matched
from documents.correcting.draft import BasisRow, DueRow, DutyRow, PlanDraft, UnitRow
from documents.correcting.entries import members_of, names_of, numbered_keys
from documents.correcting.numbers import numbers_in
from documents.correcting.own import Own, said
from documents.correcting.present import Present, day_of
from documents.signing import parted
from tasks.alarms import is_anothers
from tasks.deadline import short_date


def laid_over(draft: PlanDraft, own: Own) -> PlanDraft:
    """The draft with the known names of units, and for a plan that is there with its titles and its duties' words."""
    if is_anothers(own.issuer, draft.issuer):
        return draft
    taken: set[str] = set()
    units = tuple(_named(row, own, taken) for row in draft.units)
    plan = own.present(draft.year)
    if not plan.source:
        return replace(draft, units=units)
    return replace(
        _titled(draft, plan),
        issuer=own.issuer if said(own.issuer).endswith(said(draft.issuer)) and draft.issuer else draft.issuer,
        bases=tuple(_basis(row, plan) for row in draft.bases),
        units=tuple(_with_duties(row, plan, own) for row in units),
    )


def _titled(draft: PlanDraft, plan: Present) -> PlanDraft:
    signed = ", ".join(filter(None, (draft.capacity, draft.signer)))
    known = plan.source["signer"]
    # The plan may have been kept without the signer's name, or with a comma between the capacities.
    same = _letters(signed).startswith(_letters(known))
    capacity, signer = parted(known) if same else (draft.capacity, draft.signer)
    title = plan.source["title"] if draft.title else draft.title
    return replace(draft, title=title, capacity=capacity, signer=signer)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, said(text)))


def _named(row: UnitRow, own: Own, taken: set[str]) -> UnitRow:
    members = members_of(row)
    if members:
        return replace(row, members="\n".join(_known_name(name, own, taken) for name in members))
    if next(names_of(row))[1]:
        return row
    return replace(row, name=_known_name(row.name, own, taken))


def _known_name(name: str, own: Own, taken: set[str]) -> str:
    key = own.unit_key(name)
    if key is None or key in taken:
        return name
    taken.add(key)
    known = own.names.get(key, name)
    return name if "{no}" in known else known


def keys_of(row: UnitRow, own: Own) -> Iterator[str]:
    """The keys of the known units that a row means."""
    for name, count in names_of(row):
        if key := own.unit_key(name):
            yield from numbered_keys(key, count)


def _with_duties(row: UnitRow, plan: Present, own: Own) -> UnitRow:
    known = plan.duties(next(keys_of(row, own), ""))
    keys = matched([one.text for one in row.duties], {key: one["wording"] for key, one in known.items()})
    duties = tuple(_duty(one, keys.get(at, ""), plan) for at, one in enumerate(row.duties))
    return replace(row, duties=duties, dues=tuple(_dues(row, plan, own)))


def _dues(row: UnitRow, plan: Present, own: Own) -> Iterator[DueRow]:
    """Those that the document gives, and for other criteria those that the plan has."""
    yield from row.dues
    unit, given = next(keys_of(row, own), ""), {one.id for one in row.dues}
    for part, text in (("lead", row.lead), ("coop", row.coop)):
        for no in numbers_in(text):
            day = plan.own_deadline(plan.criterion(unit, no, part))
            if day and str(no) not in given:
                yield DueRow(str(no), *day_of(day))


def _duty(row: DutyRow, key: str, plan: Present) -> DutyRow:
    known = next((one for one in plan.rows("duty") if one["key"] == key), None)
    if known is None:
        return row
    own_day = plan.own_deadline(known)
    on, kind = day_of(own_day) if own_day and not row.due_on else (row.due_on, row.due_kind)
    return replace(row, text=known["wording"], due_on=on, due_kind=kind, known=key)


def _basis(row: BasisRow, plan: Present) -> BasisRow:
    known = plan.basis(row.number)
    if known is None or short_date(date.fromisoformat(known["issued_on"])) != row.issued_on:
        return row
    return replace(row, issuer=known["issuer"], subject=known["subject"])


def dropped(draft: PlanDraft, own: Own) -> Iterator[str]:
    """A sentence for each duty that the plan that is there gives out, and the draft does not."""
    plan = own.present(draft.year)
    kept = set(_kept(draft, plan, own))
    for one in plan.rows("duty"):
        if one["key"] not in kept:
            unit = own.names.get(one["unit"], one["unit"])
            yield f"Việc đã có «{one['title']}» của {unit} không có trong bản này: lưu và duyệt thì việc đó bị rút."


def _kept(draft: PlanDraft, plan: Present, own: Own) -> Iterator[str]:
    for row in draft.units:
        for unit in keys_of(row, own):
            for duty in row.duties:
                known = plan.duty(unit, duty.known) if duty.known else None
                yield known["key"] if known else own.duties.get((unit, said(duty.text)), "")
