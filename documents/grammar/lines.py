"""Lines: blocks cleaned, cut where two columns stand side by side, and joined where a sentence goes on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from documents.findings import Source
from documents.grammar.labels import Label, label_of
from documents.grammar.letters import LOWER, UPPER, fold, tidy
from documents.sources.blocks import Block, Place

_PAGE_NUMBER = re.compile(r"(?:(?:trang|page)\s*)?-?\s*\d{1,3}\s*-?(?:\s*/\s*\d{1,3})?|page")
_COLUMNS = re.compile(
    r"\s*\t\s*|\s{3,}|\s+(?=cộng h[òo]a x[ãa] hội)|\s+(?=độc lập\s*-\s*tự do)|(?<=hạnh phúc)\s+"
    r"|(?<=kh-ubnd)\s+(?=[^\d,;]{2,40},\s*ngày)|(?<=nơi nhận:)\s*(?=\S)|(?:\s+|(?<=[.;]))(?=(?:tm|kt|tl|tuq)\.\s*(?:ủy|chủ|ubnd))"
)
_BESIDE_RECIPIENTS = re.compile(
    rf"^(\W*(?:Nơi nhận|[-–•])\s?[^|]{{0,120}}?[:;.,])(?:\s+|(?=(?:TM|KT|TL|TUQ)\.))((?:(?:TM|KT|TL|Q)\.\s*)?(?:PHÓ\s+)?(?:ỦY BAN NHÂN DÂN|UBND|CHỦ T[IỊ]CH).{{0,40}}|(?<=[.;] )(?:[{UPPER}][{LOWER}]+(?:\s|$)){{2,5}})\s*$"
)
"""In a PDF the signature may stand in the same line as a recipient: "- Lưu: VT. Lương Đình Khải"."""
_ENDS = re.compile(r"[.;:!?]\s*$")
_GOES_ON = re.compile(rf"[{LOWER},(]|\d+\s*(?:,|;|và\b|đến\b|tại\b|\)|$)")
_OPEN = re.compile(r"(?:,|\bvà|\btiêu chí(?: số)?|\bsố|\bngày|\btháng|\bnăm|\btừ|\bđến|\bcác|\bphối hợp với|\bvới|\bxã|\bcủa|-|&)\s*$")  # fmt: skip
_AWAITS_NUMBER = re.compile(r"(?:tiêu chí(?: số)?|\bsố|\bvà|\bđến|\btừ|\d\s*,)\s*$")
_NUMBERS = re.compile(
    r"(?:số\s+)?\d{1,2}\s*(?:[.,;]?\s*$|[,;]\s|và\b|đến\b|tại\b|theo\b|trong\b|của\b|ban hành)"
)
LONGEST = 2_500
"""Characters of a line. Some rules look at each name with each other, so an endless line would take endless time."""
WIDEST = 160
"""A text file whose lines are all shorter than this may have been cut to a width."""


@dataclass(frozen=True)
class Line:
    """A paragraph in one line. `wide`: it could have gone on in the next line of the file."""

    text: str
    place: Place
    wraps: bool = False
    repeated: bool = False

    @cached_property
    def low(self) -> str:
        """The folded text, of the same length."""
        return fold(self.text)

    @cached_property
    def label(self) -> Label | None:
        """What numbers it."""
        return label_of(self.text)

    @property
    def body(self) -> str:
        """The text after the label."""
        return self.text[self.label.end :] if self.label else self.text

    @property
    def source(self) -> Source:
        """The whole line as a source."""
        return Source(self.place, self.text)

    @property
    def in_table(self) -> bool:
        """Whether it stands in a cell."""
        return self.place.table is not None

    def said(self, start: int, end: int) -> Source:
        """The sentence around a stretch of the line."""
        first = max(self.text.rfind(". ", 0, start), self.text.rfind("; ", 0, start))
        stops = [at for mark in (". ", "; ") if (at := self.text.find(mark, end)) >= 0]
        sentence = self.text[first + 1 if first >= 0 else 0 : min(stops, default=len(self.text)) + 1]
        return Source(self.place, sentence.strip().lstrip(";. "))


def lines_of(blocks: Sequence[Block]) -> list[Line]:
    """The lines of a document, none longer than LONGEST."""
    return [part for line in _joined(_cleaned(blocks), _width(blocks)) for part in _cut(line)]


def _cut(line: Line) -> Iterator[Line]:
    """A line that is too long, cut after a sentence, or anywhere when it has none."""
    text = line.text
    while len(text) > LONGEST:
        at = (
            text.rfind(". ", LONGEST // 2, LONGEST) + 1
            or text.rfind("; ", LONGEST // 2, LONGEST) + 1
            or LONGEST
        )
        yield Line(text[:at], line.place, line.wraps, line.repeated)
        text = text[at:].lstrip()
    yield Line(text, line.place, line.wraps, line.repeated) if text != line.text else line


def _cleaned(blocks: Iterable[Block]) -> Iterator[Line]:
    for block in blocks:
        for part in _columns(block.text):
            text = tidy(part)
            if (text and not _PAGE_NUMBER.fullmatch(fold(text)) and any(map(str.isalnum, text))) or (
                text and block.place.table is not None and text.isdigit()
            ):
                yield Line(text, block.place, block.wraps, block.repeated)


def _columns(text: str) -> list[str]:
    """«UBND XÃ A    CỘNG HÒA …» stands in two columns; a long sentence with a wide gap does not."""
    if beside := _BESIDE_RECIPIENTS.match(text.strip()):
        return [beside[1], beside[2]]
    parts: list[str] = []
    at = 0
    for found in _COLUMNS.finditer(fold(text).replace("\t", " ") if "\t" not in text else _with_tabs(text)):
        parts.append(text[at : found.start()])
        at = found.end()
    parts.append(text[at:])
    return parts


def _with_tabs(text: str) -> str:
    return "".join("\t" if letter == "\t" else low for letter, low in zip(text, fold(text), strict=True))


def _width(blocks: Sequence[Block]) -> int:
    """The width that a file's lines were cut to; 0 when they were not."""
    lengths = sorted(len(block.text.strip()) for block in blocks if block.wraps)
    return lengths[-1] if lengths and lengths[-1] <= WIDEST and len(lengths) > 10 else 0


def _joined(lines: Iterable[Line], width: int) -> Iterator[Line]:
    held: Line | None = None
    last: Line | None = None
    for line in lines:
        if held and last and _continues(last, line, width):
            held = Line(f"{held.text} {line.text}", held.place, held.wraps)
        else:
            if held:
                yield held
            held = line
        last = line
    if held:
        yield held


def _continues(before: Line, after: Line, width: int) -> bool:
    """Whether `after` goes on with the sentence of `before`."""
    if not _neighbours(before.place, after.place):
        return False
    if _AWAITS_NUMBER.search(before.low) and _NUMBERS.match(after.low):
        return True
    if _is_new(after):
        return False
    if _ENDS.search(before.text) or before.text.isupper() or after.text.isupper():
        return False
    if _GOES_ON.match(after.text) or _OPEN.search(before.low):
        return True
    return before.wraps and width > 0 and len(before.text) > 0.8 * width


def _is_new(line: Line) -> bool:
    label = line.label
    return (label is not None and label.level != 0.5) or line.repeated


def _neighbours(before: Place, after: Place) -> bool:
    if before.table or after.table:
        return (before.table, before.row, before.cell) == (after.table, after.row, after.cell)
    if before.line is None or after.line is None:
        return (before.line, before.page) == (after.line, after.page)
    return before.page != after.page or after.line - before.line <= 1
