"""Official wordings made from a plan's data. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tasks.deadline import parse_date, short_date

DOTS = "…………………………"
_COMMITTEE = re.compile(r"^(UBND|Ủy ban nhân dân|Uỷ ban nhân dân)\s+", re.IGNORECASE)


def place_name(commune: str) -> str:
    """ "UBND xã Hoàng Đồng" -> "xã Hoàng Đồng"."""
    return _COMMITTEE.sub("", commune).strip()


def kind_of_place(commune: str) -> str:
    """ "UBND xã Hoàng Đồng" -> "xã"."""
    return place_name(commune).split(" ")[0].lower()


def full_committee(name: str) -> str:
    """ "UBND thành phố Lạng Sơn" -> "Ủy ban nhân dân thành phố Lạng Sơn"; other bodies stay."""
    return _COMMITTEE.sub("Ủy ban nhân dân ", name)


def document_words(kind: str, number: str, day: date | str, issuer: str = "", subject: str = "") -> str:
    """ "Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ về …"."""
    return f"{kind} số {number}{_of(day, issuer)}{_about(subject)}"


def _of(day: date | str, issuer: str) -> str:
    by = f" của {full_committee(issuer)}" if issuer else ""
    return f" ngày {short_date(parse_date(day))}{by}"


def _about(subject: str) -> str:
    """ "Công tác trẻ em" -> " về công tác trẻ em"; what says itself what was done needs no "về"."""
    if not subject:
        return ""
    link = "" if _SAYS_ITSELF.match(subject) else "về "
    return f" {link}{subject[:1].lower()}{subject[1:]}"


_SAYS_ITSELF = re.compile(r"(?:về|quy định|ban hành|phê duyệt|hướng dẫn|sửa đổi)\s", re.IGNORECASE)
_NAMES_ITSELF = re.compile(
    r"(?:(?:bộ luật|luật|hiến pháp|pháp lệnh)\s|(?:quyết định|kế hoạch|nghị định|thông tư(?: liên tịch)?|nghị quyết|chỉ thị|hướng dẫn|công văn|chương trình(?: hành động)?|thông báo|văn bản(?: hợp nhất| chỉ đạo)?|đề án|tờ trình|báo cáo|kết luận)\s+(?:số|(?=\d)))",
    re.IGNORECASE,
)
_HAS_DAY = re.compile(r"\bngày\s+\d", re.IGNORECASE)
_NUMBER = re.compile(r"\bsố\s+\d+[\w/&-]*", re.IGNORECASE)
_KINDS = {
    "QĐ": "Quyết định",
    "KH": "Kế hoạch",
    "TTr": "Tờ trình",
    "CTr": "Chương trình",
    "KL": "Kết luận",
    "TB": "Thông báo",
    "BC": "Báo cáo",
    "NĐ": "Nghị định",
    "TT": "Thông tư",
    "NQ": "Nghị quyết",
    "CT": "Chỉ thị",
    "HD": "Hướng dẫn",
}


def kind_of_document(number: str, subject: str) -> str:
    """The kind that a number's symbol names, else the first words of its subject, else "Văn bản"."""
    symbol = re.split(r"[-/]", number.partition("/")[2])
    for part in symbol:
        if part in _KINDS:
            return _KINDS[part]
    return "Hướng dẫn" if subject.casefold().startswith("hướng dẫn") else "Văn bản"


def bases(entries: Iterable[dict[str, Any]], more: Sequence[str]) -> list[str]:
    """The lines "Căn cứ …", each ended by ";", the last by "."."""
    named = [*(one.strip().rstrip(";.") for one in more if one.strip()), *(_basis(one) for one in entries)]
    return [f"Căn cứ {one}{'.' if place == len(named) else ';'}" for place, one in enumerate(named, start=1)]


def _basis(one: dict[str, Any]) -> str:
    number, subject = one["number"], one["subject"]
    if number in subject and _NAMES_ITSELF.match(subject):
        return _completed(subject, one)
    if _NAMES_ITSELF.match(number):
        return f"{_completed(number, one)}{_about(subject)}"
    kind = kind_of_document(number, subject)
    return document_words(kind, number, one["issued_on"], one["issuer"], subject)


def _completed(words: str, one: dict[str, Any]) -> str:
    """A document in its own words; day and issuer follow the number where the words do not have them."""
    if _HAS_DAY.search(words):
        return words
    issuer = "" if one["issuer"] in words else one["issuer"]
    found = _NUMBER.search(words)
    place = found.end() if found else len(words)
    return f"{words[:place]}{_of(one['issued_on'], issuer)}{words[place:]}"


_SIGNS = (
    (re.compile(r"\s*≥\s*([\d.,]+\s*%?)"), r", từ \1 trở lên"),
    (re.compile(r"\s+<\s+([\d.,]+\s*%?)"), r", dưới \1"),
    (re.compile(r"\s*→\s*(?=điểm)"), ", "),
    (re.compile(r"\s*→\s*"), ", được "),
)


def in_words(arithmetic: str) -> str:
    """ "96/100 = 96,0 % ≥ 95 % → 50 điểm" -> "96/100 = 96,0 %, từ 95 % trở lên, được 50 điểm"."""
    for sign, words in _SIGNS:
        arithmetic = sign.sub(words, arithmetic)
    return arithmetic


def recipients(first: str, more: Sequence[str], drafting: str) -> list[str]:
    """The list under "Nơi nhận:", its lines ended by ";", the last by "."."""
    last = f"Lưu: VT, {drafting}." if drafting else "Lưu: VT."
    return [*(f"{one.strip().rstrip(';.')};" for one in (first, *more) if one.strip()), last]
