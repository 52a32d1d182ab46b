"""Where each key of a TOML text stands. The standard reader keeps no positions, so this walks the text once more."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache

Loc = tuple[str | int, ...]

_BARE = re.compile(r"[^\s=.,\[\]{}#\"']+")
_SPACE = re.compile(r"[ \t]+")
_GAP = re.compile(r"(?:[\s]+|#[^\n]*)+")
_SCALAR = re.compile(r"[^,\]}#\n]+")
_STRINGS = (
    re.compile(r'"""(?:\\.|[^\\])*?"""(?:"{0,2}(?!"))', re.DOTALL),
    re.compile(r"'''.*?'''(?:'{0,2}(?!'))", re.DOTALL),
    re.compile(r'"(?:\\.|[^"\\\n])*"'),
    re.compile(r"'[^'\n]*'"),
)


def line_of(text: str, loc: Loc) -> int | None:
    """The line (from 1) of the key at `loc`, or of the nearest table around it; None when nothing of it is there.

    `loc` is a path as pydantic gives it: keys, and positions (from 0) in arrays.
    """
    known = places(text)
    return next((known[loc[:end]] for end in range(len(loc), 0, -1) if loc[:end] in known), None)


@lru_cache(maxsize=8)
def places(text: str) -> dict[Loc, int]:
    """Every key, table and array item of a TOML text with its line; of a broken text, those before the fault."""
    walk = _Walk(text)
    with suppress(_Broken, RecursionError):
        walk.document()
    return walk.found


class _Broken(Exception):
    """The text is not TOML from here on."""


class _Walk:
    """One pass over a text; `found` maps a path to the line where it first stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.found: dict[Loc, int] = {}
        self._arrays: dict[Loc, int] = {}

    def document(self) -> None:
        table: Loc = ()
        while self._gap(_GAP) or self.at < len(self.text):
            if self._next("[["):
                table = self._array_header()
            elif self._next("["):
                table = self._table_header()
            elif self.at < len(self.text):
                self._pair(table)

    def _table_header(self) -> Loc:
        path = self._resolved(self._key())
        self._expect("]")
        return path

    def _array_header(self) -> Loc:
        line, key = self.line, self._key()
        self._expect("]]")
        path = (*self._resolved(key[:-1]), key[-1])
        self._note(path, line)
        self._arrays[path] = self._arrays.get(path, -1) + 1
        self._note((*path, self._arrays[path]), line)
        return (*path, self._arrays[path])

    def _resolved(self, key: Loc) -> Loc:
        """A header's path, standing in the newest item of every array of tables on the way."""
        path: Loc = ()
        for part in key:
            path = (*path, part)
            self._note(path, self.line)
            if path in self._arrays:
                path = (*path, self._arrays[path])
        return path

    def _pair(self, table: Loc) -> None:
        line, key = self.line, self._key()
        self._expect("=")
        for end in range(1, len(key) + 1):
            self._note(table + key[:end], line)
        self._gap(_SPACE)
        self._value(table + key)

    def _value(self, path: Loc) -> None:
        if self._next("["):
            self._items(path)
        elif self._next("{"):
            self._inline(path)
        elif not any(self._take(string) is not None for string in _STRINGS) and self._take(_SCALAR) is None:
            raise _Broken

    def _items(self, path: Loc) -> None:
        count = 0
        while not self._closed("]"):
            self._note((*path, count), self.line)
            self._value((*path, count))
            self._gap(_GAP)
            self._next(",")
            count += 1

    def _inline(self, path: Loc) -> None:
        while not self._closed("}"):
            self._pair(path)
            self._gap(_GAP)
            self._next(",")

    def _closed(self, bracket: str) -> bool:
        self._gap(_GAP)
        return self._next(bracket)

    def _key(self) -> Loc:
        parts = [self._key_part()]
        while self._next("."):
            parts.append(self._key_part())
        return tuple(parts)

    def _key_part(self) -> str:
        self._gap(_SPACE)
        for pattern in (_BARE, *_STRINGS[2:]):
            if (part := self._take(pattern)) is not None:
                self._gap(_SPACE)
                return part if pattern is _BARE else part[1:-1]
        raise _Broken

    def _expect(self, sign: str) -> None:
        if not self._next(sign):
            raise _Broken

    def _next(self, sign: str) -> bool:
        there = self.text.startswith(sign, self.at)
        self.at += len(sign) if there else 0
        return there

    def _gap(self, pattern: re.Pattern[str]) -> bool:
        return self._take(pattern) is not None

    def _take(self, pattern: re.Pattern[str]) -> str | None:
        match = pattern.match(self.text, self.at)
        if match is None:
            return None
        self.at = match.end()
        self.line += match[0].count("\n")
        return match[0]

    def _note(self, path: Loc, line: int) -> None:
        self.found.setdefault(path, line)
