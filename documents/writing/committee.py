"""What the papers of the People's Committee (Ủy ban nhân dân) share: head, addressee, bases, conditions, signature."""

from __future__ import annotations

from documents.writing import layout
from documents.writing.sheet import Sheet

ISSUER = ("ỦY BAN NHÂN DÂN", "{{ don_vi_hoa }}")
DATE = "{{ dia_danh }}, ngày      tháng      năm {{ nam_ky }}"
SUPERIOR = "{{ cap_tren }}"
CAPACITIES = ("{%p for one in ky %}", "{{ one }}", "{%p endfor %}")


def letter(title: str, about: str, to: str) -> Sheet:
    """A công văn as far as its addressee; `about` says what it is about."""
    sheet = Sheet(title)
    sheet.head((), ISSUER, "Số:        /UBND-{{ phong }}", DATE, about)
    _addressed(sheet, to, before=12)
    return sheet


def paper(title: str, symbol: str, kind: str, about: str, to: str = "") -> Sheet:
    """A paper with its kind and title in the middle. `symbol`: of its kind, such as BC; `to`: "" for nobody."""
    sheet = Sheet(title)
    sheet.head((), ISSUER, f"Số:        /{symbol}-UBND", DATE)
    sheet.title(kind, about)
    if to:
        _addressed(sheet, to, before=6)
    return sheet


def annex(sheet: Sheet, number: str, title: str) -> None:
    """The head of an annex (phụ lục)."""
    sheet.centred(f"Phụ lục {number}", layout.ANNEX)
    sheet.centred(title, layout.ABOUT)


def bases(sheet: Sheet) -> None:
    """The legal bases."""
    sheet.each("one in can_cu", "{{ one }}", part=layout.BASIS)


def conditions(sheet: Sheet) -> None:
    """The conditions of recognition with their answers."""
    sheet.each("one in dieu_kien", "- {{ one.ten }}: {{ one.tra_loi }}. {{ one.vi_sao }}")


def sign(sheet: Sheet) -> None:
    """The signature block with the recipients."""
    sheet.signatures(CAPACITIES, "{{ nguoi_ky }}", recipients="noi_nhan")


def _addressed(sheet: Sheet, to: str, before: float) -> None:
    sheet.centred(f"Kính gửi: {to}.", layout.ADDRESSEE, before=before)
    sheet.space()
