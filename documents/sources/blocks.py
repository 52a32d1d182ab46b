"""Blocks: the paragraphs and table cells of a document, in reading order."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from db.errors import Refusal

LARGEST_FILE = 20_000_000
LONGEST_TEXT = 150_000
"""Characters; a plan of twenty pages has some 60,000."""
MOST_BLOCKS = 10_000


@dataclass(frozen=True)
class Place:
    """Where a block stands, people's counting from 1; only `offset` counts from 0.

    Text file: `offset` in characters of the decoded file, and `line`. PDF: `page` and `line` on it, or `page` and a table's cell. Word: `paragraph`
    of the body, or `table`, `row` and `cell` (columns of the table's grid).
    """

    offset: int | None = None
    page: int | None = None
    line: int | None = None
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None

    def as_dict(self) -> dict[str, int]:
        """Only what is known."""
        return {key: value for key, value in asdict(self).items() if value is not None}

    @property
    def words(self) -> str:
        """trang 2, dòng 7."""
        named = (
            ("trang", self.page), ("đoạn", self.paragraph), ("bảng", self.table),
            ("hàng" if self.table else "dòng", self.row if self.table else self.line), ("ô", self.cell),
        )  # fmt: skip
        return ", ".join(f"{name} {value}" for name, value in named if value is not None)


@dataclass(frozen=True)
class Block:
    """A paragraph, a line of a text file, or one paragraph of a table cell; letters composed (NFC).

    `wraps`: a line of a text or PDF file, which may go on in the next. `repeated`: a cell that a merged cell above
    covers; its text stands here again. `full`: a line of a cell that ends where the next word had no room.
    """

    text: str
    place: Place
    wraps: bool = False
    repeated: bool = False
    full: bool = False


def bounded(blocks: Iterable[Block]) -> list[Block]:
    """The blocks, none without text. Raises Refusal when they are too many for any plan."""
    kept: list[Block] = []
    length = 0
    for block in blocks:
        length += len(block.text)
        if length > LONGEST_TEXT or len(kept) >= MOST_BLOCKS:
            raise Refusal(
                f"Văn bản dài quá {LONGEST_TEXT:,} ký tự, không giống kế hoạch của một xã.".replace(",", ".")
            )
        kept.append(block)
    return kept


def composed(text: str) -> str:
    """Letters composed (NFC), without the characters that only steer layout."""
    return unicodedata.normalize("NFC", text).translate(_INVISIBLE)


_INVISIBLE = dict.fromkeys([0xFEFF, 0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060], None) | {
    0xA0: " ", 0x2007: " ", 0x202F: " ", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n",
}  # fmt: skip
