"""The legal bases (căn cứ): the documents a plan rests on, each with number, date, issuer and subject."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.findings import Basis, Source
from documents.grammar.dates import date_mentions
from documents.grammar.letters import UPPER, fold, tidy
from documents.grammar.lines import Line

_KIND = r"(?:quyết định|kế hoạch|hướng dẫn|nghị định|thông tư(?: liên tịch)?|công văn|chỉ thị|nghị quyết|chương trình(?: hành động)?|luật|bộ luật|thông báo|văn bản(?: hợp nhất| chỉ đạo)?|hiến pháp|đề án|tờ trình|báo cáo|kết luận)"
_OPENS = re.compile(
    r"^(?:\W*)(căn cứ(?: vào)?|thực hiện|theo(?:\s+đề nghị của [^;.]{3,80}? tại)?|triển khai(?: thực hiện)?|xét|tiếp tục thực hiện)\s+(?:tinh thần\s+|nội dung\s+)?"
)
_NEXT = re.compile(
    rf"\s*;\s*(?:và\s+)?(?:căn cứ(?: vào)?\s+|theo\s+(?:đề nghị của [^;.]{{3,80}}? tại\s+)?)?|\s*(?:,\s*(?:và\s+)?|\s+và\s+)(?=(?:căn cứ\s+)?{_KIND}\s+số\s)|\.\s+(?=căn cứ)"
)
_CITED = re.compile(rf"^({_KIND})\b(?:\s+số\s*:?)?\s*")
_NUMBER = re.compile(
    r"(\d{1,5}(?:/\d{4})?\s*/\s*[A-ZĐ][A-Za-zĐđ0-9Ưư&]*(?:\s*[-–]\s*[A-ZĐ][A-Za-zĐđ&0-9]*)*)"
)
_ISSUER = re.compile(
    rf"(?:của|do)\s+(?=[{UPPER}])(.+?)(?=\s+(?:về|ban hành|phê duyệt|hướng dẫn|quy định|sửa đổi|triển khai|tổ chức|thực hiện|quy|ngày|năm)\b|[,;.]|$)"
)
_SUBJECT = re.compile(r"(?:về việc|v/v|về|ban hành|phê duyệt|hướng dẫn|quy định)\s+")
_PLAN_FOLLOWS = re.compile(
    r"\s*[,;.]\s*(?:nay\s+)?(?:ủy ban nhân dân|ubnd|hội đồng)\b[^.;]*?\b(?:xây dựng|ban hành|triển khai|phân công|tổ chức)\b.*(?:kế hoạch|như sau).*$"
)


def bases_of(lines: Sequence[Line]) -> list[Basis]:
    """The bases named in the lines between title and first section; each document once."""
    found: dict[str, Basis] = {}
    opened = False
    for line in lines:
        opens = _OPENS.match(line.low)
        if not opens and not (opened and _CITED.match(line.low[line.label.end if line.label else 0 :])):
            continue
        opened = True
        start = opens.end() if opens else (line.label.end if line.label else 0)
        for basis in _named(line, start, strict=opens is not None and not opens[1].startswith("căn")):
            found.setdefault(basis.number or fold(basis.text[:40]), basis)
    return list(found.values())


def _named(line: Line, start: int, *, strict: bool) -> Iterator[Basis]:
    follows = _PLAN_FOLLOWS.search(line.low, start)
    end = follows.start() if follows else len(line.text)
    cuts = [start]
    for one in _NEXT.finditer(line.low, start, end):
        cuts += [one.start(), one.end()]
    cuts.append(end)
    for first, last in zip(cuts[::2], cuts[1::2], strict=True):
        text = tidy(line.text[first:last]).rstrip(" .;,")
        if made := _basis(text, Source(line.place, line.text), strict=strict):
            yield made


def _basis(text: str, source: Source, *, strict: bool) -> Basis | None:
    low = fold(text)
    cited = _CITED.match(low)
    if not cited:
        return None
    number = _NUMBER.match(text, cited.end())
    if strict and not number:
        return None
    after = number.end() if number else cited.end()
    days = [one.first for one in date_mentions(low[after : after + 60], None) if one.first]
    issuer = _ISSUER.search(text, after)
    subject = _SUBJECT.search(low, issuer.end() if issuer else after)
    return Basis(
        text=text,
        kind=text[: cited.end(1)],
        number=re.sub(r"\s+", "", number[1]).replace("–", "-") if number else "",
        issued_on=days[0] if days else None,
        issuer=issuer[1].strip() if issuer else "",
        subject=text[subject.end() :] if subject else "",
        source=source,
    )  # fmt: skip
