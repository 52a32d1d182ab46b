"""What must stand in no log line: where a scan finds it, and which kind it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

SHORTEST_WORDS = 12
"""Characters. Shorter pieces of text could stand in a log by chance."""
_LINK = re.compile(r"/(?:l|vao|lich)/[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]{20,}")
_ANY_PHONE = re.compile(r"(?<![\d.:-])(?:\+?84|0)[ ()-]*[35789](?:[ ()-]*\d){8}(?![\d.:-])")


@dataclass
class Secrets:
    """Kind -> what must not be found. Numbers are found however they are written; texts line by line."""

    exact: dict[str, set[str]] = field(default_factory=dict)
    phones: set[str] = field(default_factory=set)

    def keep(self, kind: str, values: Iterable[str]) -> None:
        """None of these may stand anywhere."""
        self.exact.setdefault(kind, set()).update(value for value in values if value)

    def keep_texts(self, kind: str, texts: Iterable[str]) -> None:
        """Not one line of these texts may stand anywhere."""
        lines = (line.strip() for text in texts for line in text.splitlines())
        self.keep(kind, (line for line in lines if len(line) >= SHORTEST_WORDS))

    def found(self, log: str) -> list[tuple[str, str, str]]:
        """Kind, what was found and the line it stands in, of everything that stands there all the same."""
        lines = list(dict.fromkeys(log.splitlines()))
        return [*self._exact(lines), *self._patterns(lines)]

    def _exact(self, lines: list[str]) -> Iterator[tuple[str, str, str]]:
        whole = "\n".join(lines)
        for kind, values in self.exact.items():
            for value in values:
                if value in whole:
                    yield kind, value, next(line for line in lines if value in line)

    def _patterns(self, lines: list[str]) -> Iterator[tuple[str, str, str]]:
        numbers = [re.compile(r"[ .()-]*".join(phone[-9:])) for phone in sorted(self.phones)]
        for line in lines:
            for kind, patterns in (("phone", (_ANY_PHONE, *numbers)), ("link", (_LINK,))):
                for pattern in patterns:
                    if match := pattern.search(line):
                        yield kind, match[0], line
