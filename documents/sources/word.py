"""Word files (.docx): paragraphs and tables in the order of the document, list numbers computed.

The markup is read directly and not with python-docx, which leaves out tracked insertions and content controls and
would unpack every part of a file that nobody has checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from db.errors import Refusal
from documents.sources.archive import markup
from documents.sources.blocks import Block, Place, composed
from documents.sources.numbering import Numbering, W, numbering_of

_WRAPPERS = {
    f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink")
}
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_UNSEEN = {
    f"{W}{name}" for name in ("del", "moveFrom", "instrText", "pPr", "rPr", "footnoteReference", "object")
} | {f"{MC}Fallback"}
"""New Word writes a text box twice, the second time for old Word."""
DEEPEST = 40


def word_blocks(raw: bytes) -> list[Block]:
    """The blocks of a .docx. Raises Refusal."""
    root = markup(raw, "word/document.xml")
    body = None if root is None else root.find(f"{W}body")
    if body is None:
        raise Refusal("tệp Word không có phần nội dung. Hãy mở bằng Word và lưu lại dạng .docx.")
    lists = numbering_of(markup(raw, "word/numbering.xml"), markup(raw, "word/styles.xml"))
    return list(_Walk(lists).body(body))


class _Walk:
    """One pass through a document: counts paragraphs, tables and list numbers."""

    def __init__(self, lists: Numbering) -> None:
        self.lists = lists
        self.paragraphs = self.tables = 0

    def body(self, parent: Any) -> Iterator[Block]:
        for element in _inside(parent):
            if element.tag == f"{W}p":
                self.paragraphs += 1
                yield from self._paragraph(element, Place(paragraph=self.paragraphs))
            elif element.tag == f"{W}tbl":
                yield from self._table(element)

    def _paragraph(self, element: Any, place: Place) -> Iterator[Block]:
        text = composed("".join(_texts(element)))
        if not text.strip():
            return
        label = self.lists.label(element.find(f"{W}pPr"))
        for no, line in enumerate(text.split("\n")):
            shown = f"{label} {line.strip()}".strip() if no == 0 else line
            if shown.strip():
                yield Block(shown, place)

    def _table(self, element: Any) -> Iterator[Block]:
        self.tables += 1
        table = self.tables
        above: dict[int, list[Block]] = {}
        for row_no, row in enumerate((one for one in _inside(element) if one.tag == f"{W}tr"), 1):
            column = 1
            for cell in (one for one in _inside(row) if one.tag == f"{W}tc"):
                span, merged = _shape(cell)
                place = Place(table=table, row=row_no, cell=column)
                blocks = _again(above.get(column, []), place) if merged else list(self._cell(cell, place))
                above[column] = blocks
                yield from blocks
                column += span

    def _cell(self, cell: Any, place: Place) -> Iterator[Block]:
        for element in _inside(cell):
            if element.tag == f"{W}p":
                yield from self._paragraph(element, place)
            elif element.tag == f"{W}tbl":
                yield from self._table(element)


def _again(blocks: list[Block], place: Place) -> list[Block]:
    return [Block(one.text, place, repeated=True) for one in blocks]


def _shape(cell: Any) -> tuple[int, bool]:
    """How many columns a cell covers, and whether a merged cell above covers it."""
    span = cell.find(f"{W}tcPr/{W}gridSpan")
    merge = cell.find(f"{W}tcPr/{W}vMerge")
    width = str(span.get(f"{W}val", "1")) if span is not None else "1"
    columns = int(width) if width.isascii() and width.isdigit() and len(width) < 3 else 1
    return columns, merge is not None and merge.get(f"{W}val", "continue") == "continue"


def _inside(parent: Any, depth: int = 0) -> Iterator[Any]:
    """The children, those in content controls and tracked insertions among them."""
    for child in parent:
        if child.tag in _WRAPPERS and depth < DEEPEST:
            yield from _inside(child, depth + 1)
        else:
            yield child


def _texts(element: Any, depth: int = 0) -> Iterator[str]:
    for child in element:
        if child.tag in _UNSEEN or depth > DEEPEST:
            continue
        match child.tag:
            case t if t == f"{W}t":
                yield child.text or ""
            case t if t in {f"{W}br", f"{W}cr"}:
                yield "\n"
            case t if t == f"{W}tab":
                yield "\t"
            case t if t == f"{W}noBreakHyphen":
                yield "-"
            case t if t == f"{W}p":
                # A paragraph within one stands in a text box.
                yield from ("\n", *_texts(child, depth + 1), "\n")
            case _:
                yield from _texts(child, depth + 1)
