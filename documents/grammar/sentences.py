"""All dates of a plan with their meanings, and which of them is the day by which the units report."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from documents.findings import DateFound, Meaning, Read, Source
from documents.grammar.dates import DateMention, date_mentions
from documents.grammar.deadlines import Dated, dated, is_periodic
from documents.grammar.letters import fold, tidy
from documents.grammar.lines import Line
from documents.grammar.tables import Row

_REPORTS = re.compile(r"báo cáo|hồ sơ|kết quả|số liệu|tài liệu")
_UPWARD = re.compile(
    r"(?:ubnd|ủy ban nhân dân)\s+(?:thành phố|tp|huyện|tỉnh|thị xã|quận)|phòng (?:lđ|lao động)|sở (?:lđ|lao động|y tế)|cấp trên|trình\s|(?:phòng|sở) y tế|cấp huyện|cấp tỉnh"
)
_EVERYBODY = re.compile(
    r"các (?:cơ quan|đơn vị|ban|ngành|bộ phận|thôn|tổ dân phố|khối|tổ chức|thành viên)|\d+ (?:thôn|bản|khối|tổ)|được phân công|phụ trách tiêu chí|trưởng (?:các )?(?:thôn|bản|khu|tổ)|đề nghị"
)
_SENDS = re.compile(
    r"gửi|nộp|báo cáo (?:kết quả )?(?:về|cho|bằng văn bản)|về (?:ubnd|ủy ban)|(?:qua|thông qua) "
)
_FINAL = re.compile(
    r"báo cáo kết quả|kết quả (?:thực hiện|tự đánh giá|đánh giá|theo dõi|tự chấm)|báo cáo (?:tổng kết|năm|tổng hợp)|hồ sơ minh chứng|tự đánh giá|tự chấm"
)
_TO = re.compile(
    r"(?:gửi|nộp|báo cáo|về|cho|qua)\s+(?:về\s+|cho\s+|kết quả[^.;]{0,60}?\s+(?:về|cho|gửi)\s+)?((?:ubnd|ủy ban nhân dân|công chức|cán bộ|phòng|bộ phận|văn phòng|hội đồng|thường trực hội đồng|ban chỉ đạo|đồng chí)\b[^.;()]{0,80}?(?:\([^()]{0,80}\))?)(?=\s*(?:,|\.|;|:|trước|chậm|muộn|không|bằng|tổng hợp|trong|theo|để|xong|vào|theo|\bhạn|đến|$))"
)
_RELATIVE = re.compile(
    r"\b(?:sau|trong(?: vòng| thời hạn)?|trước)\s+\d{1,2}\s+(?:ngày|tuần|tháng)(?: làm việc)?\b[^.;,]{0,60}|\b(?:đầu|giữa|cuối|tuần)\s+(?:tháng\s+\d{1,2}|quý\s+[ivx\d]+)(?:\s*(?:/|năm)\s*\d{4})?"
)


LOWEST_SCORE = 4


@dataclass(frozen=True)
class Found:
    """A date in its line. `heading`: the section's title, folded."""

    dated: Dated
    low: str
    source: Source
    wording: str
    heading: str = ""


def dates_in_lines(lines: Sequence[Line], year: int | None) -> list[Found]:
    """The dates outside tables."""
    found: list[Found] = []
    heading = ""
    for line in lines:
        if line.label is not None and line.label.level <= 2 and len(line.text) < 120:
            heading = line.low
        if line.text.isupper():
            heading = line.low
        found.extend(_in(line.text, line, year, heading))
    return found


def dates_in_rows(rows: Sequence[Row], year: int | None) -> list[Found]:
    """The dates in tables, each cell read after its column's heading, the row's duty as context."""
    found: list[Found] = []
    for row in rows:
        context = fold(f"{row.text('duties')} {row.text('criteria')}")
        for at, lines in row.cells.items():
            kind, words = row.headings.get(at, ("", ""))
            for line in lines:
                lead = f"{words}: " if kind == "when" else ""
                found.extend(_in(lead + line.text, line, year, context, len(lead)))
    return found


def _in(text: str, line: Line, year: int | None, heading: str, lead: int = 0) -> Iterator[Found]:
    low = fold(text)
    all_of = dated(low, date_mentions(low, year))
    for one in all_of:
        start = max(one.start, lead)
        source = line.said(max(start - lead, 0), one.mention.end - lead)
        about = _about(low, one, all_of) if not lead else f"{heading} {low}"
        yield Found(one, about, source, tidy(text[start : one.mention.end]), heading)


def _about(low: str, one: Dated, others: Sequence[Dated]) -> str:
    """The part of the sentence that speaks of this date: after the date before it; to the end for the last one."""
    first = max(low.rfind(". ", 0, one.start), low.rfind("; ", 0, one.start), 0)
    stops = [at for mark in (". ", "; ") if (at := low.find(mark, one.mention.end)) >= 0]
    last = min(stops, default=len(low))
    before = [other.mention.end for other in others if first <= other.mention.end <= one.start]
    after = [other for other in others if one.mention.end <= other.start < last]
    return low[max([first, *before]) : one.mention.end if after else last]


def report_of(found: Sequence[Found]) -> Found | None:
    """The deadline by which the units report to the commune: of all deadlines the one whose sentence says so best."""
    due = [one for one in found if one.dated.meaning == "deadline" and one.dated.last_valid_on]
    best = max(due, key=lambda one: (_score(one), one.dated.last_valid_on or date.min), default=None)
    return best if best and _score(best) >= LOWEST_SCORE else None


def _score(one: Found) -> int:
    low, heading = one.low, one.heading
    if not _REPORTS.search(low):
        return 0
    score = 2 * bool(re.search(r"báo cáo", low)) + 2 * bool(_SENDS.search(low)) + 3 * bool(_FINAL.search(low))
    score += 3 * bool(re.search(r"báo cáo", heading)) + 3 * bool(_EVERYBODY.search(low))
    score -= (
        4 * bool(_UPWARD.search(low))
        + 4 * is_periodic(low)
        + 3 * bool(re.search(r"đột xuất|kế hoạch (?:riêng|cụ thể|thực hiện)", low))
    )
    return score


def receiver_of(report: Found) -> Read | None:
    """To whom the reports go, in the plan's words."""
    text = report.source.sentence
    found = _TO.search(fold(text))
    return Read(tidy(text[found.start(1) : found.end(1)]), report.source) if found else None


def as_finding(one: Found, meaning: Meaning | None = None) -> DateFound:
    """The date as a finding."""
    mention: DateMention = one.dated.mention
    return DateFound(
        mention.first,
        mention.last,
        one.wording,
        meaning or one.dated.meaning,
        one.source,
        one.dated.last_valid_on,
    )


def vague_dates(lines: Sequence[Line]) -> Iterator[tuple[str, Source]]:
    """Times that no calendar day can be read from: "sau 05 ngày", "cuối tháng 10"."""
    for line in lines:
        for one in _RELATIVE.finditer(line.low):
            yield tidy(line.text[one.start() : one.end()]), line.said(one.start(), one.end())
