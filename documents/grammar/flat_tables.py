"""Tables whose cells came out as plain lines, as from a PDF: which words stood in one row can no longer be told."""

from __future__ import annotations

import re
from collections.abc import Sequence

from documents.findings import FLAT_TABLE, Unread
from documents.grammar.lines import Line

_HEADINGS = {
    "number": r"s?tt|số tt",
    "criteria": r"tiêu chí(?: phụ trách| đánh giá)?",
    "units": r"(?:cơ quan,?\s*)?(?:đơn vị|cơ quan|bộ phận)(?:\s+(?:chủ trì|phối hợp|thực hiện|phụ trách))?",
    "role": r"vai trò",
    "duties": r"nội dung(?: công việc| thực hiện)?|nhiệm vụ|công việc",
    "when": r"(?:thời (?:gian|hạn)|tiến độ|hạn)(?: hoàn thành| thực hiện)?",
}
_HEADING = re.compile("|".join(f"(?P<{kind}>{rule})" for kind, rule in _HEADINGS.items()))
_GAP = re.compile(r"[\s,/]*")
FEWEST = 3
"""Column headings in a row; a sentence does not string so many of these words together."""
TALLEST = 5
"""Lines over which the headings may be broken."""


def without_flat_tables(lines: Sequence[Line]) -> tuple[list[Line], list[Unread]]:
    """The lines outside such tables, and each table as something that was not read."""
    kept: list[Line] = []
    unread: list[Unread] = []
    inside = False
    for at, line in enumerate(lines):
        if (
            not inside
            and not line.in_table
            and _is_heading_row([one.low for one in lines[at : at + TALLEST]])
        ):
            unread.append(Unread(FLAT_TABLE, line.source))
            inside = True
        elif inside and _ends(line):
            inside = False
        if not inside:
            kept.append(line)
    return kept, unread


def _is_heading_row(below: Sequence[str]) -> bool:
    text = " ".join(below)
    kinds: set[str | None] = set()
    at = 0
    while found := _HEADING.match(text, at):
        kinds.add(found.lastgroup)
        at = _GAP.match(text, found.end()).end()  # type: ignore[union-attr]
    return len(kinds) >= FEWEST and bool(kinds & {"criteria", "units"}) and "." not in text[:at]


def _ends(line: Line) -> bool:
    label = line.label
    section = label is not None and (label.level <= 1 or (label.level < 3 and line.body.isupper()))
    return section or line.low.startswith(("nơi nhận", "phụ lục"))
