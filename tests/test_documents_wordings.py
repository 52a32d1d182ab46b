"""Wordings of plans from many communes, each read for what it says and no more."""

from __future__ import annotations

import io
from datetime import date

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from test_documents_reading import HEAD, codes, owners

from documents.findings import PlanFindings
from documents.reading import read_plan_document
from documents.sources import read_blocks
from tasks.ruleset import find_rule_set

NAMES = {one.no: one.name for one in find_rule_set("decision-06").criteria}
SECTION = "I. PHÂN CÔNG\n"


def found_in(text: str) -> PlanFindings:
    """What is found in a text under an ordinary head, the criteria's names known."""
    return read_plan_document(read_blocks((HEAD + text).encode(), "ke-hoach.txt"), NAMES)


def test_a_criterion_without_its_number_is_known_by_its_name() -> None:
    found = found_in(
        f"{SECTION}1. Công chức Tư pháp: chịu trách nhiệm về tiêu chí trẻ em được khai sinh đúng quy định; phối hợp tiêu chí quyền tham gia của trẻ em.\n"
    )
    assert owners(found) == {"Công chức Tư pháp": {2: "lead", 11: "coop"}}


def test_half_a_name_is_listed_and_gives_nobody_a_criterion() -> None:
    found = found_in(f"{SECTION}1. Trạm Y tế: chịu trách nhiệm về tiêu chí trẻ em bị bạo lực.\n")
    assert owners(found) == {}
    assert [one.what for one in found.unread if "số mấy" in one.what] == ["chưa rõ là tiêu chí số mấy"]


@pytest.mark.parametrize(
    "text",
    [
        "1. Trường Mầm non Hoa Ban; Trường Tiểu học Mẫu Hạ\nCùng theo dõi tiêu chí số 10, trong đó Trường Mầm non Hoa Ban chủ trì.\n",
        "1. Tiêu chí 10: giao Trường Mầm non Hoa Ban và Trường Tiểu học Mẫu Hạ, trong đó Trường Mầm non Hoa Ban chủ trì.\n",
    ],
)
def test_of_two_units_only_the_one_that_is_named_leads(text: str) -> None:
    assert owners(found_in(SECTION + text)) == {
        "Trường Mầm non Hoa Ban": {10: "lead"},
        "Trường Tiểu học Mẫu Hạ": {10: "coop"},
    }


def test_a_leader_in_one_clause_leads_in_no_other() -> None:
    found = found_in(
        f"{SECTION}1. Trạm Y tế\n- Theo dõi tiêu chí 5; cùng theo dõi tiêu chí 9, trong đó Trường Mầm non Hoa Ban chủ trì.\n"
    )
    assert owners(found) == {"Trạm Y tế": {5: "lead", 9: "coop"}, "Trường Mầm non Hoa Ban": {9: "lead"}}


def test_units_of_a_group_of_criteria_have_them_all() -> None:
    found = found_in(
        f"{SECTION}1. Nhóm tiêu chí về y tế (các tiêu chí 5, 7 và 8): giao Trạm Y tế xã chủ trì, phối hợp với Hội Phụ nữ xã.\n"
        "2. Các tiêu chí còn lại (1, 6): giao Công chức VH-XH chủ trì.\n"
    )
    assert owners(found) == {
        "Trạm Y tế xã": {5: "lead", 7: "lead", 8: "lead"},
        "Hội Phụ nữ xã": {5: "coop", 7: "coop", 8: "coop"},
        "Công chức VH-XH": {1: "lead", 6: "lead"},
    }


def test_lines_of_roles_below_a_group_of_criteria_are_read_by_their_label() -> None:
    found = found_in(
        f"{SECTION}1. Nhóm tiêu chí về bảo vệ trẻ em (tiêu chí 3, 4, 6)\n"
        "- Đơn vị chủ trì: Công an xã (tiêu chí 3, 4); Công chức VH-XH (tiêu chí 6).\n"
        "- Đơn vị phối hợp: Hội Phụ nữ xã; Đoàn Thanh niên xã.\n"
    )
    helped = {3: "coop", 4: "coop", 6: "coop"}
    assert owners(found) == {
        "Công an xã": {3: "lead", 4: "lead"},
        "Công chức VH-XH": {6: "lead"},
        "Hội Phụ nữ xã": helped,
        "Đoàn Thanh niên xã": helped,
    }


def test_two_officers_of_one_name_are_told_apart_by_their_field() -> None:
    found = found_in(
        f"{SECTION}1. Công chức Văn hóa - Xã hội (phụ trách trẻ em)\n- Theo dõi tiêu chí 1.\n"
        "2. Công chức Văn hóa - Xã hội (phụ trách văn hóa)\n- Theo dõi tiêu chí 12.\n"
    )
    assert owners(found) == {
        "Công chức Văn hóa - Xã hội (phụ trách trẻ em)": {1: "lead"},
        "Công chức Văn hóa - Xã hội (phụ trách văn hóa)": {12: "lead"},
    }


def test_one_officer_with_a_field_and_without_is_one() -> None:
    found = found_in(
        f"{SECTION}1. Công chức Văn hóa - Xã hội (phụ trách trẻ em)\n- Theo dõi tiêu chí 1.\n"
        "2. Công an xã\n- Chủ trì, phối hợp với Công chức Văn hóa - Xã hội theo dõi tiêu chí 3.\n"
    )
    assert owners(found)["Công chức Văn hóa - Xã hội (phụ trách trẻ em)"] == {1: "lead", 3: "coop"}


def test_an_owner_in_a_sentence_that_could_not_be_read_is_not_said_to_be_missing() -> None:
    found = found_in(f"{SECTION}1. Nhóm giúp việc\n- Theo dõi tiêu chí 4.\n")
    said = {one.code: one for one in found.doubts if "tiêu chí 4" in one.text.lower()}
    assert list(said) == ["owner_unread"]
    assert said["owner_unread"].source.sentence == "- Theo dõi tiêu chí 4."


@pytest.mark.parametrize(
    "name", ["Đinh Công Mẫu", "Vũ Thị Mẫu", "Y Mẫu Niê", "Trần Văn Trường", "Lưu Văn Ban"]
)
def test_given_names_that_are_words_of_offices_too_are_names(name: str) -> None:
    found = found_in(f"I. VIỆC\nLàm tốt.\nNơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\n\n{name}\n")
    assert found.signer is not None
    assert found.signer.value == name


def test_an_office_below_the_capacity_is_no_signer() -> None:
    found = found_in("I. VIỆC\nLàm tốt.\nNơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\nPhòng Văn Hóa\n")
    assert found.signer is None


def test_a_report_in_writing_is_no_legal_basis() -> None:
    found = found_in(
        "I. BÁO CÁO\n1. Các đơn vị báo cáo bằng văn bản gửi Công chức VH-XH trước ngày 20/10/2024.\n"
    )
    assert found.report is not None
    assert found.report.last_valid_on == date(2024, 10, 19)


def test_whoever_works_beside_another_is_not_given_the_lead() -> None:
    found = found_in(
        f"{SECTION}1. Đoàn Thanh niên xã\n- Phụ trách tiêu chí 11; cùng với Hội Nông dân xã thực hiện tiêu chí 12.\n"
        "2. Trạm Y tế\n- Chủ trì, cùng với Hội Phụ nữ xã thực hiện tiêu chí 8.\n"
    )
    assert owners(found) == {
        "Đoàn Thanh niên xã": {11: "lead", 12: "coop"},
        "Hội Nông dân xã": {12: "coop"},
        "Trạm Y tế": {8: "lead"},
        "Hội Phụ nữ xã": {8: "coop"},
    }


@pytest.mark.parametrize("text", ["tuần đầu tháng 11/2024", "cuối quý III/2024", "giữa tháng 9 năm 2024"])
def test_a_part_of_a_month_is_no_date_and_is_told(text: str) -> None:
    found = found_in(f"I. VIỆC\n1. Họp Hội đồng vào {text}.\n")
    assert {one.meaning for one in found.dates} == {"issued", "basis"}
    assert [one.what for one in found.unread if "không cho biết ngày" in one.what]


@pytest.mark.parametrize("text", ["Từ 01.6.2024 đến 15.6.2024", "từ ngày 01.6 đến ngày 15.6.2024"])
def test_days_with_dots_make_one_range(text: str) -> None:
    found = found_in(f"I. VIỆC\n1. Tổ chức diễn đàn: {text}.\n")
    assert [(one.first, one.last) for one in found.dates if one.is_range] == [
        (date(2024, 6, 1), date(2024, 6, 15))
    ]


def test_a_proposal_is_a_basis_by_its_own_number() -> None:
    text = HEAD.replace(
        "của Thủ tướng Chính phủ;",
        "của Thủ tướng Chính phủ; theo đề nghị của Trưởng phòng Văn hóa - Xã hội tại Tờ trình số 31/TTr-VHXH ngày 25/02/2024;",
    )
    found = read_plan_document(read_blocks(text.encode(), "ke-hoach.txt"), NAMES)
    assert [one.number for one in found.bases] == ["06/QĐ-TTg", "31/TTr-VHXH"]


@pytest.mark.parametrize(
    "line", ["Ban điều hành 12 thôn: niêm yết kế hoạch.", "Thôn trưởng, xóm trưởng: niêm yết kế hoạch."]
)
def test_who_heads_the_villages_means_the_villages(line: str) -> None:
    found = found_in(f"{SECTION}1. {line}\n2. 12 thôn: cung cấp số liệu.\n")
    assert [(one.kind, one.count) for one in found.units] == [("village", 12)]


def test_another_number_of_villages_among_the_recipients_is_told() -> None:
    found = found_in(
        "I. VIỆC\nToàn xã có 12 thôn.\nNơi nhận:\n- Trưởng 13 thôn;\n- Lưu: VT.\nCHỦ TỊCH\nVũ Thị Mẫu\n"
    )
    assert "count_conflict" in codes(found)


def test_a_body_named_after_the_party_committee_is_the_issuer() -> None:
    text = HEAD.replace("ỦY BAN NHÂN DÂN\nXÃ MẪU", "ĐẢNG ỦY - UBND XÃ MẪU\nBAN CHỈ ĐẠO CÔNG TÁC TRẺ EM")
    found = read_plan_document(read_blocks(text.encode(), "ke-hoach.txt"), NAMES)
    assert (found.issuer_kind and found.issuer_kind.value, found.issuer_name and found.issuer_name.value) == (
        "xã",
        "Mẫu",
    )


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
