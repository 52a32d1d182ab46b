"""Folded text: lower case, one place for each tone mark, plain dashes and quotes; as long as the original.

Rules are written over folded text, so «Uỷ ban», «ỦY BAN» and «Ủy ban» are one, and what a rule finds can be cut out
of the original at the same place.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SIGNS = str.maketrans({"–": "-", "—": "-", "−": "-", "‐": "-", "‑": "-", "“": '"', "”": '"', "„": '"', "’": "'", "\t": " ", "…": ".", "\n": " "})  # fmt: skip
_OLD = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"]
_NEW = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"]
_MARKS = dict(zip(_OLD, _NEW, strict=True))
_MARK = re.compile(rf"(?<!q)(?:{'|'.join(_OLD)})(?!\w)")
UPPER = "".join(
    letter
    for letter in map(chr, [*range(65, 91), *range(0xC0, 0x1B1), *range(0x1EA0, 0x1EFA)])
    if letter.isupper()
)
"""All Vietnamese capitals, for character classes."""
LOWER = UPPER.lower()
_SPACES = re.compile(r"\s+")


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """The folded text, of the same length."""
    lowered = "".join(one if len(one := letter.lower()) == 1 else letter for letter in text.translate(_SIGNS))
    return _MARK.sub(lambda found: _MARKS[found.group()], lowered)


def bare(text: str) -> str:
    """Folded, without any marks: «Hoa Hồng» and «Hoa Hông» become one."""
    split = unicodedata.normalize("NFD", fold(text).replace("đ", "d"))
    return "".join(letter for letter in split if not unicodedata.combining(letter))


def tidy(text: str) -> str:
    """One space between words, none around."""
    return _SPACES.sub(" ", text).strip()


def proper(text: str) -> str:
    """«HOÀNG ĐỒNG» -> «Hoàng Đồng»; a name that has small letters stays as it is."""
    return " ".join(word.capitalize() for word in text.split()) if text == text.upper() else text
