"""The directory as an .xlsx that can be mended and brought in again: the columns of the contacts file, all texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from tasks.contact_rows import COLUMNS, ROLE, ROLES, UNIT
from tasks.sheets import TEXT, Column, Sheet, put, saved, workbook

SHEET, LISTS = "Danh bạ", "Danh mục"
LAST_OFFERED = 1_000
_WIDTHS = (30, 14, 20, 34, 38, 32, 32, 16, 28)


def directory_file(rows: Iterable[Sequence[str]], units: Sequence[str]) -> bytes:
    """`rows` as in the contacts file; `units`: names that can be picked, as can the roles."""
    # As texts, so that a number typed over another keeps its first 0.
    columns = [Column(title, width, TEXT) for title, width in zip(COLUMNS, _WIDTHS, strict=True)]
    book = workbook(Sheet(SHEET, columns, list(rows)))
    _offer_lists(book, {UNIT: units, ROLE: list(ROLES)})
    return saved(book)


def _offer_lists(book: Workbook, lists: Mapping[str, Sequence[str]]) -> None:
    """Let the cells of a column be picked from a list that stands on a second sheet."""
    first, second = book.worksheets[0], book.create_sheet(LISTS)
    for place, (column, choices) in enumerate(lists.items(), start=1):
        for line, text in enumerate((column, *choices), start=1):
            put(second.cell(line, place), text)
        letter, target = get_column_letter(place), get_column_letter(COLUMNS.index(column) + 1)
        source = f"'{LISTS}'!${letter}$2:${letter}${len(choices) + 1}"
        rule = DataValidation("list", formula1=source, allow_blank=True)
        rule.add(f"{target}2:{target}{LAST_OFFERED}")
        first.add_data_validation(rule)
        second.column_dimensions[letter].width = 34
