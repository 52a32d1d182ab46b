"""The findings as the JSON object that `mangnon plan read --json` prints."""

from __future__ import annotations

from datetime import date
from typing import Any

from documents.findings import DateFound, PlanFindings, Read, Source, UnitFound, Unread


def findings_as_json(found: PlanFindings) -> dict[str, Any]:
    """The object; dates as YYYY-MM-DD, null for what the document does not say.

    `sources` holds the place of each finding under the finding's own key, lists in the same order.
    """
    return {
        "number": _value(found.number),
        "issued_on": _day(found.issued.first) if found.issued else None,
        "issuer": {"kind": _value(found.issuer_kind), "name": _value(found.issuer_name)},
        "year": int(found.year.value) if found.year else None,
        "title": _value(found.title),
        "signer": {"name": _value(found.signer), "capacity": _value(found.capacity)},
        "bases": [one.text for one in found.bases],
        "report_deadline": _report(found.report),
        "units": [_unit(one) for one in found.units],
        "dates": [_date(one) for one in found.dates],
        "warnings": [{"code": one.code, "text": one.text, "source": one.source.as_dict()} for one in found.doubts],
        "place": _value(found.place),
        "report_to": _value(found.report_to),
        "recipients": [one.value for one in found.recipients],
        "unread": [_unread(one) for one in found.unread],
        "sources": _sources(found),
    }  # fmt: skip


def _report(found: DateFound | None) -> dict[str, Any] | None:
    return {"last_valid_date": _day(found.last_valid_on), "wording": found.wording} if found else None


def _unit(unit: UnitFound) -> dict[str, Any]:
    return {
        "name": unit.name,
        "kind": unit.kind,
        "count": unit.count,
        "members": list(unit.members),
        "criteria": [{"no": one.no, "role": one.role} for one in unit.owns],
        "duties": [one.value for one in unit.duties],
        "source": unit.source.as_dict(),
    }


def _date(found: DateFound) -> dict[str, Any]:
    days = (
        {"from": _day(found.first), "to": _day(found.last)} if found.is_range else {"date": _day(found.first)}
    )
    due = {"last_valid_date": _day(found.last_valid_on)} if found.last_valid_on else {}
    return {**days, "wording": found.wording, "meaning": found.meaning, **due}


def _unread(found: Unread) -> dict[str, Any]:
    return {"what": found.what, "source": _source(found.source)}


def _sources(found: PlanFindings) -> dict[str, Any]:
    single = {
        "number": found.number, "issued_on": found.issued, "issuer": found.issuer_name, "year": found.year, "title": found.title, "signer": found.signer,
        "report_deadline": found.report, "place": found.place, "report_to": found.report_to,
    }  # fmt: skip
    return {
        **{key: _source(one.source) if one else None for key, one in single.items()},
        "bases": [one.source.as_dict() for one in found.bases],
        "dates": [one.source.as_dict() for one in found.dates],
        "recipients": [one.source.as_dict() for one in found.recipients],
        "criteria": [[one.source.as_dict() for one in unit.owns] for unit in found.units],
        "duties": [[one.source.as_dict() for one in unit.duties] for unit in found.units],
    }


def _source(source: Source | None) -> dict[str, Any] | None:
    return source.as_dict() if source else None


def _value(read: Read | None) -> str | None:
    return read.value if read else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
