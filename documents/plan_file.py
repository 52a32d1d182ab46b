"""From what was found to a plan file for `mangnon plan import`. What was not found is left empty and marked."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from documents.findings import PlanFindings, Read, UnitFound
from documents.grammar.letters import bare, fold
from documents.grammar.unit_names import key_of, names_in
from tasks.deadline import short_date

LONGEST_TITLE = 90
LONGEST_TEXT = 480
"""A little below what a plan file takes."""
MARK = "  # CẦN GHI: không thấy trong văn bản"
_SUPERIOR = re.compile(r"(?:UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+(?:thành phố|huyện|thị xã|quận|tỉnh)\b.*")


@dataclass(frozen=True)
class Entry:
    """A unit of the plan file. `count`: a row of numbered ones."""

    key: str
    name: str
    found: UnitFound
    count: int | None = None


def plan_text(found: PlanFindings) -> str:
    """The TOML text of a plan file; it says at each empty place what is missing."""
    entries = list(_entries(found))
    parts = [_head(found, entries), _commune(found), *_bases(found), *_deadline(found)]
    parts += [_table("unit", _unit(one)) for one in entries]
    parts += [_table("criterion", one) for one in _criteria(found, entries)]
    parts += [_report()] if found.report else []
    parts += [_table("duty", one) for one in _duties(found, entries)]
    return "\n\n".join(parts) + "\n"


def _head(found: PlanFindings, entries: list[Entry]) -> str:
    name = _value(found.issuer_name)
    year = _value(found.year)
    lines = _lines(
        {
            "key": slug(f"{name} {year}") if name and year else "",
            "number": _value(found.number),
            "issued_on": short_date(found.issued.first) if found.issued and found.issued.first else "",
            "year": int(year) if year else "",
            "title": _cut(f"Kế hoạch: {found.title.value}", LONGEST_TEXT) if found.title else "",
            "signer": ", ".join(filter(None, (_value(found.capacity), _value(found.signer)))),
            "rule_set": "decision-06",
            "receiver": _receiver(found, entries),
        }
    )
    return (
        f"# Lập từ văn bản đã ký bằng lệnh mangnon plan read; hãy xem lại từng mục trước khi nhập.\n\n{lines}"
    )


def _commune(found: PlanFindings) -> str:
    name = _value(found.issuer_name)
    values = {
        "key": slug(name),
        "name": f"UBND {_value(found.issuer_kind)} {name}" if name else "",
        "place": _value(found.place) or name,
        "superior": next((one.issuer for one in found.bases if _SUPERIOR.fullmatch(one.issuer)), ""),
    }
    return f"[commune]\n{_lines(values)}"


def _bases(found: PlanFindings) -> Iterator[str]:
    for one in found.bases:
        values = {
            "number": one.number or one.text[:LONGEST_TITLE],
            "issued_on": short_date(one.issued_on) if one.issued_on else "",
            "issuer": one.issuer,
            "subject": _cut(one.subject or one.text, LONGEST_TEXT),
        }
        yield _table("legal_basis", values)


def _deadline(found: PlanFindings) -> Iterator[str]:
    report = found.report
    if report is None or report.last_valid_on is None or report.last is None:
        return
    left_out = report.first is not None and report.last_valid_on < report.first
    day = report.first if left_out else report.last_valid_on
    yield _table(
        "deadline",
        {"key": "report", "before" if left_out else "by": short_date(day) if day else "", "wording": report.wording, "source": _place(report.source.place.words)},
    )  # fmt: skip


def _entries(found: PlanFindings) -> Iterator[Entry]:
    """The units, groups written out where their names are known."""
    taken: Counter[str] = Counter()
    for unit in found.units:
        for name, count in _names(unit):
            key = slug(key_of(name))[:40].strip("-") or "don-vi"
            taken[key] += 1
            yield Entry(key if taken[key] == 1 else f"{key}-{taken[key]}", name, unit, count)


def _names(unit: UnitFound) -> Iterator[tuple[str, int | None]]:
    if unit.members and unit.count == len(unit.members):
        yield from ((name, None) for name in unit.members)
    elif unit.count is not None and unit.count > 1:
        word = "Thôn" if unit.kind == "village" else unit.name.split(":")[0]
        yield f"{_kind_word(unit) or word} số {{no}}", unit.count
    else:
        yield unit.name, None


def _kind_word(unit: UnitFound) -> str:
    words = re.search(
        r"tổ dân phố|khối phố|khu phố|tiểu khu|thôn|bản|ấp|buôn|làng|xóm|khóm|khối", fold(unit.name)
    )
    return words.group().capitalize() if words and unit.kind == "village" else ""


def _unit(one: Entry) -> dict[str, Any]:
    values: dict[str, Any] = {"key": one.key, "name": one.name}
    if one.name != one.found.name and not one.count:
        values["plan_name"] = one.found.name
    if one.count:
        values["count"] = one.count
    return {**values, "kind": one.found.kind, "source": _place(one.found.source.place.words)}


def _criteria(found: PlanFindings, entries: list[Entry]) -> Iterator[dict[str, Any]]:
    owned = [(own.no, own.role != "lead", one, own.source) for one in entries for own in one.found.owns]
    leads = Counter(no for no, helps, one, _ in owned if not helps for _ in _numbered(one))
    for no, helps, one, source in sorted(owned, key=lambda row: row[:2]):
        part = {"part": "coop"} if helps else {"shared": True} if leads[no] > 1 else {}
        wording = f"{'Phối hợp' if helps else 'Theo dõi,'} đánh giá tiêu chí {no}."
        for unit in _numbered(one):
            yield {"no": no, "unit": unit, **part, **_due(found), "source": _place(source.place.words), "wording": wording}  # fmt: skip


def _numbered(entry: Entry) -> list[str]:
    return [f"{entry.key}-{no:02}" for no in range(1, entry.count + 1)] if entry.count else [entry.key]


def _due(found: PlanFindings) -> dict[str, str]:
    return {"deadline": "report", "basis": "commune"} if found.report else {}


def _report() -> str:
    return _table(
        "report",
        {"title": "Báo cáo kết quả thực hiện nhiệm vụ được phân công", "wording": "Báo cáo kết quả thực hiện nhiệm vụ được phân công.", "deadline": "report", "source": "chế độ báo cáo"},
    )  # fmt: skip


def _duties(found: PlanFindings, entries: list[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        for at, duty in enumerate(entry.found.duties, 1):
            for unit in _numbered(entry):
                title, wording = _cut(duty.value, LONGEST_TITLE), _cut(duty.value, LONGEST_TEXT)
                yield {"key": f"{unit}-viec-{at}", "unit": unit, "title": title, "wording": wording, **_due(found), "source": _place(duty.source.place.words)}  # fmt: skip


def _receiver(found: PlanFindings, entries: list[Entry]) -> str:
    if not found.report_to:
        return ""
    keys = {key_of(entry.found.name): entry.key for entry in entries}
    named = [key_of(name.text) for name in names_in(found.report_to.value)]
    return next((keys[key] for key in named if key in keys), "")


def slug(text: str) -> str:
    """«Hoàng Đồng 2024» -> hoang-dong-2024."""
    return re.sub(r"[^a-z0-9]+", "-", bare(text)).strip("-")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _table(name: str, values: dict[str, Any]) -> str:
    return f"[[{name}]]\n{_lines(values)}"


def _lines(values: dict[str, Any]) -> str:
    return "\n".join(
        f"{key} = {_written(value)}{MARK if value == '' else ''}" for key, value in values.items()
    )


def _written(value: Any) -> str:
    # A JSON string is a basic TOML string too, except for DEL, which no document has left in it.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "")


def _place(words: str) -> str:
    return words or "văn bản"


def _value(read: Read | None) -> str:
    return read.value if read else ""
