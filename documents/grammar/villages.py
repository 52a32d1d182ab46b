"""Villages (thôn, bản, khối phố, tổ dân phố …): how many a plan speaks of, which it names, which words it uses."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.findings import Source
from documents.grammar.groups import group_at
from documents.grammar.lines import Line
from documents.grammar.unit_names import VILLAGE_WORDS

_WORD = r"(?:thôn|bản|tổ dân phố|khối phố|khu phố|tiểu khu|ấp|buôn|làng|xóm|khóm|khối)"
_COUNTED = re.compile(
    rf"(?<![\w/.,])(\d{{1,2}})(?:/\d{{1,2}})?\s+({_WORD}|khu dân cư)(?!\w)(?!\s+(?:vị|kế hoạch))"
)
_MANY = re.compile(
    rf"\b(?:các|từng|mỗi|trưởng|toàn thể|ở|tại)\s+({_WORD})(?!\w)(?!\s+(?:sắc|lề|chính|tin|thể thao|cam|sao|photo|scan|mềm|cứng))"
)
_NAMED = re.compile(rf"\b((?i:{_WORD}))\s+[A-ZĐ]")
_TWO_KINDS = re.compile(rf"(?<![\w/.,])(\d{{1,2}})\s+({_WORD})\s*(?:,|và|&)\s*(\d{{1,2}})\s+({_WORD})(?!\w)")
_OF_SCHOOL = re.compile(r"(?:mầm non|mẫu giáo|mn|tiểu học|thcs|th)\s+$")
_TOGETHER = re.compile(rf"{_WORD}\s*(?:,|và|-|/|hoặc|\s)\s*(?:các\s+|\d{{1,2}}\s+)?{_WORD}(?!\w)")
_BARE = re.compile(
    rf"(?:tổ trưởng |trưởng ban công tác mặt trận|cấp ủy |chi bộ |chi ủy |bí thư |trưởng |ban quản lý |ban điều hành |ban nhân dân |\W|,|và|các|\d|toàn bộ|tất cả)*(?:{VILLAGE_WORDS})(?:\s*(?:,|và|-|/)\s*(?:các\s+|\d{{1,2}}\s+)?(?:{VILLAGE_WORDS})\b)*(?:\s+(?:trên địa bàn|trong xã|thuộc|:).*)?$"
)

_HEADS = re.compile(rf"(?:các\s+)?{_WORD}\s+trưởng(?!\s+[a-zđ])")


@dataclass(frozen=True)
class Counted:
    """«16 thôn» in a line, with the names listed after it."""

    number: int
    word: str
    members: tuple[str, ...]
    source: Source


@dataclass(frozen=True)
class Word:
    """A word for villages and where it stands. `alone`: not beside another such word ("thôn, khối phố")."""

    word: str
    alone: bool
    source: Source


def village_word(low: str) -> bool:
    """Whether a folded unit name means all villages, not one of them."""
    return _BARE.match(low) is not None or _HEADS.match(low) is not None or re.match(rf"(?:\d{{1,2}}|các)\s+{_WORD}", low) is not None or re.match(rf"{_WORD}\s*(?::|\(|gồm)", low) is not None  # fmt: skip


def counted_villages(lines: Sequence[Line]) -> list[Counted]:
    """Every place where villages are counted."""
    found: list[Counted] = []
    for line in lines:
        for one in _COUNTED.finditer(line.low):
            group = group_at(line.text, one.start())
            members = group.members if group and group.kind == "village" else ()
            found.append(Counted(int(one[1]), one[2], members, line.said(one.start(), one.end())))
    return found


def village_words(lines: Sequence[Line]) -> list[Word]:
    """Every use of a word for villages."""
    found: list[Word] = []
    for line in lines:
        listed = {at for first, last in _lists(line) for at in range(first, last)}
        together = {at for one in _TOGETHER.finditer(line.low) for at in range(one.start(), one.end())}
        for rule, text in ((_COUNTED, line.low), (_MANY, line.low), (_NAMED, line.text)):
            for one in rule.finditer(text):
                at = one.start(2 if rule is _COUNTED else 1)
                if one.start() in listed or _OF_SCHOOL.search(line.low[: one.start()]):
                    continue
                word = (one[2] if rule is _COUNTED else one[1]).lower()
                found.append(Word(word, at not in together, line.said(one.start(), one.end())))
    return found


def words_joined(lines: Sequence[Line]) -> set[str]:
    """The words that stand side by side somewhere: "9 tổ dân phố và 2 thôn" are two kinds, not two names of one."""
    return {
        word
        for line in lines
        for one in _TOGETHER.finditer(line.low)
        for word in re.findall(_WORD, one.group())
    }


def two_kinds(lines: Sequence[Line]) -> tuple[Counted, ...]:
    """Both counts of "9 tổ dân phố và 2 thôn"; () when villages are of one kind."""
    for line in lines:
        if one := _TWO_KINDS.search(line.low):
            source = line.said(one.start(), one.end())
            return Counted(int(one[1]), one[2], (), source), Counted(int(one[3]), one[4], (), source)
    return ()


def _lists(line: Line) -> Iterator[tuple[int, int]]:
    """Where names stand in a row; «Bản Tàn» in it is the name of a thôn."""
    for one in _COUNTED.finditer(line.low):
        group = group_at(line.text, one.start())
        if group and group.members:
            yield one.end(), group.end


def main_count(found: Sequence[Counted]) -> Counted | None:
    """The count with names, else the one that stands most often, in the word that stands most often."""
    if not found:
        return None
    times = Counter(one.number for one in found)
    words = Counter(one.word for one in found)
    return max(found, key=lambda one: (bool(one.members), times[one.number], words[one.word]))
