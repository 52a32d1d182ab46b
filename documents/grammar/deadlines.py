"""What a date means: its wording tells a deadline, a start or a period, and which day is the last in time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from documents.findings import Meaning
from documents.grammar.dates import DateMention
from tasks.deadline import before

_HOUR = (
    r"(?:\d{1,2}\s*(?:giờ|h|g|:)\s*(?:\d{1,2})?\s*(?:phút)?\s*,?\s*(?:sáng|chiều)?\s*,?\s*(?:thứ \w+,?\s*)?)"
)
_BEFORE = re.compile(
    rf"(?:(?:xong|hoàn thành|hoàn tất|kết thúc|nộp|gửi|chậm nhất(?: là)?|thời hạn(?: là)?|thời gian(?: là)?)\s*)?\btrước\s*:?\s*(?P<hour>{_HOUR})?(?:ngày\s*)?$"
)
_BY = re.compile(
    rf"(?:(?:(?:muộn|chậm|trễ) nhất|không (?:muộn|chậm|trễ|quá|được quá) (?:hơn|quá)?|không quá|(?:cho )?đến hết|\bhết|hạn (?:cuối|chót)(?: cùng)?|thời hạn(?: \w+){{0,3}}|\bhạn(?: nộp| gửi| báo cáo| hoàn thành)?"
    rf"|\bhạn (?:cuối|chót|nộp|gửi)\b[^.;]{{0,90}}(?::|\blà)|thời (?:hạn|gian) (?:gửi|nộp|báo cáo)[^.;]{{0,90}}(?::|\blà)|xong|hoàn thành|hoàn tất|kết thúc|\bđến)(?:\s+(?:là|vào|trong|cho|đến|hết|chậm nhất|:|-))*)\s*:?\s*(?P<hour>{_HOUR})?(?:ngày\s*|vào\s*)*$"
)
_START = re.compile(r"(?:bắt đầu|kể từ|có hiệu lực(?: từ)?|\btừ)\s*(?:ngày|tháng)?\s*$")
_CITED = re.compile(
    r"(?:\d{1,5}(?:/\d{4})?\s*/\s*[a-zđ][\w&-]*|luật [^.;]{0,80}|nghị quyết [^.;]{0,60}|hiến pháp[^.;]{0,30}|(?<!bằng )văn bản[^.;]{0,40}|công văn[^.;]{0,40})\s*,?\s*(?:ban hành\s+|được [^.;]{0,60}?thông qua\s+)?(?:ngày\s*)?$"
)
_LEADING = re.compile(r"(?:(?!tháng|quý)[^\d])*")
_JOINED = re.compile(r"^\s*(?:và|,|;|hoặc)\s*(?:trước\s*)?(?:ngày\s*)?$")
_PERIODIC = re.compile(
    r"định kỳ|h[àằ]ng (?:tháng|quý)|6 tháng|sáu tháng|(?<!tháng cuối )(?<!tháng đầu )\bquý\b(?! trẻ)|sơ kết"
)


@dataclass(frozen=True)
class Dated:
    """A date with its meaning; `start` of its wording."""

    mention: DateMention
    start: int
    meaning: Meaning
    last_valid_on: date | None


def dated(low: str, found: list[DateMention]) -> list[Dated]:
    """The dates of a folded sentence, each with its meaning."""
    made: list[Dated] = []
    for one in found:
        lead = made[-1] if made else None
        if lead and _JOINED.fullmatch(low[lead.mention.end : one.start]) and lead.last_valid_on and one.first:
            made.append(
                Dated(one, one.start, lead.meaning, _last_valid(one, lead.last_valid_on != lead.mention.last))
            )
        else:
            made.append(_one(low, one))
    return made


def _one(low: str, one: DateMention) -> Dated:
    # The rules take words such as "ngày" and "trước" into the date itself; they belong to its wording.
    inner = "" if one.recurs else _LEADING.match(low, one.start)[0]  # type: ignore[index]
    lead = low[max(one.start - 130, 0) : one.start] + inner
    if found := _BEFORE.search(lead):
        return _deadline(one, _begin(one, found), excluded=not found["hour"])
    if _CITED.search(lead):
        return Dated(one, one.start, "basis", None)
    if found := _BY.search(lead):
        return _deadline(one, _begin(one, found), excluded=False)
    return _without_deadline(one, lead)


def _without_deadline(one: DateMention, lead: str) -> Dated:
    if one.recurs:
        return Dated(one, one.start, "periodic_report", one.last)
    if one.first != one.last:
        return Dated(one, one.start, "period", None)
    found = _START.search(lead)
    return Dated(one, _begin(one, found) if found else one.start, "start" if found else "other", None)


def _begin(one: DateMention, found: re.Match[str]) -> int:
    return max(one.start - 130, 0) + found.start()


def _deadline(one: DateMention, start: int, *, excluded: bool) -> Dated:
    return Dated(one, start, "periodic_report" if one.recurs else "deadline", _last_valid(one, excluded))


def _last_valid(one: DateMention, excluded: bool) -> date | None:
    """ "trước ngày 10" leaves the 10th out; "trước tháng 11" ends with October; "xong trong quý III" with September."""
    if one.first is None or one.last is None:
        return None
    return before(one.first) if excluded else one.last


def is_periodic(low: str) -> bool:
    """Whether a folded sentence speaks of reports that come again."""
    return _PERIODIC.search(low) is not None
