"""Spreadsheets that are handed out: each value becomes a cell of its own type, and no text becomes a formula. Pure."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | date | datetime | None
"""None is an empty cell; a datetime is naive and local, see `local`."""
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DATE, DATE_TIME, WHOLE, NUMBER, PERCENT, TEXT = (
    "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "#,##0", "#,##0.######", "0.0#####%", "@",
)  # fmt: skip
_RISKY = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
# What XML cannot carry; a pasted text may hold it.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_HEAD = PatternFill("solid", start_color="DDEFD9")


@dataclass(frozen=True)
class Column:
    """A heading. `width` in characters; `form`: how Excel shows the cells, "" for what suits each value's type."""

    title: str
    width: int
    form: str = ""


@dataclass(frozen=True)
class Sheet:
    """One sheet. `rows` can be filtered and sorted; `closing` rows, such as a total, stand below and stay there."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    closing: Sequence[Sequence[Value]] = ()


def spreadsheet(*sheets: Sheet) -> bytes:
    """The .xlsx file."""
    return saved(workbook(*sheets))


def workbook(*sheets: Sheet) -> Workbook:
    """The sheets as openpyxl's workbook, for those that add to it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for one in sheets:
        _fill(book.create_sheet(one.title), one)
    return book


def saved(book: Workbook) -> bytes:
    """The file's bytes."""
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def local(instant: datetime | None, time_zone: str) -> datetime | None:
    """An aware instant as the clock on the wall showed it: spreadsheets know no zones."""
    return None if instant is None else instant.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


def clean(text: str) -> str:
    """A text composed (NFC) and free of what XML forbids."""
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", text))


def put(cell: Any, value: Value, form: str = "") -> None:
    """Write a value into a cell."""
    text = isinstance(value, str)
    cell.value = clean(value) if isinstance(value, str) else value
    cell.alignment = Alignment(vertical="top", wrap_text=text)
    cell.number_format = form or _form(value)
    if text:
        # Whatever it begins with, it is text and never a formula; Excel keeps it so even when it is edited.
        cell.data_type = "s"
        cell.quotePrefix = cell.value.startswith(_RISKY)


def _form(value: Value) -> str:
    match value:
        case datetime():
            return DATE_TIME
        case date():
            return DATE
        case int():
            return WHOLE
        case float():
            return NUMBER
        case _:
            return "General"


def _fill(sheet: Worksheet, made: Sheet) -> None:
    _head(sheet, made.columns)
    for line, row in enumerate((*made.rows, *made.closing), start=2):
        for place, (value, column) in enumerate(zip(row, made.columns, strict=True), start=1):
            put(sheet.cell(line, place), value, column.form)
    last = len(made.rows) + 1
    for line in range(last + 1, last + 1 + len(made.closing)):
        for cell in sheet[line]:
            cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(made.columns))}{last}"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    # As wide as one page, as long as it takes.
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0


def _head(sheet: Worksheet, columns: Sequence[Column]) -> None:
    for place, column in enumerate(columns, start=1):
        top = sheet.cell(1, place)
        put(top, column.title)
        top.font, top.fill = Font(bold=True), _HEAD
        sheet.column_dimensions[get_column_letter(place)].width = column.width
