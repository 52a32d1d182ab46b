"""A spreadsheet's cells keep the type of what is put in them, and no text that people typed ever becomes a formula."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tasks.sheets import DATE, DATE_TIME, PERCENT, TEXT, Column, Sheet, local, spreadsheet

RISKY = (
    "=1+1",
    "+84912345678",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=HYPERLINK("http://x.example")',
    "＝1+1",
)


def parts(raw: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def one_cell(value: object) -> tuple[str, str]:
    """The XML of a sheet with one value, and of the styles."""
    made = parts(spreadsheet(Sheet("Thử", [Column("Cột", 20)], [(value,)])))  # type: ignore[list-item]
    return made["xl/worksheets/sheet1.xml"], made["xl/styles.xml"]


def test_dates_instants_numbers_and_texts_are_cells_of_their_own_type_and_form() -> None:
    at = local(datetime(2024, 11, 9, 18, 30, tzinfo=UTC), "Asia/Ho_Chi_Minh")
    row = (date(2024, 11, 9), at, 7, 97.5, 0.955, "Trạm Y tế", "0912", None)
    columns = [Column(f"c{place}", 10, {4: PERCENT, 6: TEXT}.get(place, "")) for place in range(8)]
    sheet = load_workbook(io.BytesIO(spreadsheet(Sheet("Thử", columns, [row]))))["Thử"]
    cells = list(sheet[2])
    assert [cell.value for cell in cells] == [
        datetime(2024, 11, 9), datetime(2024, 11, 10, 1, 30), 7, 97.5, 0.955, "Trạm Y tế", "0912", None,  # noqa: DTZ001
    ]  # fmt: skip
    assert [cell.data_type for cell in cells] == ["d", "d", "n", "n", "n", "s", "s", "n"]
    forms = [cell.number_format for cell in cells]
    assert (forms[0], forms[1], forms[4], forms[6]) == (DATE, DATE_TIME, PERCENT, TEXT)


@pytest.mark.parametrize("text", RISKY)
def test_a_text_that_looks_like_a_formula_is_written_as_text_and_stays_text_when_it_is_edited(
    text: str,
) -> None:
    sheet, styles = one_cell(text)
    assert "<f" not in sheet
    assert re.search(r'<c r="A2"[^>]* t="(inlineStr|s)"', sheet)
    assert 'quotePrefix="1"' in styles


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_comes_back_as_the_same_text_and_never_as_a_formula(text: str) -> None:
    sheet, _ = one_cell(text)
    assert "<f" not in sheet
    raw = spreadsheet(Sheet("Thử", [Column("Cột", 20)], [(f"x{text}",)]))
    back = load_workbook(io.BytesIO(raw))["Thử"]["A2"]
    assert back.data_type == "s"
    assert str(back.value).startswith("x")


def test_a_text_that_xml_cannot_carry_does_not_spoil_the_file() -> None:
    sheet, _ = one_cell("a\x00b\x0bc\ud800d\uffffe")
    assert "abcde" in sheet


def test_the_head_is_frozen_and_bold_and_a_closing_row_is_neither_filtered_nor_sorted() -> None:
    made = Sheet("Thử", [Column("Tên", 20), Column("Số", 8)], [("a", 1), ("b", 2)], closing=[("Tổng", 3)])
    sheet = load_workbook(io.BytesIO(spreadsheet(made)))["Thử"]
    assert (sheet.freeze_panes, sheet.auto_filter.ref, sheet.print_title_rows) == ("A2", "A1:B3", "$1:$1")
    assert (sheet["A1"].font.bold, sheet["A2"].font.bold, sheet["A4"].font.bold) == (True, False, True)
    assert [sheet.column_dimensions[letter].width for letter in "AB"] == [20, 8]
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_an_instant_that_still_has_a_zone_is_not_written_as_another_hour() -> None:
    with pytest.raises(TypeError):
        one_cell(datetime(2024, 11, 9, tzinfo=UTC))
