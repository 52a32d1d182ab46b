"""Owners in the ruled table of a PDF are read where every word surely has its cell; where not, the table is told."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from docx import Document
from docx.shared import Cm, Pt
from plan_documents import CUT, FOLDER
from ruled_plan_documents import HEADINGS, ROWS
from test_documents_wordings import NAMES

from documents.findings import FLAT_TABLE, PlanFindings
from documents.grammar.cells import settled
from documents.grammar.tables import BROKEN_CELL
from documents.reading import read_plan_document
from documents.sources.blocks import Block, Place
from documents.sources.drawn import Drawn
from documents.sources.portable import pdf_blocks
from documents.sources.portable_tables import put_together
from documents.sources.ruled import Rule, grids_of

LEAD = {
    "Công chức Văn hóa - Xã hội": [1, 6, 12, 13], "Công chức Tư pháp - Hộ tịch": [2], "Công an xã": [3, 4],
    "Trạm Y tế xã": [5, 7, 8, 9], "Trường Mầm non Hoa Phượng": [10], "Đoàn TNCS Hồ Chí Minh xã": [11],
}  # fmt: skip
ONE = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def read(path: Path) -> PlanFindings:
    return read_plan_document(pdf_blocks(path.read_bytes()), NAMES)


def leads(found: PlanFindings) -> dict[str, list[int]]:
    owned = {unit.name: [one.no for one in unit.owns if one.role == "lead"] for unit in found.units}
    return {name: numbers for name, numbers in owned.items() if numbers}


@pytest.mark.parametrize("name", ["son-tra-thuong", "ban-khoang"])
def test_every_owner_of_a_table_broken_over_lines_is_read_with_its_cell(name: str) -> None:
    found = read(FOLDER / f"{name}.pdf")
    assert leads(found) == LEAD
    assert (found.unread, found.doubts) == ([], [])
    owns = {one.no: one.source for unit in found.units for one in unit.owns if one.role == "lead"}
    assert all((owns[no].place.row, owns[no].place.cell) == (no + 1, 3) for no in range(1, 14))


def test_who_helps_is_read_from_the_column_of_its_own() -> None:
    found = read(FOLDER / "son-tra-thuong.pdf")
    helps = {unit.name: [one.no for one in unit.owns if one.role == "coop"] for unit in found.units}
    assert helps["Trạm Y tế xã"] == [2] and helps["Công an xã"] == [2]
    assert helps["Hội Liên hiệp Phụ nữ xã"] == [3, 6, 8, 13]


def test_a_table_that_the_page_s_end_cuts_within_a_row_is_told_and_gives_nobody_anything() -> None:
    found = read(CUT)
    assert found.units == []
    assert [one.what for one in found.unread] == [FLAT_TABLE]
    assert {one.code for one in found.doubts} == {"owner_unread"}


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (["Công chức Văn hóa", "- Xã hội"], ["Công chức Văn hóa - Xã hội"]),
        (["Công an xã, Trạm", "Y tế xã"], ["Công an xã, Trạm Y tế xã"]),
        (["Công an xã,", "Trạm Y tế xã"], ["Công an xã, Trạm Y tế xã"]),
        (["Hội Liên hiệp", "Phụ nữ xã"], ["Hội Liên hiệp Phụ nữ xã"]),
        (["- Công an xã", "- Trạm Y tế xã"], ["- Công an xã", "- Trạm Y tế xã"]),
        (["Trường Mầm non Hoa|", "Phượng"], ["Trường Mầm non Hoa Phượng"]),
        (["Công an xã.", "Trạm Y tế xã"], ["Công an xã", "Trạm Y tế xã"]),
    ],
)
def test_lines_of_a_cell_go_together_where_that_is_sure(lines: list[str], wanted: list[str]) -> None:
    made = cell_of(lines)
    assert [one.text.rstrip(".") for one in made] == wanted
    assert not any(one.wraps for one in made)


@pytest.mark.parametrize(
    "lines",
    [
        ["Công an xã", "Trạm Y tế xã"],
        ["Trường Mầm non Hoa", "Phượng"],
        ["Trạm Y tế xã|", "Bưu điện xã"],
        ["Công an xã", "chủ trì việc này"],
    ],
)
def test_a_cell_whose_lines_may_be_one_unit_or_two_gives_nobody_anything(lines: list[str]) -> None:
    made = cell_of(lines)
    assert [one.text for one in made] == [one.rstrip("|") for one in lines]
    assert all(one.wraps for one in made)
    found = read_plan_document([*head(), *table_of(lines)], NAMES)
    assert leads(found) == {}
    told = [one for one in found.unread if one.what == BROKEN_CELL]
    assert [one.criteria for one in told] == [(3,)]
    assert [one.code for one in found.doubts if "tiêu chí 3;" in one.text] == ["owner_unread"]


def test_a_table_without_headings_is_lines_as_before() -> None:
    place = Place(page=1, table=1, row=1, cell=1)
    made = settled([Block("Một dòng", place), Block("Công an xã", Place(page=1, table=1, row=1, cell=2))])
    assert [(one.place.table, one.wraps) for one in made] == [(None, True), (None, True)]


def test_lines_make_a_table_only_where_every_cell_is_closed() -> None:
    level = [Rule(y, 0, 90) for y in (0, 20, 40)]
    upright = [Rule(x, 0, 40) for x in (0, 30, 90)]
    (grid,) = grids_of(level, upright)
    assert (grid.cell_at(10, 30), grid.cell_at(40, 10), grid.cell_at(95, 10)) == (
        (0, 0, 0, 0),
        (1, 1, 1, 1),
        None,
    )
    (merged,) = grids_of([Rule(0, 0, 90), Rule(20, 30, 90), Rule(40, 0, 90)], upright)
    assert merged.cell_at(10, 30) == merged.cell_at(10, 10) == (0, 0, 1, 0)
    assert grids_of(level[1:], upright) == [], "the rows go on below the last line"
    assert grids_of(level, [*upright[:2], Rule(90, 0, 20)]) == [], "not closed at the right"
    assert grids_of(level, [*upright[:1], Rule(30, 0, 12), *upright[2:]]) == []
    assert grids_of([Rule(no, 0, 9) for no in range(0, 9999, 2)], upright) == []


def test_what_makes_no_sense_in_a_page_never_stops_its_reading() -> None:
    drawn = Drawn()
    for name, given in ((b"re", ["a", 1]), (b"l", []), (b"m", [None, None])):
        drawn.operator(name, given, ONE, ONE)
    assert drawn.crooked
    turned = Drawn()
    turned.operator(b"Tj", ["x"], ONE, (0.0, 1.0, -1.0, 0.0, 5.0, 5.0))
    wide = Drawn()
    wide.operator(b"TJ", [["x", -4000, "y"]], ONE, ONE)
    assert turned.crooked and wide.crooked


def part(rows: Sequence[Sequence[str]], columns: Sequence[float] = (0, 9, 50, 90)) -> dict[str, object]:
    cells = [
        [at, column, at, [[text, 0]]]
        for at, row in enumerate(rows) for column, text in enumerate(row) if text
    ]  # fmt: skip
    return {"flat": "\n".join(map(" ".join, rows)), "columns": columns, "rows": len(rows), "cells": cells}


TOP = part([("TT", "Tiêu chí", "Đơn vị"), ("1", "Tiêu chí 1", "A"), ("2", "Tiêu chí 2", "B")])
LONG = "Một đoạn văn đủ dài để không phải là chân trang hay đầu trang của văn bản này, vì có nhiều chữ."


def kinds(*pages: list[object]) -> list[list[str]]:
    made = put_together([{"items": items, "ruled": True} for items in pages])
    return [["lines" if isinstance(one, str) else f"from {one.first}" for one in items] for items in made]


def test_a_table_goes_on_over_a_page_only_where_its_rows_are_counted_on() -> None:
    assert kinds([TOP, "1"], [part([("3", "Tiêu chí 3", "C")]), LONG]) == [
        ["from 0", "lines"],
        ["from 3", "lines"],
    ]
    again = part([("TT", "Tiêu chí", "Đơn vị"), ("3", "Tiêu chí 3", "C")])
    assert kinds([TOP], [again]) == [["from 0"], ["from 3"]]
    for rest in (("", "tiếp của tiêu chí 2", "B"), ("4", "Tiêu chí 4", "C"), ("3", "Tiêu chí 3", "")):
        assert kinds([TOP], [part([rest])]) == [["lines"], ["lines"]], rest


def test_a_table_with_other_lines_after_it_that_nobody_can_follow_is_lines() -> None:
    other = part([("a", "b", "c"), ("d", "e", "f")], columns=(0, 20, 50, 90))
    assert kinds([TOP, "chân trang"], [other]) == [["lines", "lines"], ["from 0"]]
    assert kinds([TOP, "chân trang"], ["tiếp của hàng"]) == [["lines", "lines"], ["lines"]]
    assert kinds([TOP, LONG], ["chữ ký"]) == [["from 0", "lines"], ["lines"]]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs libreoffice-writer-nogui")
@pytest.mark.parametrize("width", [3.2, 4.5, 6.0])
@pytest.mark.parametrize("face", ["Times New Roman", "Arial"])
def test_whatever_the_face_and_the_width_nobody_is_given_a_wrong_criterion(
    tmp_path: Path, width: float, face: str
) -> None:
    document = Document()
    document.styles["Normal"].font.name, document.styles["Normal"].font.size = face, Pt(12)
    for one in head():
        document.add_paragraph(one.text)
    table = document.add_table(1, 4)
    table.style, table.autofit = "Table Grid", False
    for at, row in enumerate([HEADINGS, *((str(no), *row) for no, row in enumerate(ROWS, 1))]):
        cells = (table.rows[0] if at == 0 else table.add_row()).cells
        for cell, text, wide in zip(cells, row, (1.2, 5.0, width, width), strict=True):
            # Half of the units that stand together have a paragraph of their own, without any mark between them.
            cell.text, cell.width = text.replace("; ", "\n"), Cm(wide)
    document.save(str(tmp_path / "thu.docx"))
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", str(tmp_path), str(tmp_path / "thu.docx")],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    found = read(tmp_path / "thu.pdf")
    true = {(lead, no, "lead") for no, (_, lead, _) in enumerate(ROWS, 1)}
    true |= {
        (one, no, "coop")
        for no, (_, _, helpers) in enumerate(ROWS, 1)
        for one in helpers.replace(";", ",").split(", ")
    }
    said = {(unit.name, one.no, one.role) for unit in found.units for one in unit.owns}
    assert said <= true
    hidden = {no for one in found.unread for no in (one.criteria or range(1, 14))}
    assert {no for _, no, _ in true - said} <= hidden


def head() -> list[Block]:
    texts = (
        "ỦY BAN NHÂN DÂN", "XÃ MẪU", "Số: 9/KH-UBND", "Mẫu, ngày 06 tháng 5 năm 2024", "KẾ HOẠCH",
        "Thực hiện tiêu chuẩn xã phù hợp với trẻ em năm 2024", "I. PHÂN CÔNG", "Phân công như sau:",
    )  # fmt: skip
    return [Block(text, Place(page=1, line=no), wraps=True) for no, text in enumerate(texts, 1)]


def table_of(lines: Sequence[str]) -> list[Block]:
    """A table with one row, in whose cell of units the lines stand; «|» ends a line that had no room left."""
    at = Place(page=1, table=1, row=2, cell=3)
    top = [Block(text, Place(page=1, table=1, row=1, cell=no)) for no, text in enumerate(HEADINGS, 1)]
    row = [
        Block(text, Place(page=1, table=1, row=2, cell=no))
        for no, text in enumerate(("3", "Tiêu chí 3: Trẻ em bị xâm hại"), 1)
    ]
    ends = [Block(one.rstrip("|"), at, wraps=not one.endswith("."), full=one.endswith("|")) for one in lines]
    return [*top, *row, *ends]


def cell_of(lines: Sequence[str]) -> list[Block]:
    return [one for one in settled(table_of(lines)) if one.place.cell == 3 and one.place.row == 2]
