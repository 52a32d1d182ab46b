"""The plan that is there already, as its file says: what a draft made from the signed document again takes over. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tasks.deadline import short_date

Values = Mapping[str, Any]
REPORT_KEY = "report"


@dataclass(frozen=True)
class Present:
    """A plan file as it is kept beside the plan; `source` {} stands for none."""

    source: Values = field(default_factory=dict)

    def rows(self, table: str) -> Sequence[Values]:
        """The rows of a table."""
        rows: Sequence[Values] = self.source.get(table, ())
        return rows

    def unit(self, key: str) -> Values | None:
        """A unit by its key."""
        return next((one for one in self.rows("unit") if one["key"] == key), None)

    def duties(self, unit: str) -> dict[str, Values]:
        """A unit's duties by their keys."""
        return {one["key"]: one for one in self.rows("duty") if one["unit"] == unit}

    def duty(self, unit: str, key: str) -> Values | None:
        """The duty with that key; for another unit that has the same in the same words, that unit's own."""
        meant = next((one for one in self.rows("duty") if one["key"] == key), None)
        own = self.duties(unit)
        if meant is None or key in own:
            return own.get(key)
        return next((one for one in own.values() if one["wording"] == meant["wording"]), None)

    def criterion(self, unit: str, no: int, part: str) -> Values | None:
        """A unit's part in a criterion."""
        same = (
            one for one in self.rows("criterion") if (one["unit"], one["no"], one["part"]) == (unit, no, part)
        )
        return next(same, None)

    def basis(self, number: str) -> Values | None:
        """The document with that number."""
        return next((one for one in self.rows("legal_basis") if one["number"] == number), None)

    @property
    def report_key(self) -> str:
        """The key of the deadline of everybody's report."""
        keys = (one["deadline"] for one in self.rows("report") if not one["kinds"])
        return next(filter(None, keys), REPORT_KEY)

    def deadline(self, key: str | None) -> Values | None:
        """A deadline by its key."""
        return next((one for one in self.rows("deadline") if one["key"] == key), None)

    def own_deadline(self, given: Values | None) -> Values | None:
        """The deadline of a duty or criterion, unless it is that of the report or there is none."""
        key = given["deadline"] if given else None
        return None if key == self.report_key else self.deadline(key)

    def not_owing(self) -> Iterator[Values]:
        """The units that are only named: leadership and the superior level."""
        yield from (one for one in self.rows("unit") if one["kind"] in {"leadership", "superior"})


def day_of(deadline: Values) -> tuple[str, str]:
    """A deadline's day as a form has it, and "before" or "by"."""
    kind = "before" if deadline["before"] else "by"
    return short_date(date.fromisoformat(deadline[kind])), kind
