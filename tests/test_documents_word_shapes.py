"""What only a Word file has: tables with a column of roles, text boxes, an appendix behind the signature."""

from __future__ import annotations

import io

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from test_documents_reading import HEAD, owners
from test_documents_wordings import NAMES

from documents.findings import PlanFindings
from documents.reading import read_plan_document
from documents.sources import read_blocks


def word(*rows: tuple[str, ...]) -> PlanFindings:
    """What is found in a Word file with an ordinary head and a table."""
    document = Document()
    for line in [*HEAD.splitlines(), "I. PHÂN CÔNG"]:
        document.add_paragraph(line)
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    return _read(document)


def _read(document: object) -> PlanFindings:
    held = io.BytesIO()
    document.save(held)  # type: ignore[attr-defined]
    return read_plan_document(read_blocks(held.getvalue(), "ke-hoach.docx"), NAMES)


def test_a_column_that_says_the_role_is_believed() -> None:
    found = word(
        ("Đơn vị", "Tiêu chí", "Vai trò"),
        ("Trạm Y tế", "Tiêu chí 8, 9", "Chủ trì"),
        ("Hội Phụ nữ", "Tiêu chí 8", "Phối hợp"),
    )
    assert owners(found) == {"Trạm Y tế": {8: "lead", 9: "lead"}, "Hội Phụ nữ": {8: "coop"}}


def test_half_a_name_and_the_number_of_the_row_are_a_criterion_but_neither_alone() -> None:
    found = word(
        ("TT", "Tiêu chí", "Đơn vị chủ trì"),
        ("8", "Trẻ em dưới 5 tuổi suy dinh dưỡng", "Trạm Y tế"),
        ("3", "Trẻ em dưới 5 tuổi suy dinh dưỡng", "Công an xã"),
        ("4", "Một việc khác", "Hội Phụ nữ"),
    )
    assert owners(found) == {"Trạm Y tế": {8: "lead"}}
    assert sum("chưa rõ tiêu chí số mấy" in one.what for one in found.unread) == 2


def test_a_cell_that_gives_each_of_its_units_a_criterion_is_read_unit_by_unit() -> None:
    found = word(
        ("Nội dung tiêu chí", "Người phụ trách", "Phối hợp"),
        (
            "Tham gia; vui chơi (TC 11, 12)",
            "Đoàn xã chủ trì TC 11; Công chức VH-XH chủ trì TC 12",
            "Hội LHPN xã",
        ),
        ("An ninh (TC 3, 4, 5)", "Công an xã (TC 3, 4), Trạm Y tế (TC 5)", "Hội Nông dân xã (TC 3)"),
    )
    assert owners(found) == {
        "Đoàn xã": {11: "lead"},
        "Công chức VH-XH": {12: "lead"},
        "Hội LHPN xã": {11: "coop", 12: "coop"},
        "Công an xã": {3: "lead", 4: "lead"},
        "Trạm Y tế": {5: "lead"},
        "Hội Nông dân xã": {3: "coop"},
    }


BOX = "<w:txbxContent><w:p><w:r><w:t>XÃ MẪU</w:t></w:r></w:p></w:txbxContent>"
DRAWN = f'<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{BOX}</v:textbox></v:shape></w:pict>'
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"


@pytest.mark.parametrize(
    "drawn",
    [
        DRAWN,
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="wps"><w:drawing>{BOX}</w:drawing></mc:Choice><mc:Fallback>{DRAWN}</mc:Fallback></mc:AlternateContent>',
    ],
)
def test_a_text_box_of_old_or_new_word_is_read_once(drawn: str) -> None:
    document = Document()
    document.add_paragraph("ỦY BAN NHÂN DÂN")
    document.add_paragraph()._p.append(parse_xml(f"<w:r {nsdecls('w')}>{drawn}</w:r>"))
    held = io.BytesIO()
    document.save(held)
    assert [one.text for one in read_blocks(held.getvalue(), "a.docx")] == ["ỦY BAN NHÂN DÂN", "XÃ MẪU"]


def test_a_signature_before_a_long_appendix_is_found_and_the_appendix_is_read() -> None:
    document = Document()
    for line in [*HEAD.splitlines(), "I. VIỆC", "1. Thực hiện theo Phụ lục.", "Nơi nhận:", "- Lưu: VT, VHXH.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Vũ Thị Mẫu", "Phụ lục"]:  # fmt: skip
        document.add_paragraph(line)
    table = document.add_table(rows=14, cols=3)
    for at, row in enumerate([("TT", "Tiêu chí", "Đơn vị chủ trì"), *((str(no), f"Tiêu chí {no}", "Công chức VH-XH") for no in NAMES)]):  # fmt: skip
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    found = _read(document)
    assert found.signer is not None
    assert found.signer.value == "Vũ Thị Mẫu"
    assert owners(found) == {"Công chức VH-XH": dict.fromkeys(NAMES, "lead")}
    assert not [one for one in found.unread if "VHXH" in (one.source.sentence if one.source else "")]
