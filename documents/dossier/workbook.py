"""`danh-muc.xlsx`: the register and the scores, with real numbers, a frozen head, filters, and no formula ever."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from documents.dossier.entries import Entry
from documents.writing.facts import PlanFacts
from documents.writing.filling import clean
from tasks.scoring import UNCONFIRMED

Cell = str | int | datetime | None
_RISKY = ("=", "+", "-", "@", "\t", "\r")
REGISTER_HEAD = ("TT", "Tên văn bản, tài liệu", "Tệp trong hồ sơ hoặc nơi giữ", "Tiêu chí")
SCORE_HEAD = (
    "Tiêu chí",
    "Tên tiêu chí",
    "Đơn vị theo dõi",
    "Báo cáo",
    "Điểm tối đa",
    "Điểm thấp nhất",
    "Điểm cao nhất",
    "Cách tính",
)


def workbook(entries: Sequence[Entry], facts: PlanFacts) -> bytes:
    """The bytes of the file."""
    book = Workbook()
    book.remove(book.active)
    _sheet(book, "Danh mục", REGISTER_HEAD, _register(entries), (6, 60, 60, 10))
    _sheet(book, "Điểm", SCORE_HEAD, _scores(facts), (10, 45, 40, 20, 14, 14, 14, 80))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _register(entries: Sequence[Entry]) -> Iterable[Sequence[Cell]]:
    for place, one in enumerate(entries, start=1):
        yield place, one.title, one.place, one.criterion_no


def _scores(facts: PlanFacts) -> Iterable[Sequence[Cell]]:
    for one in facts.scores.criteria:
        no, points = one.criterion.no, one.points
        yield (
            no, one.criterion.name, ", ".join(facts.owners(no)), facts.state_of(no), one.score.max_points or UNCONFIRMED,
            points.low if points else UNCONFIRMED, points.high if points else UNCONFIRMED, "\n".join(one.lines),
        )  # fmt: skip


def _sheet(
    book: Any, title: str, head: Sequence[str], rows: Iterable[Sequence[Cell]], widths: Sequence[int]
) -> None:
    sheet = book.create_sheet(title)
    for line, row in enumerate([head, *rows], start=1):
        for place, value in enumerate(row, start=1):
            _put(sheet.cell(line, place), value)
    for place, width in enumerate(widths, start=1):
        top = sheet.cell(1, place)
        top.font, top.fill = Font(bold=True), PatternFill("solid", fgColor="DDEBDD")
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"


def _put(cell: Any, value: Cell) -> None:
    cell.value = clean(value)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if isinstance(value, str):
        # Whatever it begins with, it is text and never a formula; Excel keeps it so even when it is edited.
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_RISKY)
