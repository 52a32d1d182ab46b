"""Spreadsheets that are handed in: an .xlsx or .csv becomes rows of texts.

What is handed in is not trusted: its size, its unpacked size and its rows are bounded, and no formula is evaluated.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from db.errors import Refusal
from plans.toml_source import decoded, read_at_most
from tasks.table_rows import Problem, Row, csv_rows

LARGEST = 2_000_000
LARGEST_UNPACKED = 20_000_000
MOST_PARTS = 200
MOST_MARKS = 300_000
"""How many tags all parts together may have; 1,000 rows of 30 cells have some 120,000."""
MOST_STYLE_MARKS = 40_000
MOST_LETTERS = 2_000_000
"""In all cells together: thousands of cells may share one long text that is packed once."""
MOST_ROWS = 1_000
LAST_LINE = 1_048_576
"""Excel's own; a file that claims more is read to there."""
MOST_COLUMNS = 30
CONTACTS, FIGURES = "danh bạ của một xã", "bảng số liệu của một đơn vị"
"""What a table may be meant as."""
_ZIP, _OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_MACRO = re.compile(r"vbaproject|macrosheets|vbadata", re.IGNORECASE)


def read_table_file(path: Path, meant: str = CONTACTS) -> list[Row]:
    """As `read_table`, from a file; never more of it than is taken. Raises Refusal."""
    return read_table(read_at_most(path, LARGEST + 1), path.name, meant)


def read_table(raw: bytes, name: str, meant: str = CONTACTS) -> list[Row]:
    """The rows of a spreadsheet with their lines, judged by its content, not by its name. Raises Refusal.

    `meant`: what the refusal of one that is too large says that it is not.
    """
    if len(raw) > LARGEST:
        raise Refusal(f"{name}: tệp lớn quá {LARGEST // 1_000_000} MB, không giống {meant}.")
    if raw.startswith(_OLD):
        raise Refusal(
            f"{name}: đây là tệp Excel đời cũ (.xls) hoặc có mật khẩu. Hãy lưu lại dạng .xlsx rồi thử lại."
        )
    rows: Iterator[Row] = _xlsx_rows(raw, name) if raw.startswith(_ZIP) else csv_rows(decoded(raw, name))
    found: list[Row] = []
    for row in rows:
        if isinstance(row, Problem) or any(cell.strip() for cell in row[1]):
            found.append(row)
        if len(found) > MOST_ROWS + 1:
            raise Refusal(f"{name}: nhiều quá {MOST_ROWS} dòng, không giống {meant}.")
    return found


def _xlsx_rows(raw: bytes, name: str) -> Iterator[Row]:
    _refuse_bombs(raw, name)
    left = MOST_LETTERS
    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=False, keep_links=False)
        for line, cells in enumerate(book.worksheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
            if line > LAST_LINE:
                break
            if cells.count(None) == len(cells):
                continue  # a file may claim a million of them
            left -= sum(len(cell) for cell in cells if isinstance(cell, str))
            if left < 0:
                raise Refusal(
                    f"{name}: bảng tính có quá nhiều chữ. Hãy chép riêng bảng cần nhập sang tệp mới rồi thử lại."
                )
            yield line, [_text(cell) for cell in cells]
    except Refusal:
        raise
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
                raise Refusal(f"{name}: tệp giải nén ra quá lớn nên không được mở.")
            if "xl/workbook.xml" not in archive.namelist():
                raise Refusal(f"{name}: đây không phải bảng tính Excel (.xlsx) hay tệp .csv.")
            if any(_MACRO.search(part.filename) for part in parts):
                raise Refusal(
                    f"{name}: bảng tính có macro nên không được mở. Hãy lưu lại dạng .xlsx rồi thử lại."
                )
            _refuse_markup(archive, parts, name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Refusal(f"{name}: tệp hỏng hoặc có mật khẩu nên không mở được.") from None


def _refuse_markup(archive: zipfile.ZipFile, parts: Sequence[zipfile.ZipInfo], name: str) -> None:
    """Raises Refusal when the parts declare entities, or hold more marks than a table of people needs.

    A mark costs its reader some 300 bytes and 3 to 15 microseconds, however well it was packed.
    """
    left = {True: MOST_STYLE_MARKS, False: MOST_MARKS}
    for part in parts:
        # Zero bytes are dropped so that UTF-16 hides nothing.
        content = archive.read(part).replace(b"\0", b"")
        if b"<!DOCTYPE" in content:
            raise Refusal(f"{name}: bảng tính có nội dung lạ nên không được nhận.")
        styles = part.filename.lower().endswith("styles.xml")
        left[styles] -= content.count(b"<")
    if min(left.values()) < 0:
        raise Refusal(
            f"{name}: bảng tính có quá nhiều ô hoặc kiểu trang trí. Hãy chép riêng bảng cần nhập sang tệp mới rồi thử lại."
        )


def _text(value: object) -> str:
    """A cell as somebody would type it; a formula stays the text it is."""
    if value is None:
        return ""
    if isinstance(value, (ArrayFormula, DataTableFormula)):
        return "="
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float):
        return _decimal(value)
    return unicodedata.normalize("NFC", str(value))


def _decimal(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    text = f"{value:.15g}"
    # With a nought more, 1.234 cannot be taken for more than a thousand.
    return f"{text}0" if re.fullmatch(r"-?\d{1,3}\.\d{3}", text) else text
