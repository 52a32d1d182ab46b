"""Where a finding's sentence stands in the document: stretches of blocks. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.findings import Source
from documents.sources.blocks import Block, Place

_WORD = re.compile(r"\S+")


@dataclass(frozen=True)
class Stretch:
    """A part of a block's text."""

    block: int
    start: int
    end: int


class Marking:
    """Finds sentences in a document's blocks; blanks and ends of lines make no difference."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self._blocks = blocks
        self._first: dict[Place, int] = {}
        self._last: dict[Place, int] = {}
        self._at: list[int] = []
        self._words: list[tuple[int, int, int]] = []
        parts: list[str] = []
        length = 0
        for no, block in enumerate(blocks):
            self._first.setdefault(block.place, no)
            self._last[block.place] = no
            self._at.append(length)
            for word in _WORD.finditer(block.text):
                self._words.append((length, no, word.start()))
                parts.append(word.group())
                length += len(word.group()) + 1
        self._text = " ".join(parts)
        self._starts = [start for start, _, _ in self._words]

    def stretches(self, source: Source) -> list[Stretch]:
        """Where a source stands, in the document's order, [] for no place.

        Of a sentence put together from two columns its beginning; the whole block when not even that is there.
        """
        first = self._first.get(source.place)
        if first is None:
            return []
        words = source.sentence.split()
        there = bisect_left(
            range(1, len(words) + 1), True, key=lambda count: self._find(words[:count], source.place) < 0
        )
        if there == 0:
            return [Stretch(first, 0, len(self._blocks[first].text))]
        at = self._find(words[:there], source.place)
        return list(self._between(at, at + len(" ".join(words[:there]))))

    def _find(self, words: Sequence[str], place: Place) -> int:
        """Where a text begins in one of the blocks of a place; -1 for nowhere."""
        text = " ".join(words)
        last = self._last[place]
        return self._text.find(
            text, self._at[self._first[place]], self._at[last] + len(self._blocks[last].text) + len(text)
        )

    def _between(self, start: int, end: int) -> Iterator[Stretch]:
        """A stretch of the text without blanks, cut at the blocks' ends."""
        word = bisect_right(self._starts, start) - 1
        open_: Stretch | None = None
        while word < len(self._words) and self._starts[word] < end:
            at, block, begins = self._words[word]
            length = (self._starts[word + 1] if word + 1 < len(self._words) else len(self._text) + 1) - at - 1
            here = Stretch(block, begins + max(start - at, 0), begins + min(length, end - at))
            if open_ and open_.block == block:
                here = Stretch(block, open_.start, here.end)
            elif open_:
                yield open_
            open_, word = here, word + 1
        if open_:
            yield open_
