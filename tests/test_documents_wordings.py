"""Wordings of plans from many communes, each read for what it says and no more."""

from __future__ import annotations

import pytest
from test_documents_reading import HEAD, owners

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


def test_pressing_the_others_makes_nobody_their_owner_even_after_criteria_of_ones_own() -> None:
    found = found_in(
        f"{SECTION}1. Giao Công chức VH-XH phụ trách tiêu chí 1, 6 và đôn đốc các đơn vị thực hiện tiêu chí 2, 3.\n"
    )
    assert owners(found) == {"Công chức VH-XH": {1: "lead", 6: "lead"}}


def test_who_only_helps_may_stand_behind_the_criteria() -> None:
    found = found_in(
        f"{SECTION}1. Công an xã: phụ trách tiêu chí 3, tiêu chí 4; Đoàn Thanh niên xã và Hội Phụ nữ xã phối hợp.\n"
        "2. Trạm Y tế: theo dõi tiêu chí 9; phối hợp với Hội Nông dân xã vận động trẻ đi khám.\n"
    )
    helped = {3: "coop", 4: "coop"}
    assert owners(found) == {
        "Công an xã": {3: "lead", 4: "lead"},
        "Đoàn Thanh niên xã": helped,
        "Hội Phụ nữ xã": helped,
        "Trạm Y tế": {9: "lead"},
    }


@pytest.mark.parametrize(
    "line", ["Ban điều hành 12 thôn: niêm yết kế hoạch.", "Thôn trưởng, xóm trưởng: niêm yết kế hoạch."]
)
def test_who_heads_the_villages_means_the_villages(line: str) -> None:
    found = found_in(f"{SECTION}1. {line}\n2. 12 thôn: cung cấp số liệu.\n")
    assert [(one.kind, one.count) for one in found.units] == [("village", 12)]
