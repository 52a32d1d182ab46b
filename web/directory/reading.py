"""The directory as its pages show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Missing
from db.tables import Unit
from tasks.directory_list import Entry, everybody
from tasks.person_facts import ROLE_WORDS
from tasks.ways import Way

KINDS = {
    "office": "công chức, bộ phận", "station": "trạm, công an", "school": "trường học", "union": "đoàn thể",
    "village": "thôn", "leadership": "lãnh đạo", "superior": "cấp trên",
}  # fmt: skip
_OWES_NOTHING = frozenset({"leadership", "superior"})


@dataclass(frozen=True)
class Part:
    """Somebody's role in a unit, in words."""

    entry: Entry
    role: str


@dataclass(frozen=True)
class UnitCard:
    """A unit with its people.

    `unreachable`: it owes work, and nobody is its đầu mối with an address that works by a channel that is switched on.
    """

    unit_id: int
    key: str
    name: str
    plan_name: str
    kind: str
    source: str
    people: tuple[Part, ...]
    unreachable: bool


@dataclass(frozen=True)
class Directory:
    """All units in the plan's order, those who belong to none, and those who left."""

    units: tuple[UnitCard, ...]
    loose: tuple[Entry, ...]
    gone: tuple[Entry, ...]

    @property
    def unreachable(self) -> tuple[UnitCard, ...]:
        """The units that no message reaches."""
        return tuple(unit for unit in self.units if unit.unreachable)

    def unit(self, unit_id: int) -> UnitCard:
        """Raises Missing."""
        for one in self.units:
            if one.unit_id == unit_id:
                return one
        raise Missing(f"Danh bạ không có đơn vị số {unit_id}.")


def directory(session: Session, commune_id: int, in_use: Collection[Way]) -> Directory:
    """The whole directory; four queries. `in_use`: the ways to reach people that are switched on."""
    people = everybody(session, commune_id)
    parts: dict[str, list[Part]] = defaultdict(list)
    for entry in people:
        for role, unit in entry.facts.parts if entry.active else ():
            parts[unit].append(Part(entry, ROLE_WORDS[role]))
    query = select(Unit).where(col(Unit.commune_id) == commune_id).order_by(col(Unit.position))
    units = tuple(_card(row, parts[row.key], in_use) for row in session.execute(query).scalars())
    active = [one for one in people if one.active]
    loose = tuple(one for one in active if not one.facts.parts)
    return Directory(units, loose, tuple(one for one in people if not one.active))


def _card(row: Unit, parts: list[Part], in_use: Collection[Way]) -> UnitCard:
    reached = any(part.role == ROLE_WORDS["contact"] and part.entry.reached(in_use) for part in parts)
    return UnitCard(
        row.id or 0, row.key, row.name, row.plan_name, KINDS[row.kind], row.source, tuple(parts),
        row.kind not in _OWES_NOTHING and not reached,
    )  # fmt: skip
