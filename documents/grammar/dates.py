"""Dates in a sentence: days, months, quarters, ranges and days that come again each quarter. Over folded text."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

_SEP = r"\s*[/.-]\s*"
_DAY = r"(?:ngày\s+|thứ\s+\w+,?\s+)?"
_MONTH_WORDS = {"giêng": 1, "một": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12}  # fmt: skip
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "1": 1, "2": 2, "3": 3, "4": 4}

_RANGE = re.compile(
    r"(?:từ\s+)?ngày\s+(\d{1,2})(?:\s*(?:[/.]|tháng)\s*(\d{1,2}))?(?:\s*(?:[/.]|năm)\s*(\d{4}))?\s*(?:-|đến(?: hết)?|tới)\s*(?:hết\s+)?(?:ngày\s+)?"
    r"(\d{1,2})\s*(?:[/.]|tháng)\s*(\d{1,2})(?:\s*(?:[/.]|năm)\s*(\d{4}))?(?![\d/])"
    r"|(?:từ\s+(?=\d{1,2}\s*(?:-|đến|tới))|(?:từ\s+)?(?<![\d/.])(?=\d{1,2}[/.]))(\d{1,2})(?:[/.](\d{1,2})(?:[/.](\d{4}))?)?\s*(?:-|đến(?: hết)?|tới)\s*(?:hết\s+)?(?:ngày\s+)?(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?![\d/])"
)
_MONTHS = re.compile(
    r"(?:từ\s+)?tháng\s+(\d{1,2})(?:\s*(?:/|năm)\s*(\d{4}))?\s*(?:-|đến(?: hết)?|tới)\s*(?:hết\s+)?(?:tháng\s+)?(\d{1,2})\s*(?:/|năm)\s*(\d{4})(?![\d/])"
)
_RECURRING = re.compile(
    r"(?:ngày\s+)?(\d{1,2})\s+(?:của\s+)?(?:(tháng cuối)(?: của)?(?: mỗi| các| từng)?\s+quý|(tháng đầu)(?: của)?\s+quý sau|(h[àằ]ng tháng|mỗi tháng|các tháng|cuối mỗi tháng))"
)
_LONG = re.compile(
    rf"(?:{_DAY})(\d{{1,2}})\s+tháng\s+(\d{{1,2}}|{'|'.join(sorted(_MONTH_WORDS, key=len, reverse=True))})(?:\s*,?\s*(?:năm|/)\s*(\d{{4}}))?(?![\d/])"
)
_SHORT = re.compile(rf"(?<![\d/.-]){_DAY}(\d{{1,2}}){_SEP}(\d{{1,2}}){_SEP}(\d{{4}})(?![\d/])")
_TWO_DAYS = re.compile(
    r"ngày\s+(\d{1,2})\s+và\s+(?:ngày\s+)?(\d{1,2})\s*(?:[/.]|tháng)\s*(\d{1,2})\s*(?:[/.]|năm)\s*(\d{4})(?![\d/])"
)
_YEARLESS = re.compile(
    r"(?:ngày|trước|đến|hết|trong|vào|là|và|nhất)\s+(?:ngày\s+)?(\d{1,2})/(\d{1,2})(?![\d/]|\s*(?:số|tiêu chí|chỉ tiêu|trẻ|thôn|xã|đơn vị|trường|%))"
)
_PART_OF = r"(?<!đầu )(?<!giữa )(?<!cuối )(?<!tuần )"
"""The beginning or the end of a month is no day that anybody could be reminded before; it is told as not read."""
_MONTH = re.compile(_PART_OF + r"tháng\s+(\d{1,2})\s*(?:/|năm|-)\s*(\d{4})(?![\d/])")
_QUARTER = re.compile(_PART_OF + r"quý\s+(iv|iii|ii|i|[1-4])\s*(?:/|năm|-)?\s*(\d{4})")


@dataclass(frozen=True)
class DateMention:
    """A date at `start` to `end` of the text; both days included.

    `first` None: it stands there but is no date of the calendar (`impossible`) or cannot be placed (no year known).
    `assumed`: the year is the plan's, the text has none.
    """

    start: int
    end: int
    first: date | None
    last: date | None
    assumed: bool = False
    impossible: bool = False
    recurs: bool = False


def date_mentions(low: str, year: int | None) -> list[DateMention]:
    """The dates in a folded text in its order; `year` is the plan's, for dates that have none."""
    taken = [False] * len(low)
    found: list[DateMention] = []
    for rule, read in _RULES:
        for one in rule.finditer(low):
            if any(taken[one.start() : one.end()]):
                continue
            taken[one.start() : one.end()] = [True] * (one.end() - one.start())
            found.extend(read(one, year))
    return sorted(found, key=lambda one: (one.start, one.first or date.min))


def _made(
    at: re.Match[str], first: tuple[int, int, int | None], last: tuple[int, int, int | None], year: int | None
) -> DateMention:
    assumed = first[2] is None or last[2] is None
    given = (first[2] or last[2] or year, last[2] or first[2] or year)
    if given[0] is None or given[1] is None:
        return DateMention(at.start(), at.end(), None, None, assumed=True)
    try:
        days = date(given[0], first[1], first[0]), date(given[1], last[1], last[0])
    except ValueError:
        return DateMention(at.start(), at.end(), None, None, impossible=True)
    sound = 1990 <= days[0].year and days[1].year <= 2100 and days[0] <= days[1]
    if not sound:
        return DateMention(at.start(), at.end(), None, None, impossible=True)
    return DateMention(at.start(), at.end(), *days, assumed=assumed and last[2] is None)


def _whole(text: str | None) -> int | None:
    return int(text) if text else None


def _range(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    day, month, own, last_day, last_month, last_year = at.groups()[:6] if at[4] else at.groups()[6:]
    last = int(last_day), int(last_month), _whole(last_year)
    yield _made(at, (int(day), int(month or last_month), _whole(own) or last[2]), last, year)


def _months(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    first, own, last, last_year = int(at[1]), _whole(at[2]), int(at[3]), int(at[4])
    yield _made(at, (1, first, own or last_year), (_length(last_year, last), last, last_year), year)


def _long(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    month = int(at[2]) if at[2].isdigit() else _MONTH_WORDS[at[2]]
    day = int(at[1]), month, _whole(at[3])
    yield _made(at, day, day, year)


def _short(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    day = int(at[1]), int(at[2]), int(at[3])
    yield _made(at, day, day, year)


def _two_days(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    """ "ngày 20 và 21/10/2026"."""
    for day in (int(at[1]), int(at[2])):
        on = day, int(at[3]), int(at[4])
        yield _made(at, on, on, year)


def _yearless(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    day = int(at[1]), int(at[2]), None
    yield _made(at, day, day, year)


def _month(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    month, own = int(at[1]), int(at[2])
    yield _made(at, (1, month, own), (_length(own, month), month, own), year)


def _quarter(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    last, own = _ROMAN[at[1]] * 3, int(at[2])
    yield _made(at, (1, last - 2, own), (_length(own, last), last, own), year)


def _recurring(at: re.Match[str], year: int | None) -> Iterator[DateMention]:
    """One mention for each time it comes in the plan's year."""
    if year is None:
        yield DateMention(at.start(), at.end(), None, None, recurs=True)
        return
    months = (3, 6, 9, 12) if at[2] else (4, 7, 10, 13) if at[3] else range(1, 13)
    for month in months:
        day, of_year = min(int(at[1]), _length(year, (month - 1) % 12 + 1)), year + (month > 12)
        if day:
            on = date(of_year, (month - 1) % 12 + 1, day)
            yield DateMention(at.start(), at.end(), on, on, recurs=True)


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1] if 1 <= month <= 12 and 1 <= year <= 9999 else 31


_RULES = (
    (_RECURRING, _recurring), (_TWO_DAYS, _two_days), (_RANGE, _range), (_MONTHS, _months), (_LONG, _long), (_SHORT, _short), (_YEARLESS, _yearless),
    (_MONTH, _month), (_QUARTER, _quarter),
)  # fmt: skip
