"""Days, signatures, bases and issuing bodies as communes write them, each read for what it says."""

from __future__ import annotations

from datetime import date

import pytest
from test_documents_reading import HEAD, codes
from test_documents_wordings import NAMES, found_in

from documents.reading import read_plan_document
from documents.sources import read_blocks


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


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Từ 01 đến 10/10/2024", {(date(2024, 10, 1), date(2024, 10, 10))}),
        ("Ngày 20 và 21/10/2024", {(date(2024, 10, day), date(2024, 10, day)) for day in (20, 21)}),
    ],
)
def test_days_that_share_a_month_are_all_read(text: str, days: set[tuple[date, date]]) -> None:
    found = found_in(f"I. VIỆC\n1. {text}: thẩm định.\n")
    assert {(one.first, one.last) for one in found.dates if one.first and one.first.month == 10} == days


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


@pytest.mark.parametrize("start", [" theo", "\nTheo"])
def test_a_proposal_is_a_basis_by_its_own_number(start: str) -> None:
    text = HEAD.replace(
        "của Thủ tướng Chính phủ;",
        f"của Thủ tướng Chính phủ;{start} đề nghị của Trưởng phòng Văn hóa - Xã hội tại Tờ trình số 31/TTr-VHXH ngày 25/02/2024;",
    )
    found = read_plan_document(read_blocks(text.encode(), "ke-hoach.txt"), NAMES)
    assert [one.number for one in found.bases] == ["06/QĐ-TTg", "31/TTr-VHXH"]


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
