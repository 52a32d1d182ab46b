"""The head of a plan: number, place and date of issue, issuing body, kind of document, title and year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from documents.findings import Read
from documents.grammar.letters import UPPER, fold, proper, tidy
from documents.grammar.lines import Line

LONGEST_HEAD = 40
KINDS_OF_PLACE = ("thị trấn", "đặc khu", "phường", "xã")
_NUMBER = re.compile(
    r"(?:^|\bsố\s*:?\s*)(\d{1,5}[a-z]?(?:\s*/\s*\d{4})?)\s*/\s*(kh\s*-?\s*[a-zđ]+(?:\s*-\s*[a-zđ&]+)*)\s*$"
)
_BLANK_NUMBER = re.compile(r"^(?:số\s*:?)?[\s._…]*/\s*(?:20\d\d\s*/\s*)?kh\s*-")
_PLACE = re.compile(r"^(.{2,60}?)\s*,\s*ngày\s*[\d.…_ ]*\s*tháng")
_TYPES = "kế hoạch|báo cáo|quyết định|tờ trình|thông báo|biên bản|giấy mời|hướng dẫn|chỉ thị|nghị quyết|công văn|chương trình|phương án|đề án|hợp đồng|đơn|quy chế|danh sách|công điện|giấy chứng nhận"
_TYPE = re.compile(rf"^(?:dự thảo\s*)?\(?({_TYPES})\)?\s*$")
_TYPE_AND_TITLE = re.compile(rf"^({_TYPES})\s+(?=\S)")
_AFTER_TITLE = re.compile(
    r"^(?:.{0,700}(?:như sau|sau đây)\s*:?\s*$|căn cứ|theo (?!quyết định)|xét |để |nhằm |ủy ban nhân dân|ubnd|hội đồng nhân dân|kính gửi|thực hiện.{10,700}(?:xây dựng|ban hành|triển khai)(?: và triển khai)? (?:kế hoạch|nội dung)|\(ban hành|\(kèm)"
)
_YEARS = re.compile(r"\bnăm\s+(20\d\d)\b(?!\s*-\s*20)")
_BODY = re.compile(
    rf"(?:đảng ủy\s*[-,]\s*)?(?:hội đồng nhân dân\s*[-,]\s*|hđnd\s*[-,]\s*)?(?:ủy ban nhân dân|ubnd)\s+({'|'.join(KINDS_OF_PLACE)})\s+"
)
_UPPER_BODY = re.compile(r"(?:ủy ban nhân dân|ubnd)\s+(tỉnh|thành phố|tp\.?|huyện|quận|thị xã)\s+")
_NAME_AFTER = re.compile(rf"([{UPPER}][\w'’-]*(?:[ -]+(?:[{UPPER}][\w'’-]*|\d+))*)")


@dataclass(frozen=True)
class Head:
    """What the head says; `last`: index of its last line. `type`: "kế hoạch", or another kind of document."""

    type: str
    title: Read | None
    last: int


def head_of(lines: Sequence[Line]) -> Head:
    """The kind of document and its title."""
    for at, line in enumerate(lines[:LONGEST_HEAD]):
        if found := _TYPE.match(line.low.strip(" .:")):
            return _titled(lines, at, found[1], [])
        if (found := _TYPE_AND_TITLE.match(line.low)) and line.text[: found.end()].isupper():
            return _titled(lines, at, found[1], [Line(line.text[found.end() :], line.place)])
    return Head("", None, 0)


def _titled(lines: Sequence[Line], at: int, kind: str, parts: list[Line]) -> Head:
    end = at + 1
    while end < len(lines) and len(parts) < 6 and _goes_on(parts, lines[end]):
        parts.append(lines[end])
        end += 1
    if not parts:
        return Head(kind, None, at)
    text = tidy(" ".join(part.text for part in parts)).strip('"“”. ')
    return Head(kind, Read(text, parts[0].source), end - 1)


def _goes_on(parts: list[Line], line: Line) -> bool:
    if not parts:
        return not line.low.startswith("căn cứ")
    if line.label or _AFTER_TITLE.match(line.low):
        return False
    return parts[-1].text.isupper() == line.text.isupper() and not (parts[-1].text.endswith((".", ";")))


def number_of(lines: Sequence[Line]) -> tuple[Read | None, Line | None]:
    """(the number "75/KH-UBND", a line where it was left blank)."""
    blank: Line | None = None
    for line in lines[:LONGEST_HEAD]:
        if found := _NUMBER.search(line.low.rstrip(" .")):
            symbol = line.text[found.start(2) : found.end(2)].replace(" ", "").upper()
            return Read(f"{found[1].replace(' ', '')}/{symbol}", line.source), None
        if _BLANK_NUMBER.match(line.low):
            blank = line
    return None, blank


def place_of(lines: Sequence[Line]) -> tuple[Read | None, Line | None]:
    """(the place of issue, the line that has the date of issue)."""
    for line in lines[:LONGEST_HEAD]:
        if found := _PLACE.match(line.low):
            return Read(proper(line.text[found.start(1) : found.end(1)]), line.source), line
    return None, None


def year_of(title: Read | None, body: Sequence[Line]) -> Read | None:
    """The plan's year: the last in its title, else the one in the sentence that opens it."""
    candidates = [Line(title.value, title.source.place)] if title else []
    candidates += [line for line in body[:12] if "như sau" in line.low]
    for line in candidates:
        if found := _YEARS.findall(line.low):
            return Read(found[-1], line.source)
    return None


def issuer_of(lines: Sequence[Line], place: Read | None) -> tuple[Read, Read] | None:
    """(kind, name) of the body that issued it: the lowest in the head, ("xã", "Hoàng Đồng")."""
    for at, line in enumerate(lines[:12]):
        joined = line if _named(line) else Line(f"{line.text} {_next(lines, at)}", line.place)
        if found := _named(joined):
            kind, name = found
            return Read(kind, joined.source), Read(_as_written(name, place, lines), joined.source)
    return None


def _next(lines: Sequence[Line], at: int) -> str:
    """The line below, across the other column where the two columns were written line by line."""
    below = [one.text for one in lines[at + 1 : at + 4] if fold(one.text).startswith(KINDS_OF_PLACE)]
    return below[0] if below else ""


def _named(line: Line) -> tuple[str, str] | None:
    found = _BODY.match(line.low)
    if not found:
        return None
    name = _NAME_AFTER.match(line.text, found.end())
    return (found[1], tidy(name[1])) if name else None


def is_of_superior(lines: Sequence[Line]) -> Line | None:
    """The line of the head that names a district, city or province as the issuer; None for a commune's document."""
    found = [line for line in lines[:8] if _UPPER_BODY.match(line.low)]
    return found[0] if found else None


def superior_of(lines: Sequence[Line]) -> Read | None:
    """The body above the issuer, where the head names both: "UBND huyện Yên Bình". None where it names the issuer alone."""
    issuing = next((at for at, line in enumerate(lines[:12]) if _named(line)), 0)
    for at, line in enumerate(lines[:issuing]):
        below = lines[at + 1].text if at + 1 < issuing and not _UPPER_BODY.match(line.low) else ""
        joined = Line(f"{line.text} {below}".strip(), line.place)
        found = _UPPER_BODY.match(joined.low)
        name = _NAME_AFTER.match(joined.text, found.end()) if found else None
        if found and name:
            kind = "thành phố" if found[1].startswith("tp") else found[1]
            return Read(f"UBND {kind} {_as_written(tidy(name[1]), None, lines)}", line.source)
    return None


def _as_written(name: str, place: Read | None, lines: Sequence[Line]) -> str:
    """Capitals of the head are written as the text writes the name."""
    if name != name.upper():
        return name
    if place and fold(place.value) == fold(name):
        return place.value
    for line in lines:
        at = line.low.find(fold(name))
        if at >= 0 and (text := line.text[at : at + len(name)]) != text.upper():
            return text
    return proper(name)
