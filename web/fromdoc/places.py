"""Findings and where they stand: what a click in the document leads to, and back. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from documents.correcting.draft import PlanDraft, UnitRow
from documents.correcting.entries import found_at
from documents.findings import DateFound, PlanFindings, Source, UnitFound

SINGLE = {
    "number": "Số, ký hiệu", "issued_on": "Ngày ban hành", "issuer": "Cơ quan ban hành", "year": "Năm", "title": "Tên kế hoạch",
    "signer": "Người ký", "capacity": "Chức vụ người ký", "report_on": "Hạn báo cáo", "receiver": "Nơi nhận báo cáo",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """Something found. `path`: its field, or its place in a list; `label`: what it is, for people."""

    path: str
    label: str
    source: Source


def findings(found: PlanFindings, draft: PlanDraft) -> list[Finding]:
    """All findings that still stand in the draft, and the doubts, in the order of the page."""
    return [one for one in _all(found, draft) if one.source.sentence]


def _all(found: PlanFindings, draft: PlanDraft) -> Iterator[Finding]:
    yield from _single(found)
    for basis in draft.bases:
        if base := found_at(found.bases, basis.origin):
            yield Finding(f"bases.{basis.id}", "Căn cứ", base.source)
    for row in draft.units:
        if unit := found_at(found.units, row.origin):
            yield from _unit(row, unit)
    for at, day in other_dates(found):
        yield Finding(f"dates.{at}", f"Ngày: {day.wording}", day.source)
    yield from _to_look_at(found)


def _single(found: PlanFindings) -> Iterator[Finding]:
    single = {
        "number": found.number, "issued_on": found.issued, "issuer": found.issuer_name, "year": found.year, "title": found.title,
        "signer": found.signer, "capacity": found.capacity, "report_on": found.report, "receiver": found.report_to,
    }  # fmt: skip
    yield from (Finding(path, SINGLE[path], one.source) for path, one in single.items() if one)


def _to_look_at(found: PlanFindings) -> Iterator[Finding]:
    for at, doubt in enumerate(found.doubts):
        yield Finding(f"doubts.{at}", "Chỗ đáng ngờ", doubt.source)
    for at, unread in enumerate(found.unread):
        if unread.source:
            yield Finding(f"unread.{at}", "Chưa đọc được", unread.source)


def other_dates(found: PlanFindings) -> list[tuple[int, DateFound]]:
    """The dates that no field of the form holds, each with its place in the list of all."""
    held = {"issued", "basis", "report_deadline"}
    return [(at, day) for at, day in enumerate(found.dates) if day.meaning not in held]


def _unit(row: UnitRow, unit: UnitFound) -> Iterator[Finding]:
    path = f"units.{row.id}"
    yield Finding(path, unit.name, unit.source)
    said: dict[tuple[str, Source], list[str]] = {}
    for own in unit.owns:
        said.setdefault((own.role, own.source), []).append(str(own.no))
    for (role, source), numbers in said.items():
        yield Finding(f"{path}.{role}", f"Tiêu chí {', '.join(numbers)}", source)
    for duty in row.duties:
        if read := found_at(unit.duties, duty.origin):
            yield Finding(f"{path}.duties.{duty.id}", f"Việc của {unit.name}", read.source)
