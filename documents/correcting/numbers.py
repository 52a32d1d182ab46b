"""Lists of criteria as people write them: "5, 7, 8 và 9", "7-9", "từ 7 đến 9"."""

from __future__ import annotations

import re

_PART = re.compile(r"(\d{1,2})(?:\s*(?:-|–|đến)\s*(\d{1,2}))?")
_BETWEEN = re.compile(r"(?:tiêu chí|số|từ|và|[\s,;.])*", re.IGNORECASE)


def whole(text: str) -> int | None:
    """A whole number of at most four digits; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def numbers_in(text: str) -> list[int]:
    """The numbers, each once, in order."""
    found: set[int] = set()
    for one in _PART.finditer(text):
        first, last = int(one[1]), int(one[2] or one[1])
        found.update(range(first, last + 1))
    return sorted(found)


def is_list(text: str) -> bool:
    """Whether nothing else stands there."""
    rest = _PART.sub(" ", text)
    backward = any(int(one[1]) > int(one[2] or one[1]) for one in _PART.finditer(text))
    return _BETWEEN.fullmatch(rest) is not None and not backward
