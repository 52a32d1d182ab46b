"""The units of a draft as a plan file has them, and where each thing stands in the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from documents.correcting.draft import DutyRow, PlanDraft, UnitRow
from documents.correcting.numbers import whole
from documents.correcting.own import Own, slug
from documents.findings import PlanFindings, Source, UnitFound
from documents.grammar.letters import fold
from documents.grammar.unit_names import key_of

T = TypeVar("T")
ADDED = "cán bộ điều phối bổ sung"
MOST_NUMBERED = 99


@dataclass(frozen=True)
class Entry:
    """A unit of the plan file. `count`: a row of numbered ones, `name` with {no} in it. `plan_name`: as the document has it."""

    key: str
    name: str
    row: UnitRow
    plan_name: str
    source: str
    count: int | None = None

    @property
    def keys(self) -> list[str]:
        """The keys of the units meant, at least one."""
        return numbered_keys(self.key, self.count)


def numbered_keys(key: str, count: int | None) -> list[str]:
    """The key itself, or those of so many numbered units."""
    return [f"{key}-{no:02}" for no in range(1, min(count, MOST_NUMBERED) + 1)] if count else [key]


def entries_of(draft: PlanDraft, origins: Origins, own: Own) -> Iterator[Entry]:
    """The units, groups written out where their names are known. Known units keep their keys."""
    keys = Keys(own.units.values())
    for row in draft.units:
        for name, count in names_of(row):
            made = slug(key_of(name))[:40].strip("-") or "don-vi"
            written = origins.name(row)
            key = keys.take(own.unit_key(*dict.fromkeys((name, written))), made)
            yield Entry(key, name, row, written, origins.unit(row), count)


class Keys:
    """Hands out keys, none twice. `known` ones are kept for whom they belong to."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known, self._taken = frozenset(known), set[str]()

    def take(self, known: str | None, made: str) -> str:
        """The known key, unless somebody has it already; else the made one, numbered where it is in use."""
        key, at = known or made, 2
        while key in self._taken or (key in self._known and key != known):
            key, at = f"{made}-{at}", at + 1
        self._taken.add(key)
        return key


def names_of(row: UnitRow) -> Iterator[tuple[str, int | None]]:
    """(name, how many are numbered in it) of the units that a row means."""
    members, count = members_of(row), count_of(row)
    if members and count in {None, len(members)}:
        yield from ((name, None) for name in members)
    elif count is not None and count > 1:
        word = "Thôn" if row.kind == "village" else row.name.split(":")[0]
        yield f"{_kind_word(row) or word} số {{no}}", count
    else:
        yield row.name, None


def members_of(row: UnitRow) -> list[str]:
    """The names typed one a line."""
    return [name for line in row.members.splitlines() if (name := line.strip(" -•;,"))]


def count_of(row: UnitRow) -> int | None:
    """The number typed; None for nothing and for what is no number."""
    return whole(row.count)


def _kind_word(row: UnitRow) -> str:
    words = re.search(
        r"tổ dân phố|khối phố|khu phố|tiểu khu|thôn|bản|ấp|buôn|làng|xóm|khóm|khối", fold(row.name)
    )
    return words.group().capitalize() if words and row.kind == "village" else ""


class Origins:
    """Where things stand in the document, in words."""

    def __init__(self, found: PlanFindings) -> None:
        self._found = found

    def name(self, row: UnitRow) -> str:
        """How the document writes a unit; the typed name where it does not."""
        unit = self._unit(row)
        return unit.name if unit else row.name

    def unit(self, row: UnitRow) -> str:
        """Where a unit stands."""
        unit = self._unit(row)
        return _words(unit.source) if unit else ADDED

    def criterion(self, row: UnitRow, no: int) -> str:
        """Where a unit is given a criterion."""
        unit = self._unit(row)
        return next((_words(one.source) for one in (unit.owns if unit else ()) if one.no == no), ADDED)

    def duty(self, row: UnitRow, duty: DutyRow) -> str:
        """Where a duty stands."""
        unit = self._unit(row)
        read = found_at(unit.duties, duty.origin) if unit else None
        return _words(read.source) if read else ADDED

    def report(self) -> str:
        """Where the report's deadline stands."""
        return _words(self._found.report.source) if self._found.report else ADDED

    def _unit(self, row: UnitRow) -> UnitFound | None:
        return found_at(self._found.units, row.origin)


def found_at(rows: Sequence[T], origin: str) -> T | None:
    """The finding a row comes from; None for a row that somebody added."""
    at = whole(origin)
    return rows[at] if at is not None and at < len(rows) else None


def _words(source: Source) -> str:
    return source.place.words or "văn bản"
