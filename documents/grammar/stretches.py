"""A text cut where another unit takes over: "Công an xã … tiêu chí 3, 4, Trạm Y tế … tiêu chí 5"."""

from __future__ import annotations

import re

from documents.grammar.criteria import mentions
from documents.grammar.letters import fold
from documents.grammar.unit_names import Name, names_in

_HANDS_OUT = re.compile(r"giao|chủ trì|phụ trách|chịu trách nhiệm|theo dõi")


def stretches(text: str, start: int) -> list[tuple[int, int]]:
    """(start, end) of each part, from `start` to the end of the text."""
    low = fold(text)
    edges = [start]
    for name in names_in(text, start):
        before = low[edges[-1] : name.start]
        if not mentions(before) or re.search(
            r"(?:phối hợp|cùng|với|cho|của|gửi|về|qua|giúp)(?:\s+với)?\s*$", before
        ):
            continue
        if re.search(r"[;,.]\s*(?:và\s+)?(?:giao\s+)?(?:các\s+)?$|\bgiao\s+$|\bcòn\s+$", before) and _owns(
            low, name.end
        ):
            edges.append(name.start)
    return list(zip(edges, [*edges[1:], len(text)], strict=True))


def charged(text: str, start: int) -> Name | None:
    """The unit that stands before criteria in a text that hands them out."""
    low = fold(text)
    name = next(iter(names_in(text, start)), None)
    here = next((one for one in mentions(low) if one.start >= start), None)
    if name is None or here is None or name.start >= here.start or not _HANDS_OUT.search(low, start):
        return None
    return name


def _owns(low: str, at: int) -> bool:
    """Whether a mention of criteria follows in the same clause."""
    end = min((one for one in (low.find(";", at), low.find(". ", at)) if one >= 0), default=len(low))
    return any(at <= one.start < end for one in mentions(low))
