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
    by = f" của {full_committee(issuer)}" if issuer else ""
    about = f" về {subject[:1].lower()}{subject[1:]}" if subject else ""
    return f"{kind} số {number} ngày {short_date(parse_date(day))}{by}{about}"


_KINDS = {
    "QĐ": "Quyết định",
    "KH": "Kế hoạch",
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
    kind = kind_of_document(one["number"], one["subject"])
    return document_words(kind, one["number"], one["issued_on"], one["issuer"], one["subject"])


def recipients(first: str, more: Sequence[str], drafting: str) -> list[str]:
    """The list under "Nơi nhận:", its lines ended by ";", the last by "."."""
    last = f"Lưu: VT, {drafting}." if drafting else "Lưu: VT."
    return [*(f"{one.strip().rstrip(';.')};" for one in (first, *more) if one.strip()), last]
