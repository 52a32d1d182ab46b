"""Numbers of criteria in a sentence: "các tiêu chí 5, 7 và 9", "từ 7 đến 9", "số 3 và số 4", "trừ tiêu chí 6"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORDS = (
    "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai", "mười ba", "mười bốn", "mười lăm",
)  # fmt: skip
ORDINALS = {word: no for no, word in enumerate(_WORDS, 1)} | {"nhất": 1, "nhì": 2, "tư": 4, "bẩy": 7}
_NAME = r"(?:nhóm |các |những )?(?:tiêu chí|\btc)(?: thành phần)?"
_COUNTED = (
    r"(?!\s*(?:trường|thôn|khối|khu|tổ|bản|ấp|buôn|làng|xóm|khóm|đơn vị|cơ quan|ngày|tháng|quý|trẻ|đồng|lần|bộ|điểm|người|cán bộ|công chức|đoàn thể|ngành|hội"
    r"|chỉ tiêu|chỉ số|nội dung|nhóm|tiêu chí (?:trên|này|sau|của|quy|theo|đánh|do|được|về)|giờ|năm(?!\s*20)|/|%))(?![\d%/]|[.,]\d{3}|\.\d{3})"
)
_NUMBER = rf"(?:{_NAME}\s*)?(?:số\s*:?\s*|thứ\s+)?0?(\d{{1,2}})(?:\.\d{{1,2}})?{_COUNTED}"
_FIRST = re.compile(
    rf"{_NAME}\s*(?:(?:đánh giá|được giao|phụ trách|sau(?: đây)?)\s*)?[:;]?\s*(?:(?:có )?(?:các )?số(?: thứ tự)?\s*:?\s*|thứ\s+|gồm\s*:?\s*)?(?P<from>từ\s+)?(?={_NUMBER})"
)
_AT = re.compile(_NUMBER)
_BETWEEN = re.compile(r"\s*(?:,\s*(?:và\s+|từ\s+)?|;\s*(?:và\s+)?|và\s+|&\s*|\+\s*|cùng(?: với)?\s+|(?P<to>-|đến(?: hết)?\s+|tới\s+))\s*(?:từ\s+)?(?=(?:tiêu chí|tc)?\s*(?:số|thứ)?\s*:?\s*\d)")  # fmt: skip
_BETWEEN_SLASH = re.compile(r"\s*/\s*(?=\d)")
_ASIDE = re.compile(
    r"\s*(?:\((?!\s*(?:chủ trì|phối hợp|chính|phụ))[^()]{0,120}\)|\"[^\"]{0,160}\"|:\s*\"[^\"]{0,160}\")(?=\s*(?:,|;|và|$|-|đến|\d|tiêu))"
)
_EXCEPT = re.compile(rf"\s*[,;(]?\s*(?:trừ|ngoại trừ|không (?:bao )?gồm|không kể|ngoài)\s+(?={_NAME}|\d|số)")
_ORDINAL = re.compile(
    rf"{_NAME}\s+(?:thứ|số)\s+({'|'.join(sorted((re.escape(word) for word in ORDINALS), key=len, reverse=True))})\b(?!\s*\d)"
)


@dataclass(frozen=True)
class Mention:
    """Criteria named together, in folded text from `start` to `end`. `excluded`: "trừ tiêu chí 6"."""

    numbers: tuple[int, ...]
    start: int
    end: int


def mentions(low: str) -> list[Mention]:
    """The mentions in a folded text, in its order; never overlapping."""
    found: list[Mention] = []
    if "tiêu chí" not in low and "tc" not in low:
        return found
    at = 0
    while start := _FIRST.search(low, at):
        made = _mention(low, start)
        found.append(made)
        at = max(made.end, start.start() + 1)
    found.extend(_ordinals(low))
    return sorted(found, key=lambda one: one.start)


def numbers_alone(low: str) -> tuple[int, ...]:
    """The numbers in a table cell under a heading that says they are criteria: "5, 7, 8, 9"; () for anything else."""
    text = low.strip().rstrip(".;")
    found = mentions(text if text.startswith(("tiêu chí", "các tiêu chí", "tc")) else f"tiêu chí {text}")
    if len(found) != 1 or found[0].end < len(text):
        return tuple(no for one in found for no in one.numbers) if text.startswith("tiêu chí") else ()
    return found[0].numbers


def _ordinals(low: str) -> Iterator[Mention]:
    for one in _ORDINAL.finditer(low):
        yield Mention((ORDINALS[one[1]],), one.start(), one.end())


def _mention(low: str, start: re.Match[str]) -> Mention:
    numbers, end = _row(low, start.end())
    left_out = _EXCEPT.match(low, end)
    if left_out:
        excluded, end = _row(low, left_out.end())
        numbers = [no for no in numbers if no not in excluded]
    return Mention(tuple(dict.fromkeys(numbers)), start.start(), end)


def _row(low: str, at: int) -> tuple[list[int], int]:
    """Numbers from `at` on: (numbers, where they end)."""
    numbers: list[int] = []
    ranging = False
    while one := _AT.match(low, at):
        number = int(one[1])
        numbers.extend(_span(numbers, number) if ranging else [number])
        end = one.end()
        if aside := _ASIDE.match(low, end):
            end = aside.end()
        between = _BETWEEN.match(low, end)
        if not between or not _AT.match(low, between.end()):
            return numbers, end if aside is None else one.end()
        ranging, at = between["to"] is not None, between.end()
    return numbers, at


def _span(known: list[int], last: int) -> range:
    first = known[-1] + 1 if known else last
    return range(first, last + 1) if first <= last <= 40 else range(last, last + 1)
