"""Points as the commune reads them in its official appendix (Phụ lục): typed, checked, put in place. Pure.

Nothing is filled in that was not typed: an empty field means that the points are not known.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from pydantic import ValidationError

from db.errors import WrongFields
from plans.toml_source import Loc, faults_of
from tasks.ruleset import Bar, Confirmation, Criterion, Indicator

S = TypeVar("S", Criterion, Bar)

_NUMBER = re.compile(r"[0-9]{1,6}([.,][0-9]{1,4})?")
_POINT_FIELDS = ("max_points", "bands", "verified", "source")


@dataclass(frozen=True)
class IndicatorEntry:
    """What was typed for an indicator. `bands`: pairs of percent and points, the highest first; blank pairs fall out."""

    max_points: str = ""
    bands: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class CriterionEntry:
    """What was typed for a criterion. `source`: where in the appendix it stands; `indicators` by key."""

    max_points: str
    source: str
    indicators: Mapping[str, IndicatorEntry] = field(default_factory=dict)


@dataclass(frozen=True)
class BarEntry:
    """What was typed for a recognition bar."""

    points: str
    source: str


def entry_of(criterion: Criterion) -> CriterionEntry:
    """A criterion as its form shows it."""
    indicators = {one.key: _indicator_entry(one) for one in criterion.indicators}
    source = criterion.source if criterion.confirmed else ""
    return CriterionEntry(_shown(criterion.max_points), source, indicators)


def enter_criterion(criterion: Criterion, entry: CriterionEntry, *, by: str, on: date) -> Criterion:
    """The criterion with the points of the appendix, confirmed. `on`: local date.

    Raises WrongFields; fields are called "max_points", "source", "<indicator>.max_points",
    "<indicator>.band.<place>.at_least" and "….points".
    """
    raw = restored(criterion).model_dump(mode="json")
    wrong = _missing({"max_points": entry.max_points, "source": entry.source})
    indicators = {one.key: one for one in criterion.indicators}
    typed = {key: entry.indicators.get(key, IndicatorEntry()) for key in indicators}
    places = {key: [no for no, band in enumerate(one.bands) if any(band)] for key, one in typed.items()}
    for part in raw["indicator"]:
        part.update(_typed_indicator(typed[part["key"]], part["source"], _source(entry)))
    raw |= {"max_points": _number(entry.max_points), "source": _source(entry), "verified": True}
    raw["confirmed"] = _confirmed(criterion, by, on)
    return _validated(Criterion, raw, wrong, lambda loc: _field_name(loc, list(indicators), places))


def enter_bar(bar: Bar, entry: BarEntry, *, by: str, on: date) -> Bar:
    """The bar with the points of the appendix, confirmed. Raises WrongFields for "points" and "source"."""
    raw = restored(bar).model_dump(mode="json")
    raw |= {"points": _number(entry.points), "source": _source(entry), "verified": True}
    wrong = _missing({"points": entry.points, "source": entry.source})
    return _validated(
        Bar, raw | {"confirmed": _confirmed(bar, by, on)}, wrong, lambda loc: str(loc[0]) if loc else ""
    )


def restored(statement: S) -> S:
    """The statement as the rule set had it before the commune confirmed it."""
    if statement.confirmed is None:
        return statement
    return type(statement).model_validate(statement.confirmed.instead_of)


def carried_over(old: Criterion, new: Criterion) -> Criterion | None:
    """`new` with the confirmation of `old`; None when what was confirmed is no longer asked in the same way."""
    if old.confirmed is None or _asked(restored(old)) != _asked(new):
        return None
    parts = zip(old.indicators, new.indicators, strict=True)
    return new.model_copy(
        update={
            "max_points": old.max_points, "verified": old.verified, "source": old.source,
            "confirmed": old.confirmed.model_copy(update={"instead_of": new.model_dump(mode="json")}),
            "indicators": tuple(
                mine.model_copy(update={name: getattr(theirs, name) for name in _POINT_FIELDS})
                for theirs, mine in parts
            ),
        }
    )  # fmt: skip


def fingerprint(statement: Criterion | Bar) -> str:
    """Stands for what a page showed of a statement; another one means that somebody changed it."""
    return hashlib.sha256(json.dumps(statement.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()


def points_of(statement: Criterion | Bar) -> dict[str, Any]:
    """The points of a statement and where they come from, for the journal."""
    told: dict[str, Any] = {"source": statement.source, "verified": statement.verified}
    if isinstance(statement, Bar):
        return told | {"points": statement.points}
    indicators = {
        one.key: {"max_points": one.max_points, "bands": [[band.at_least, band.points] for band in one.bands]}
        for one in statement.indicators
    }
    return told | {"max_points": statement.max_points, "indicators": indicators}


def _asked(criterion: Criterion) -> object:
    """What makes points comparable: the question and the points that stood there, not where they were read."""
    indicators = [(one.key, one.name, one.kind, one.max_points, one.bands) for one in criterion.indicators]
    return criterion.no, criterion.name, criterion.max_points, indicators


def _indicator_entry(one: Indicator) -> IndicatorEntry:
    bands = tuple((f"{band.at_least:g}".replace(".", ","), str(band.points)) for band in one.bands)
    return IndicatorEntry(_shown(one.max_points), bands)


def _typed_indicator(entry: IndicatorEntry, known_source: str, source: str) -> dict[str, Any]:
    known = bool(entry.max_points)
    bands = [
        {"at_least": _number(share), "points": _number(points)}
        for share, points in entry.bands
        if share or points
    ]
    return {
        "max_points": _number(entry.max_points), "band": bands, "verified": known,
        "source": source if known else known_source,
    }  # fmt: skip


def _confirmed(statement: S, by: str, on: date) -> dict[str, Any]:
    before = restored(statement).model_dump(mode="json")
    return Confirmation(by=by, on=on, instead_of=before).model_dump(mode="json")


def _missing(fields: Mapping[str, str]) -> dict[str, str]:
    asks = {
        "max_points": "Hãy ghi điểm tối đa của tiêu chí theo Phụ lục.",
        "points": "Hãy ghi mức điểm theo Phụ lục.",
        "source": "Hãy ghi nguồn: số văn bản, ngày, trang hoặc mục của Phụ lục.",
    }
    return {name: asks[name] for name, text in fields.items() if not text}


def _source(entry: CriterionEntry | BarEntry) -> str:
    """A missing source is told by `_missing`; it must not keep the points from being checked too."""
    return entry.source or "?"


def _number(text: str) -> Any:
    """A number for the model to judge; None for an empty field; anything else shortened, to be quoted as wrong."""
    if _NUMBER.fullmatch(text):
        value = float(text.replace(",", "."))
        return int(value) if value.is_integer() else value
    return text[:41] or None


def _validated(model: type[S], raw: dict[str, Any], wrong: dict[str, str], name_of: Any) -> S:
    try:
        made = model.model_validate(raw)
    except ValidationError as error:
        for fault in faults_of(error):
            if fault.loc == ("indicator",):
                continue  # said of the whole list because one of its parts is wrong
            wrong.setdefault(name_of(fault.loc), f"{fault.reason[:1].upper()}{fault.reason[1:]}.")
        raise WrongFields(wrong) from None
    if wrong:
        raise WrongFields(wrong)
    return made


def _field_name(loc: Loc, keys: list[str], places: Mapping[str, list[int]]) -> str:
    """`("indicator", 0, "band", 1, "points")` -> "khai-sinh.band.2.points", by the places on the form."""
    if loc and loc[-1] == "source":
        return "source"
    if len(loc) < 3 or loc[0] != "indicator":
        return str(loc[0]) if loc else "max_points"
    key = keys[int(loc[1])]
    rest = [places[key][part] if isinstance(part, int) else part for part in loc[2:]]
    return ".".join(map(str, [key, *rest]))


def _shown(points: int | None) -> str:
    return "" if points is None else str(points)
