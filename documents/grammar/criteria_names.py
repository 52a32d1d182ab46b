"""Criteria that a plan names and does not number: "tiêu chí trẻ em được khai sinh đúng quy định"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from documents.grammar.criteria import Mention
from documents.grammar.letters import bare

SURE, HALF_SURE, CLEARLY = 0.6, 0.35, 0.1
"""Of all words of the phrase and the name, the share that both have; and how far the next best name must be behind."""
_NAMED = re.compile(
    r"(?:tiêu chí)\s+(?:về\s+)?[\":]?\s*(?!số\b|thứ\b|từ\b|tiêu chí|[\d\"])(?P<name>(?:(?!\btiêu chí\b)[^;.()\d\"]|\d+ (?:tuổi|tháng)){8,140})"
)


def by_name(text: str, names: Mapping[int, str]) -> int | None:
    """The criterion that a text names: most of the name's words stand in it, and no other name fits as well."""
    fits = _fits(text, names)
    if not fits or fits[0][0] < SURE or (len(fits) > 1 and fits[1][0] > fits[0][0] - CLEARLY):
        return None
    return fits[0][1]


def by_name_and_number(text: str, number: int, names: Mapping[int, str]) -> int | None:
    """The criterion of a table's row: half its name is enough when the row's own number says the same."""
    fits = _fits(text, names)
    return number if fits and fits[0][1] == number and fits[0][0] >= HALF_SURE else None


def named_criteria(
    low: str, start: int, names: Mapping[int, str]
) -> tuple[list[Mention], list[tuple[int, int]]]:
    """The criteria named in a folded text, and the stretches that are like a name but not enough to tell which."""
    sure: list[Mention] = []
    unsure: list[tuple[int, int]] = []
    for found in _NAMED.finditer(low, start):
        if (no := by_name(found["name"], names)) is not None:
            sure.append(Mention((no,), found.start(), found.end()))
        elif (fits := _fits(found["name"], names)) and fits[0][0] >= HALF_SURE:
            unsure.append(found.span())
    return sure, unsure


def _fits(text: str, names: Mapping[int, str]) -> Sequence[tuple[float, int]]:
    """(share of common words, number), the best first."""
    words = _words(text)
    shares = (
        (len(words & own) / len(words | own), no) for no, name in names.items() if (own := _words(name))
    )
    return sorted(shares, reverse=True)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", bare(text)))
