"""The form of a criterion's points: its fields, and what was typed. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tasks.appendix import CriterionEntry, IndicatorEntry, entry_of
from tasks.ruleset import Criterion

POINTS, SOURCE, SHOWN = "diem", "nguon", "da_xem"
MOST_BANDS = 8
SPARE_BANDS = 2


@dataclass(frozen=True)
class Filled:
    """`wrong`: sentences by the names that `tasks.appendix` gives to fields; "" for the form as a whole."""

    entry: CriterionEntry
    wrong: Mapping[str, str] = field(default_factory=dict)

    def indicator(self, key: str) -> IndicatorEntry:
        """What was typed for an indicator."""
        return self.entry.indicators.get(key, IndicatorEntry())

    def band_rows(self, key: str) -> list[tuple[str, str]]:
        """The band rows of an indicator, empty ones at the end."""
        given = list(self.indicator(key).bands)
        while given and not any(given[-1]):
            given.pop()
        return [*given, *[("", "")] * min(SPARE_BANDS, MOST_BANDS - len(given))]


def of_criterion(criterion: Criterion) -> Filled:
    """The form as it opens: with the points that are known."""
    return Filled(entry_of(criterion))


def names(criterion: Criterion) -> list[str]:
    """The form's fields."""
    found = [POINTS, SOURCE, SHOWN]
    for one in criterion.indicators:
        found.append(f"{POINTS}.{one.key}")
        found += [name for place in range(MOST_BANDS) for name in _band_names(one.key, place)]
    return found


def entry_in(criterion: Criterion, typed: Mapping[str, str]) -> CriterionEntry:
    """What was typed. Rows of bands keep their place, so that a sentence finds the row it is about."""
    indicators = {
        one.key: IndicatorEntry(typed[f"{POINTS}.{one.key}"], _bands(one.key, typed))
        for one in criterion.indicators
    }
    return CriterionEntry(typed[POINTS], typed[SOURCE], indicators)


def _bands(key: str, typed: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    names = (_band_names(key, place) for place in range(MOST_BANDS))
    return tuple((typed[share], typed[points]) for share, points in names)


def _band_names(key: str, place: int) -> tuple[str, str]:
    return f"tu.{key}.{place}", f"duoc.{key}.{place}"
