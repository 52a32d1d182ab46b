"""The walk through a plan's body: which unit each paragraph speaks of, its criteria and its duties."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from documents.findings import Read, Source, UnitFound, Unread
from documents.grammar import section_titles as titles
from documents.grammar.book import UnitBook
from documents.grammar.criteria import mentions
from documents.grammar.criteria_names import named_criteria
from documents.grammar.criterion_lines import (
    assigned,
    gives_roles,
    hands_over,
    is_role_line,
    leading_criteria,
)
from documents.grammar.groups import Group, groups_at
from documents.grammar.letters import UPPER, fold, tidy
from documents.grammar.lines import Line
from documents.grammar.roles import leader_within, parts_of
from documents.grammar.stretches import charged, stretches
from documents.grammar.unit_names import Name

SHORTEST_DUTY = 15


@dataclass
class Walk:
    """Where the reading stands. `units`: whom the paragraphs below speak of; `numbers`: criteria of a heading above.

    `names`: the criteria's names by number.
    """

    book: UnitBook
    organised: bool
    names: Mapping[int, str] = field(default_factory=dict)
    unread: list[Unread] = field(default_factory=list)
    units: list[UnitFound] = field(default_factory=list)
    level: float = 9.0
    numbers: tuple[int, ...] = ()
    numbers_level: float = 9.0
    organising_level: float | None = None

    def read(self, line: Line) -> None:
        """Take in one paragraph."""
        level = titles.level_of(line)
        self._enter(line, level)
        if level is None and titles.closes_units(line):
            self.units = []
        groups, end = groups_at(line.body)
        offset = len(line.text) - len(line.body)
        if groups and self._is_heading(line, end):
            self._of_units(line, level, groups, offset + end)
        elif self._by_criterion(line, level):
            return
        elif self.units:
            self._note(line, offset, self.units)
        elif mentions(line.low):
            self._loose(line)

    def _enter(self, line: Line, level: float | None) -> None:
        if level is None:
            return
        if self.organising_level is not None and level <= self.organising_level:
            self.organising_level = None
        if titles.is_organising(line, level) and self.organising_level is None:
            self.organising_level = level
        if self.units and level <= self.level:
            self.units = []
            if (
                level == self.level
                and self.organising_level is not None
                and not groups_at(line.body)[0]
                and not titles.is_of_everybody(line)
            ):
                self.unread.append(Unread("chưa rõ mục này giao cho đơn vị nào", line.source))
        if level <= self.numbers_level:
            self.numbers = ()

    def _is_heading(self, line: Line, end: int) -> bool:
        rest = line.body[end:]
        if self.organised and self.organising_level is None and not titles.has_criteria(rest):
            return False
        if not titles.is_bare(rest):
            return titles.opens_work(line, rest)
        return (
            line.label is not None
            or line.text.rstrip().endswith(":")
            or line.text.isupper()
            or not self.units
        )

    def _of_units(self, line: Line, level: float | None, groups: list[Group], end: int) -> None:
        units = [self.book.of_group(one, line.source) for one in groups]
        inside = bool(self.units) and level is not None and level > self.level
        if not inside:
            self.units, self.level = units, level if level is not None else 1.0
        start = titles.after_where(line.text, end)
        if line.text[start:].strip(" .:;-"):
            self._note(line, start, units)

    def _note(self, line: Line, start: int, units: list[UnitFound]) -> None:
        """A paragraph of these units: criteria if it names any, else a duty; other units may take over in it."""
        if is_role_line(line) and self.numbers:
            self._assign(line, self.numbers)
            return
        read = False
        for first, last in stretches(line.text, start):
            text = line.text[:last]
            groups, end = groups_at(text, first) if first > start else ([], first)
            own = [self.book.of_group(one, line.source) for one in groups] or units
            read |= self._take(line, text, end, own)
        if read:
            self._rest(line, start, units)
        if not read and (text := tidy(line.text[start:]).strip(" :;.-")):
            for unit in units:
                unit.duties.append(Read(text, line.source))

    @staticmethod
    def _rest(line: Line, start: int, units: list[UnitFound]) -> None:
        """Sentences of the paragraph that name no criterion are duties of their own."""
        for sentence in re.split(rf"\.\s+(?=[{UPPER}])", line.text[start:]):
            said = tidy(sentence).strip(" :;.-")
            if len(said) > SHORTEST_DUTY and not mentions(fold(said)) and not groups_at(said)[0]:
                for unit in units:
                    unit.duties.append(Read(said, line.source))

    def _take(self, line: Line, text: str, start: int, units: list[UnitFound]) -> bool:
        named, half_named = named_criteria(fold(text), start, self.names)
        self.unread += [Unread("chưa rõ là tiêu chí số mấy", line.said(*where)) for where in half_named]
        parts = parts_of(text, start, named)
        for part in parts:
            source = line.said(max(part.start, start), part.end - 1)
            within = leader_within(text, part.start, part.end)
            leader = self.book.of_name(within, source) if within else None
            for no in part.numbers:
                if leader:
                    leader.take(no, "lead", source)
                for unit in units:
                    unit.take(no, "coop" if leader and unit is not leader else part.role, source)
                self._help(part.helpers, no, units, source)
        return bool(parts)

    def _help(self, helpers: Sequence[Name], no: int, units: list[UnitFound], source: Source) -> None:
        for name in helpers:
            helper = self.book.of_name(name, source)
            if helper not in units:
                helper.take(no, "coop", source)

    def _by_criterion(self, line: Line, level: float | None) -> bool:
        if found := leading_criteria(line):
            if gives_roles(line, found.end):
                self._assign(line, found.numbers, found.end)
            else:
                self.numbers, self.numbers_level = found.numbers, level if level is not None else 1.9
            return not self.units
        if self.numbers and hands_over(line):
            self._assign(line, self.numbers)
            return True
        return False

    def _assign(self, line: Line, numbers: tuple[int, ...], start: int = 0) -> None:
        source = line.said(start, len(line.text))
        parts = assigned(line, numbers, start)
        for name, role, own in parts:
            unit = self.book.of_name(name, source)
            for no in own:
                unit.take(no, role, source)
        if not parts:
            self.unread.append(Unread("chưa rõ đơn vị nào được giao", line.source))

    def _loose(self, line: Line) -> None:
        """A sentence that gives criteria to units without a heading, in the middle of a text."""
        taken = False
        for first, last in stretches(line.text, 0):
            text = line.text[:last]
            if name := charged(text, first):
                taken |= self._take(line, text, name.end, [self.book.of_name(name, line.source)])
        if not taken and self.organising_level is not None:
            self.unread.append(Unread("có tiêu chí nhưng chưa rõ đơn vị nào được giao", line.source))


def walk(lines: Sequence[Line], book: UnitBook, names: Mapping[int, str]) -> list[Unread]:
    """Read a body; what the units own and owe is noted in `book`. `names`: the criteria's names by number."""
    organised = any(
        titles.is_organising(line, level) for line in lines if (level := titles.level_of(line)) is not None
    )
    state = Walk(book, organised, names)
    for line in lines:
        if not line.repeated:
            state.read(line)
    return state.unread
