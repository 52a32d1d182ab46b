"""Text files: UTF-8 with or without a byte order mark, UTF-16, letters composed or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from db.errors import Refusal
from documents.sources.blocks import Block, Place, composed

_LINE = re.compile(r"[^\r\n\x0c]+")
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def text_blocks(raw: bytes) -> list[Block]:
    """The lines of a text file; rows of cells divided by | or by tabs become table cells. Raises Refusal."""
    text = decoded(raw)
    lines = [(one.start(), one.group()) for one in _LINE.finditer(text)]
    breaks = _line_numbers(text, [start for start, _ in lines])
    return list(_blocks([(start, no, line) for (start, line), no in zip(lines, breaks, strict=True)]))


def decoded(raw: bytes) -> str:
    """Bytes as text. Raises Refusal for the old Vietnamese code pages."""
    try:
        text = raw.decode(_encoding(raw))
    except UnicodeDecodeError:
        raise Refusal(
            "tệp dùng bảng mã cũ (TCVN3, VNI …). Hãy mở bằng Word và lưu lại dạng .docx, hoặc .txt với bảng mã UTF-8."
        ) from None
    if text.count("\x00"):
        raise Refusal("tệp chứa dữ liệu không phải chữ. Hãy chọn lại tệp kế hoạch.")
    return text


def _encoding(raw: bytes) -> str:
    for mark, name in _MARKS:
        if raw.startswith(mark):
            return name
    head = raw[:4096]
    if head.count(0) > len(head) // 5:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    return "utf-8"


def _line_numbers(text: str, starts: list[int]) -> Iterator[int]:
    number, at = 1, 0
    for start in starts:
        between = text[at:start].replace("\r\n", "\n")
        number += between.count("\n") + between.count("\r")
        at = start
        yield number


def cells_of(line: str) -> list[str]:
    """The cells of a line that is a table row, else nothing."""
    bare = line.strip()
    if bare.count("|") >= 2:
        return [cell.strip() for cell in bare.strip("|").split("|")]
    return [cell.strip() for cell in bare.split("\t")] if bare.count("\t") >= 2 and "\t\t" not in bare else []


def _blocks(lines: list[tuple[int, int, str]]) -> Iterator[Block]:
    rows = [cells_of(line) for _, _, line in lines]
    table = row = 0
    for at, (start, number, line) in enumerate(lines):
        cells = rows[at]
        if not cells or not _has_company(rows, at):
            row = 0
            yield Block(composed(line), Place(offset=start, line=number), wraps=True)
            continue
        table, row = (table, row + 1) if row else (table + 1, 1)
        for no, cell in enumerate(cells, 1):
            yield Block(composed(cell), Place(offset=start, line=number, table=table, row=row, cell=no))


def _has_company(rows: list[list[str]], at: int) -> bool:
    """A lone line with bars is no table: a row has another row of as many cells beside it."""
    beside = rows[max(at - 1, 0) : at] + rows[at + 1 : at + 2]
    return any(len(one) == len(rows[at]) for one in beside)
