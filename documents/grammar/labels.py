"""What stands before a heading or a list item: "IV.", "4.", "4.1", "a)", "-"."""

from __future__ import annotations

import re
from dataclasses import dataclass

_KINDS = (
    (1.0, re.compile(r"(?:(?:Phần|PHẦN|Mục|MỤC)\s+(?:thứ\s+)?)?([IVX]{1,6})\s*(?:[.):/]|-(?=\s))+\s*")),
    (1.0, re.compile(r"(?:Phần|PHẦN|Điều|ĐIỀU|Mục|MỤC)\s+(?:thứ\s+)?(\w{1,5})\s*[.:)]\s*")),
    (0.5, re.compile(r"([A-Z])\s*[.)/](?![\w.])\s*")),
    (2.0, re.compile(r"(\d{1,2}(?:\.\d{1,2}){1,3})\s*[.):/]?(?![\d/%])\s+")),
    (2.0, re.compile(r"(\d{1,2})\s*[.):/](?![\d/])\s*")),
    (2.0, re.compile(r"(\d{1,2})\s*-\s(?!\d)\s*")),
    (3.0, re.compile(r"\(?([a-zđ])\s*[.)](?![\w.])\s*")),
    (2.5, re.compile(r"\((\d{1,2})\)\s*")),
    (5.0, re.compile(r"([+○o])\s+")),
    (3.5, re.compile(r"([*])\s*")),
    (4.0, re.compile("([-–—−•·▪▫◦●■□➢✓►♦❖\uf0b7\uf02d\uf0a7]+)\\s*")),
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """`level`: the smaller, the higher; `end`: where the text after it begins."""

    level: float
    text: str
    end: int


def label_of(text: str) -> Label | None:
    """The label at a line's start, None for a line without."""
    lead = len(text) - len(text.lstrip())
    for level, kind in _KINDS:
        if (found := kind.match(text, lead)) and found.end() > lead:
            depth = found[1].count(".") * 0.1 if level == 2.0 else 0.0
            return Label(level + depth, found[1], found.end())
    return None
