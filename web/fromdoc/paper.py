"""The document as the page shows it: paragraphs and tables with the found sentences marked. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from documents.marking import Marking, Stretch
from documents.sources.blocks import Block, Place
from web.fromdoc.places import Finding


@dataclass(frozen=True)
class Mark:
    """A marked sentence and all that was found in it. `no`: its number on the page."""

    no: int
    stretches: Sequence[Stretch]
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Piece:
    """A piece of a paragraph: `opens`: a mark begins; `closes`: one ends; else text, `to` being the finding it belongs to."""

    text: str = ""
    to: Finding | None = None
    opens: Mark | None = None
    closes: bool = False


@dataclass(frozen=True)
class Paragraph:
    """Some lines in one; `also`: what was found in it, where that is more than one thing."""

    place: Place
    pieces: Sequence[Piece]
    also: Sequence[Finding]
    repeated: bool = False


@dataclass(frozen=True)
class Cell:
    """A table's cell."""

    column: int
    paragraphs: Sequence[Paragraph]


@dataclass(frozen=True)
class Part:
    """A paragraph, or a table of rows of cells."""

    paragraph: Paragraph | None = None
    rows: Sequence[Sequence[Cell]] = ()


@dataclass(frozen=True)
class Link:
    """From a finding to its mark; `words`: where that is."""

    no: int
    label: str
    words: str


@dataclass(frozen=True)
class Paper:
    """The whole document, and the links into it by the findings' paths."""

    parts: Sequence[Part]
    links: Mapping[str, Sequence[Link]]


def paper_of(blocks: Sequence[Block], findings: Sequence[Finding]) -> Paper:
    """A document with the places of the findings marked."""
    marks = list(_marks(blocks, findings))
    begun = _by_block(marks)
    paragraphs = [_paragraph(blocks, lines, begun) for lines in _lines(blocks, marks)]
    return Paper(list(_parts(paragraphs)), _links(marks))


def _marks(blocks: Sequence[Block], findings: Sequence[Finding]) -> Iterator[Mark]:
    marking = Marking(blocks)
    by_source: dict[tuple[Stretch, ...], list[Finding]] = {}
    for one in findings:
        if stretches := tuple(marking.stretches(one.source)):
            by_source.setdefault(stretches, []).append(one)
    for no, (stretches, own) in enumerate(by_source.items(), 1):
        yield Mark(no, stretches, own)


def _links(marks: Sequence[Mark]) -> dict[str, list[Link]]:
    found: dict[str, list[Link]] = {}
    for mark in marks:
        for one in mark.findings:
            found.setdefault(one.path, []).append(Link(mark.no, one.label, one.source.place.words))
    return found


def _lines(blocks: Sequence[Block], marks: Sequence[Mark]) -> Iterator[range]:
    """The blocks of each paragraph: lines that one sentence runs over stand together."""
    joined = {
        no
        for mark in marks
        for before, after in zip(mark.stretches, mark.stretches[1:], strict=False)
        for no in range(before.block + 1, after.block + 1)
        if _cell(blocks[no]) == _cell(blocks[no - 1])
    }
    start = 0
    for no in range(1, len(blocks) + 1):
        if no not in joined:
            yield range(start, no)
            start = no


def _cell(block: Block) -> tuple[int | None, int | None, int | None]:
    return block.place.table, block.place.row, block.place.cell


@dataclass
class _Open:
    mark: Mark
    end: int


@dataclass
class _Writer:
    """Turns stretches of a text, nested or apart, into pieces."""

    text: str
    pieces: list[Piece] = field(default_factory=list)
    open: list[_Open] = field(default_factory=list)
    at: int = 0

    def begin(self, start: int, end: int, mark: Mark) -> None:
        """A mark; what sticks out of the one around it is cut off."""
        self._reach(start)
        end = min(end, self.open[-1].end) if self.open else end
        self.pieces.append(Piece(opens=mark))
        self.open.append(_Open(mark, end))

    def finish(self) -> list[Piece]:
        """All pieces."""
        self._reach(len(self.text))
        return self.pieces

    def _reach(self, to: int) -> None:
        while self.open and self.open[-1].end <= to:
            self._write(self.open[-1].end)
            self.open.pop()
            self.pieces.append(Piece(closes=True))
        self._write(to)

    def _write(self, to: int) -> None:
        if to > self.at:
            finding = self.open[-1].mark.findings[0] if self.open else None
            self.pieces.append(Piece(self.text[self.at : to], finding))
            self.at = to


def _paragraph(blocks: Sequence[Block], lines: range, marks: Mapping[int, Sequence[Mark]]) -> Paragraph:
    starts, length = {}, 0
    for no in lines:
        starts[no] = length
        length += len(blocks[no].text) + 1
    here = [(*_extent(mark, starts), mark) for no in lines for mark in marks.get(no, ())]
    writer = _Writer("\n".join(blocks[no].text for no in lines))
    for start, end, mark in sorted(here, key=lambda one: (one[0], -one[1], one[2].no)):
        writer.begin(start, end, mark)
    first = blocks[lines[0]]
    return Paragraph(first.place, writer.finish(), _also([mark for _, _, mark in here]), first.repeated)


def _by_block(marks: Sequence[Mark]) -> dict[int, list[Mark]]:
    """The marks by the block in which they begin."""
    found: dict[int, list[Mark]] = {}
    for mark in marks:
        found.setdefault(mark.stretches[0].block, []).append(mark)
    return found


def _extent(mark: Mark, starts: Mapping[int, int]) -> tuple[int, int]:
    """Where a mark begins and ends in its paragraph; what goes on in another cell of a table is left out."""
    own = [one for one in mark.stretches if one.block in starts]
    return starts[own[0].block] + own[0].start, starts[own[-1].block] + own[-1].end


def _also(marks: Sequence[Mark]) -> list[Finding]:
    found = {(one.path, one.label): one for mark in marks for one in mark.findings}
    return list(found.values()) if len(found) > 1 else []


def _parts(paragraphs: Sequence[Paragraph]) -> Iterator[Part]:
    columns: dict[int | None, int] = {}
    for one in paragraphs:
        columns[one.place.table] = max(columns.get(one.place.table, 1), one.place.cell or 1)
    for table, own in groupby(paragraphs, key=lambda one: one.place.table):
        if table is None:
            yield from (Part(paragraph=one) for one in own)
        else:
            rows = groupby(own, key=lambda one: one.place.row)
            yield Part(rows=[_row(list(row), columns[table]) for _, row in rows])


def _row(paragraphs: Sequence[Paragraph], columns: int) -> list[Cell]:
    """All columns of the table, empty ones too, so that everything stands under its heading."""
    return [
        Cell(column, [one for one in paragraphs if (one.place.cell or 1) == column])
        for column in range(1, columns + 1)
    ]
