"""A table that came out of a PDF as plain lines is told, and nobody is given a criterion from it."""

from __future__ import annotations

import pytest
from test_documents_reading import codes
from test_documents_wordings import found_in

from documents.findings import FLAT_TABLE
from tasks.ruleset import find_rule_set

FLAT = """I. PHÂN CÔNG
Giao nhiệm vụ như sau:
Đơn vị Tiêu chí Vai trò Hạn
Công chức VH-XH Tiêu chí 1 Chủ trì 30/9/2024
Tiêu chí 6 Chủ trì 30/9/2024
Công an xã Tiêu chí 3 Chủ trì 30/9/2024
Tiêu chí 4 Chủ trì 30/9/2024
8 10 thôn Cung cấp số liệu
II. BÁO CÁO
1. Các đơn vị gửi báo cáo kết quả về UBND xã trước ngày 10/10/2024.
2. Trạm Y tế: theo dõi tiêu chí 5.
Nơi nhận:
- Lưu: VT.
CHỦ TỊCH
Vũ Thị Mẫu
"""


def test_a_table_without_rows_is_told_and_its_owners_are_not_guessed() -> None:
    found = found_in(FLAT)
    told = [one.source.sentence for one in found.unread if one.what == FLAT_TABLE and one.source]
    assert told == ["Đơn vị Tiêu chí Vai trò Hạn"]
    assert {unit.name: [one.no for one in unit.owns] for unit in found.units} == {"Trạm Y tế": [5]}


def test_an_owner_that_may_stand_in_such_a_table_is_not_said_to_be_missing() -> None:
    found = found_in(FLAT)
    criteria = [one.no for one in find_rule_set("decision-06").criteria]
    assert codes(found).count("owner_unread") == len(criteria) - 1
    assert "criterion_without_owner" not in [one.code for one in found.doubts]
    assert "count_mismatch" not in codes(found)


def test_the_days_in_such_a_table_and_the_text_below_are_read() -> None:
    found = found_in(FLAT)
    assert {one.first.isoformat() for one in found.dates if one.first} >= {"2024-09-30", "2024-10-10"}
    assert found.report is not None
    assert found.report.wording == "trước ngày 10/10/2024"
    assert found.signer is not None
    assert found.signer.value == "Vũ Thị Mẫu"


@pytest.mark.parametrize(
    "heading",
    [
        "TT\nTiêu chí\nĐơn vị chủ trì\nThời hạn",
        "STT Cơ quan, đơn vị Nội dung công \nviệc",
        "TTTiêu chíĐơn vị chủ trìThời hạn",
    ],
)
def test_headings_broken_or_glued_are_headings(heading: str) -> None:
    found = found_in(f"I. PHÂN CÔNG\n{heading}\n1 Nguồn lực\nPhòng Văn hóa - Xã hội\n")
    assert any(one.what == FLAT_TABLE for one in found.unread)


def test_a_sentence_about_units_and_criteria_is_no_heading() -> None:
    found = found_in(
        "I. PHÂN CÔNG\nĐơn vị chủ trì tiêu chí thực hiện nhiệm vụ đúng thời hạn.\n1. Trạm Y tế: theo dõi tiêu chí 5.\n"
    )
    assert not [one for one in found.unread if one.what == FLAT_TABLE]
    assert [unit.name for unit in found.units] == ["Trạm Y tế"]


END = "Nơi nhận:\n- Lưu: VT.\nCHỦ TỊCH\nVũ Thị Mẫu\n"


def test_an_appendix_in_plain_text_about_the_work_is_read() -> None:
    found = found_in(
        f"I. VIỆC\nTheo Phụ lục.\n{END}PHỤ LỤC\nPHÂN CÔNG THỰC HIỆN CÁC TIÊU CHÍ\n1. Tiêu chí 3: Công an xã chủ trì.\n"
    )
    assert [(unit.name, [one.no for one in unit.owns]) for unit in found.units] == [("Công an xã", [3])]


def test_an_appendix_that_is_a_form_is_not() -> None:
    found = found_in(
        f"I. VIỆC\nTheo Phụ lục.\n{END}PHỤ LỤC\nMẪU PHIẾU KHẢO SÁT\n1. Công an xã: đánh giá tiêu chí 3 ở mức nào?\n"
    )
    assert found.units == []


@pytest.mark.parametrize(
    "lines",
    [
        "Công chức Tư pháp\nHoa Mai",
        "Nơi nhận: TM. ỦY BAN NHÂN DÂN\n- Sở Y tế;\n- Các đơn vị;\n- 18 khu phố;\n- Phòng Kinh tế;\n- Lưu: VT.\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
    ],
)
def test_a_cell_or_a_capacity_is_nobody_s_name(lines: str) -> None:
    assert found_in(f"I. VIỆC\nLàm tốt.\nLàm nữa.\nLàm mãi.\n{lines}\n").signer is None


def test_a_signature_glued_to_the_last_recipient_is_whole() -> None:
    found = found_in(
        "I. VIỆC\nLàm tốt.\nNơi nhận:\n- Lưu: VT.TM. ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nVũ Thị Mẫu\n"
    )
    assert found.capacity is not None
    assert found.capacity.value == "TM. ỦY BAN NHÂN DÂN KT. CHỦ TỊCH PHÓ CHỦ TỊCH"


def test_villages_of_two_kinds_named_together_are_counted_together() -> None:
    found = found_in("I. PHÂN CÔNG\nToàn xã có 08 thôn, 05 buôn.\n1. Các thôn, buôn: cung cấp số liệu.\n")
    assert [(unit.name, unit.count) for unit in found.units] == [("Các thôn, buôn", 13)]
