"""The units of a document while it is read: one entry for each, whatever ways it is written in."""

from __future__ import annotations

import re

from documents.findings import Source, UnitFound
from documents.grammar.groups import Group
from documents.grammar.letters import fold
from documents.grammar.lines import Line
from documents.grammar.unit_names import Name, key_of
from documents.grammar.villages import village_word
from tasks.planparts import UnitKind

VILLAGES = "villages"


class UnitBook:
    """Units by what their names have in common."""

    def __init__(self) -> None:
        self.units: dict[str, UnitFound] = {}
        self.members: dict[str, str] = {}

    def of_group(self, group: Group, source: Source) -> UnitFound:
        """The unit of a heading, new or known."""
        return self._unit(group.name, group.kind, group.count, group.members, source)

    def of_name(self, name: Name, source: Source) -> UnitFound:
        """The unit of a name in running text, new or known."""
        return self._unit(name.text, name.kind, None if _is_many(name) else 1, (), source)

    def note_spelling(self, name: Name, line: Line) -> None:
        """Another way in which the document writes a unit that is known already."""
        unit = self.units.get(self._key(name.text, name.kind))
        if unit is not None and not unit.members and name.text not in unit.spellings:
            unit.spellings[name.text] = line.said(name.start, name.end)

    def _unit(
        self, name: str, kind: UnitKind, count: int | None, members: tuple[str, ...], source: Source
    ) -> UnitFound:
        key = self._key(name, kind)
        unit = self.units.get(key)
        if unit is None:
            unit = self.units[key] = UnitFound(_shown(name), kind, count, members, source)
            self.members |= {key_of(one): key for one in members}
        if members and not unit.members:
            unit.members, unit.count = members, count
        unit.count = unit.count if unit.count is not None else count
        unit.spellings.setdefault(name, source)
        return unit

    def _key(self, name: str, kind: UnitKind) -> str:
        if kind == "village" and village_word(fold(name)):
            return VILLAGES
        key = key_of(name)
        return self.members.get(key) or self._same_office(key)

    def _same_office(self, key: str) -> str:
        """An office written with its field, "(phụ trách trẻ em)", and without is one as long as no other has a field."""
        if key in self.units:
            return key
        plain = key.partition(" (")[0]
        alike = [one for one in self.units if one.partition(" (")[0] == plain]
        return alike[0] if len(alike) == 1 and plain in (key, alike[0]) else key


def _is_many(name: Name) -> bool:
    return (
        name.kind in {"village", "school"} and re.match(r"(?:\w+ )?(?:các|\d+) ", fold(name.text)) is not None
    )


def _shown(name: str) -> str:
    bare_name = re.sub(r"^\d{1,2}\s+(?=\D)", "", name)
    return bare_name[:1].upper() + bare_name[1:]
