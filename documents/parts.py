"""A document cut in its parts: head, body, end, tables, appendix."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.findings import Unread
from documents.grammar import ending, heading
from documents.grammar.flat_tables import without_flat_tables
from documents.grammar.lines import Line
from documents.grammar.tables import Row, rows_of


@dataclass(frozen=True)
class Parts:
    """A document cut in three: head, body, end. `flat`: the body with tables that lost their rows (`unread`)."""

    all: Sequence[Line]
    head: heading.Head
    body: Sequence[Line]
    end: ending.Ending
    rows: Sequence[Row]
    flat: Sequence[Line]
    unread: Sequence[Unread]


def cut(lines: Sequence[Line]) -> Parts:
    """Where the head ends, the end begins and an appendix goes on."""
    head = heading.head_of(lines)
    end = ending.ending_of(lines)
    start = head.last + 1 if head.type else 0
    flat = [*lines[start : max(end.first, start)], *ending.appendix_of(lines[end.last + 1 :])]
    body, unread = without_flat_tables(flat)
    return Parts(lines, head, body, end, rows_of(body), flat, unread)


def preamble(body: Sequence[Line]) -> Sequence[Line]:
    """The lines before the first section."""
    for at, line in enumerate(body[:60]):
        if (
            line.label
            and line.label.level <= 2
            and not re.match(r"(?:căn cứ|thực hiện|theo)", line.body.lower())
        ):
            return body[:at]
        if re.search(r"(?:như sau|cụ thể)\s*:?\s*$", line.low):
            return body[: at + 1]
    return body[:12]
