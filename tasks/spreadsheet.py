"""Spreadsheets: an .xlsx or .csv that was handed in becomes rows of texts, and a directory becomes an .xlsx.

What is handed in is not trusted: its size, its unpacked size and its rows are bounded, and no formula is evaluated.
"""

from __future__ import annotations

import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula
from openpyxl.worksheet.worksheet import Worksheet

from db.errors import Refusal
from plans.toml_source import decoded
from tasks.contact_rows import COLUMNS, ROLE, ROLES, UNIT, Problem
from tasks.contacts import csv_rows

LARGEST = 2_000_000
LARGEST_UNPACKED = 20_000_000
MOST_PARTS = 200
MOST_ROWS = 1_000
LAST_LINE = 1_048_576
"""Excel's own; a file that claims more is read to there."""
MOST_COLUMNS = 30
SHEET, LISTS = "Danh bạ", "Danh mục"
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_WIDTHS = (30, 14, 20, 34, 38, 32, 32, 16, 28)

Table = Iterator[tuple[int, Sequence[str]] | Problem]


def read_table(raw: bytes, name: str) -> list[tuple[int, Sequence[str]] | Problem]:
    """The rows of a spreadsheet with their lines, judged by its content, not by its name. Raises Refusal."""
    if len(raw) > LARGEST:
        raise Refusal(f"{name}: tệp lớn quá {LARGEST // 1_000_000} MB, không giống danh bạ.")
    if raw.startswith(_OLD):
        raise Refusal(
            f"{name}: đây là tệp Excel đời cũ (.xls) hoặc có mật khẩu. Hãy lưu lại dạng .xlsx rồi thử lại."
        )
    rows: Table = _xlsx_rows(raw, name) if raw.startswith(_ZIP) else csv_rows(decoded(raw, name))
    found: list[tuple[int, Sequence[str]] | Problem] = []
    for row in rows:
        if isinstance(row, Problem) or any(cell.strip() for cell in row[1]):
            found.append(row)
        if len(found) > MOST_ROWS + 1:
            raise Refusal(f"{name}: nhiều quá {MOST_ROWS} dòng, không giống danh bạ của một xã.")
    return found


def directory_file(rows: Iterable[Sequence[str]], units: Sequence[str]) -> bytes:
    """An .xlsx of the directory: `rows` as in the contacts file, its units and roles to be picked from lists."""
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has no sheet")
    sheet.title = SHEET
    _write_texts(sheet, [COLUMNS, *rows])
    _dress(sheet)
    _offer_lists(book, sheet, {UNIT: list(units), ROLE: list(ROLES)})
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _xlsx_rows(raw: bytes, name: str) -> Table:
    _refuse_bombs(raw, name)
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        for line, cells in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            if line > LAST_LINE:
                break
            yield line, [_text(cell) for cell in cells]
    except Exception:  # a damaged workbook breaks its reader in many ways
        raise Refusal(
            f"{name}: không đọc được bảng tính này. Hãy mở bằng Excel, lưu lại dạng .xlsx rồi thử lại."
        ) from None


def _refuse_bombs(raw: bytes, name: str) -> None:
    """Raises Refusal for an archive that is no workbook, unpacks to too much, or declares entities of its own."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            parts = archive.infolist()
            # Python's reader stops at the declared sizes, so these cannot lie.
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
                raise Refusal(f"{name}: tệp giải nén ra quá lớn, không giống danh bạ.")
            if "xl/workbook.xml" not in archive.namelist():
                raise Refusal(f"{name}: đây không phải bảng tính Excel (.xlsx) hay tệp .csv.")
            # Zero bytes are dropped so that UTF-16 hides nothing.
            if any(b"<!DOCTYPE" in archive.read(part).replace(b"\0", b"") for part in parts):
                raise Refusal(f"{name}: bảng tính có nội dung lạ nên không được nhận.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Refusal(f"{name}: tệp hỏng hoặc có mật khẩu nên không mở được.") from None


def _text(value: object) -> str:
    """A cell as somebody would type it; a formula stays the text it is."""
    if value is None:
        return ""
    if isinstance(value, (ArrayFormula, DataTableFormula)):
        return "="
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return unicodedata.normalize("NFC", str(value))


def _write_texts(sheet: Worksheet, rows: Iterable[Sequence[str]]) -> None:
    for line, row in enumerate(rows, start=1):
        for place, text in enumerate(row, start=1):
            cell = sheet.cell(line, place, text)
            # Whatever it begins with, it is text and never a formula.
            cell.data_type = "s"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
            # So that a number typed over another keeps its first 0.
            cell.number_format = "@"


def _dress(sheet: Worksheet) -> None:
    sheet.freeze_panes = "A2"
    for place, width in enumerate(_WIDTHS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", start_color="DDEFD9")


def _offer_lists(book: Workbook, sheet: Worksheet, lists: Mapping[str, Sequence[str]]) -> None:
    """Let the cells of a column be picked from a list that stands on a second sheet."""
    second = book.create_sheet(LISTS)
    for place, (column, choices) in enumerate(lists.items(), start=1):
        for line, text in enumerate((column, *choices), start=1):
            second.cell(line, place, text).data_type = "s"
        letter, target = get_column_letter(place), get_column_letter(COLUMNS.index(column) + 1)
        source = f"'{LISTS}'!${letter}$2:${letter}${len(choices) + 1}"
        rule = DataValidation("list", formula1=source, allow_blank=True)
        rule.add(f"{target}2:{target}{MOST_ROWS}")
        sheet.add_data_validation(rule)
        second.column_dimensions[letter].width = 34
