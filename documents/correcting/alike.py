"""Which of the duties just read are which of the duties that were given out: the same unit's, by their words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

from documents.grammar.letters import bare

SURE = 0.55
"""This share of the shorter text stands in the other, in the same order; a plan file says things shorter than the plan."""
AHEAD = 0.15
"""A match is this much better than any other for either side, or it is no match but a question."""
MAYBE = 0.4
FEWEST_WORDS = 4


def likeness(one: str, other: str) -> float:
    """0 to 1: how much of the shorter text's words stands in the other, in order."""
    mine, theirs = _words(one), _words(other)
    shorter = min(len(mine), len(theirs))
    if shorter < FEWEST_WORDS:
        return float(mine == theirs != [])
    found = SequenceMatcher(None, mine, theirs, autojunk=False).get_matching_blocks()
    return sum(block.size for block in found) / shorter


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", bare(text))


def matched(read: Sequence[str], known: Mapping[str, str]) -> dict[int, str]:
    """The place of a text in `read` -> the key in `known` that it must be; what may be several is left out."""
    scores = {
        (at, key): likeness(text, words) for at, text in enumerate(read) for key, words in known.items()
    }
    return {at: key for (at, key), score in scores.items() if score >= SURE and _clear(at, key, scores)}


def resembled(text: str, known: Mapping[str, str]) -> str | None:
    """The key of the known text that a text may be; None when it resembles none."""
    scores = {key: likeness(text, words) for key, words in known.items()}
    best = max(scores, key=scores.__getitem__, default=None)
    return best if best is not None and scores[best] >= MAYBE else None


def _clear(at: int, key: str, scores: Mapping[tuple[int, str], float]) -> bool:
    mine = scores[at, key]
    rivals = (score for pair, score in scores.items() if (pair[0] == at) != (pair[1] == key))
    return all(mine - score >= AHEAD for score in rivals)
