"""PDF files with a text layer. They are read in a process of their own with bounded time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from db.errors import Refusal
from documents.sources.blocks import Block, Place, composed
from documents.sources.portable_tables import Item, TablePart, put_together
from documents.sources.portable_worker import ENCRYPTED, MOST_PAGES, TOO_MANY_PAGES

PATIENCE = 10.0
"""Seconds of waiting, for a busy machine; the process's own processor time is bounded far below."""
FEWEST_LETTERS = 40
"""A page with fewer is taken for a picture of a page."""
_SAYS = {
    ENCRYPTED: "tệp PDF được đặt mật khẩu. Hãy bỏ mật khẩu, hoặc dùng tệp Word gốc.",
    TOO_MANY_PAGES: f"tệp PDF có hơn {MOST_PAGES} trang, không giống kế hoạch của một xã.",
}
_SCAN = (
    "tệp PDF là bản chụp, không có chữ để đọc. Hãy dùng tệp Word gốc, hoặc nhận dạng chữ (OCR) rồi lưu lại."
)


def pdf_blocks(raw: bytes) -> list[Block]:
    """The lines of a PDF, and the cells of its ruled tables. Raises Refusal, with advice for a scan."""
    pages = put_together(_pages(raw))
    blocks = [block for no, items in enumerate(pages, 1) for block in _blocks(no, items)]
    if sum(sum(map(str.isalpha, block.text)) for block in blocks) < FEWEST_LETTERS * max(len(pages), 1):
        raise Refusal(_SCAN)
    return blocks


def _pages(raw: bytes) -> list[dict[str, Any]]:
    command = [sys.executable, "-I", "-c", _START, *sys.path]
    try:
        ran = subprocess.run(command, input=raw, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refusal("tệp PDF quá phức tạp, đọc mãi không xong. Hãy dùng tệp Word gốc.") from None
    if ran.returncode in _SAYS:
        raise Refusal(_SAYS[ran.returncode])
    if ran.returncode:
        raise Refusal("tệp PDF bị hỏng hoặc quá phức tạp, không đọc được. Hãy dùng tệp Word gốc.")
    pages: list[dict[str, Any]] = json.loads(ran.stdout)
    return pages


_START = "import sys; sys.path[:] = sys.argv[1:]; from documents.sources.portable_worker import main; main()"


def _blocks(page: int, items: Sequence[Item]) -> Iterator[Block]:
    """A page's blocks; its lines are counted as if a table were lines, too."""
    above = 0
    for one in items:
        if isinstance(one, TablePart):
            yield from _cells(page, one)
        else:
            for no, line in enumerate(composed(one).splitlines(), above + 1):
                if line.strip():
                    yield Block(line, Place(page=page, line=no), wraps=True)
        above += composed(one if isinstance(one, str) else one.flat).count("\n")


def _cells(page: int, part: TablePart) -> Iterator[Block]:
    """Row by row; the text of a cell that spans rows stands in each of them."""
    spread = [(row, one) for one in part.cells for row in range(one.row, one.last + 1)]
    for row, one in sorted(spread, key=lambda pair: (pair[0], pair[1].column)):
        place = Place(page=page, table=part.number, row=part.first + row + 1, cell=one.column + 1)
        for text, ends in one.lines:
            line = composed(text)
            if line.strip():
                yield Block(line, place, wraps=ends >= 0, repeated=row > one.row, full=ends > 0)
