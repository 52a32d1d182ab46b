"""The layout of administrative documents as data: Annex I of Decree 30/2020/NĐ-CP. Sizes in points, margins in mm."""

from __future__ import annotations

from dataclasses import dataclass

FONT = "Times New Roman"
PAGE = (210, 297)


@dataclass(frozen=True)
class Margins:
    """The Decree's ranges are 20-25 at top and bottom, 30-35 on the left, 15-20 on the right."""

    top: int = 20
    bottom: int = 20
    left: int = 30
    right: int = 15


@dataclass(frozen=True)
class Part:
    """How one part of a document is set."""

    size: float
    bold: bool = False
    italic: bool = False


MARGINS = Margins()
# The national name in 12 goes with the motto, place and date in 13.
NATION = Part(12, bold=True)
MOTTO = Part(13, bold=True)
PARENT = Part(12)
ISSUER = Part(12, bold=True)
SYMBOL = Part(13)
PLACE_DATE = Part(13, italic=True)
KIND = Part(14, bold=True)
ABOUT = Part(14, bold=True)
LETTER_ABOUT = Part(12)
BASIS = Part(14, italic=True)
BODY = Part(14)
BODY_STRONG = Part(14, bold=True)
ADDRESSEE = Part(14)
CAPACITY = Part(13, bold=True)
SIGNER = Part(13, bold=True)
RECIPIENTS_HEAD = Part(12, bold=True, italic=True)
RECIPIENTS = Part(11)
ANNEX = Part(14, bold=True)
PAGE_NUMBER = Part(13)
TABLE_HEAD = Part(12, bold=True)
TABLE = Part(12)
FIRST_LINE_MM = 12.7
BETWEEN_PT = 6
LINE = 1.15
NATION_WORDS = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO_WORDS = "Độc lập - Tự do - Hạnh phúc"
