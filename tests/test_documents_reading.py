"""A signed plan is read as it stands: who, what, by when, each with its place; doubts are told, gaps are listed."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Folder
from processor_time import at_most

from benchmarks.reading import FOLDER, expected_of, measured, read
from db.errors import Refusal
from documents.findings import PlanFindings
from documents.reading import read_plan_document
from documents.sources import read_blocks

PLAN = FOLDER / "hoang-dong-2024.txt"
TEXT = PLAN.read_text(encoding="utf-8")
HEAD = """ỦY BAN NHÂN DÂN
XÃ MẪU
Số: 01/KH-UBND
Mẫu, ngày 01 tháng 3 năm 2024
KẾ HOẠCH
Đánh giá xã phù hợp với trẻ em năm 2024
Căn cứ Quyết định số 06/QĐ-TTg ngày 03/01/2019 của Thủ tướng Chính phủ;
UBND xã xây dựng kế hoạch như sau:
"""


def found_in(text: str) -> PlanFindings:
    """What is found in a text under an ordinary head."""
    return read_plan_document(read_blocks((HEAD + text).encode(), "ke-hoach.txt"), {})


def owners(found: PlanFindings) -> dict[str, dict[int, str]]:
    return {unit.name: {one.no: one.role for one in unit.owns} for unit in found.units if unit.owns}


def codes(found: PlanFindings) -> list[str]:
    return [one.code for one in found.doubts if one.code != "criterion_without_owner"]


@pytest.fixture(scope="module")
def plan() -> dict[str, Any]:
    return read(PLAN)


def test_the_signed_plan_is_read_with_its_head_and_signature(plan: dict[str, Any]) -> None:
    assert plan["number"] == "75/KH-UBND"
    assert plan["issued_on"] == "2024-04-16"
    assert plan["issuer"] == {"kind": "xã", "name": "Hoàng Đồng"}
    assert plan["year"] == 2024
    assert plan["title"].startswith("Thực hiện Quyết định số 06/QĐ-TTg")
    assert plan["signer"] == {"name": "Hoàng Quốc Thành", "capacity": "KT. CHỦ TỊCH PHÓ CHỦ TỊCH"}
    assert len(plan["bases"]) == 3
    assert plan["recipients"][-2:] == ["16 thôn", "Lưu: VP, VHXH"]


def test_every_criterion_of_the_signed_plan_is_on_its_unit(plan: dict[str, Any]) -> None:
    owned = {
        unit["name"]: [one["no"] for one in unit["criteria"]] for unit in plan["units"] if unit["criteria"]
    }
    assert owned == {
        "Công chức VHXH": [1, 6, 12, 13],
        "Công chức Tư pháp - Hộ tịch": [2],
        "Trạm Y tế": [5, 7, 8, 9],
        "Trường mầm non: Hoa Hồng và Hoa Hướng Dương": [10],
        "Công an xã": [3, 4],
        "Đoàn TNCS Hồ Chí Minh xã": [11],
    }
    assert {one["role"] for unit in plan["units"] for one in unit["criteria"]} == {"lead"}
    assert {unit["kind"]: unit["count"] for unit in plan["units"] if unit["count"] != 1} == {
        "school": 2,
        "village": 16,
    }


def test_the_tenth_is_left_out_of_before_the_tenth(plan: dict[str, Any]) -> None:
    assert plan["report_deadline"] == {"last_valid_date": "2024-11-09", "wording": "trước ngày 10/11/2024"}
    assert plan["report_to"] == "UBND xã (qua Bộ phận VHXH)"


def test_the_signed_plan_mixes_two_words_for_villages_and_has_no_other_doubt(plan: dict[str, Any]) -> None:
    assert [one["code"] for one in plan["warnings"]] == ["mixed_village_terms"]
    assert "16 khối phố" in plan["warnings"][0]["source"]["sentence"]
    assert plan["unread"] == []


def test_every_finding_says_where_it_stands(plan: dict[str, Any]) -> None:
    raw = TEXT
    places = [unit["source"] for unit in plan["units"]]
    for field in ("bases", "dates", "recipients"):
        places += plan["sources"][field]
    for unit_places in (*plan["sources"]["criteria"], *plan["sources"]["duties"]):
        places += unit_places
    for place in places:
        line = raw[place["offset"] :].split("\n")[0]
        assert raw[: place["offset"]].count("\n") + 1 == place["line"]
        assert " ".join(place["sentence"].split())[:20] in " ".join(line.split())


@pytest.mark.parametrize("document", expected_of(), ids=lambda path: path.name)
def test_owners_and_dates_of_each_fixture_are_found(document: Path) -> None:
    expected, found = expected_of()[document], read(document)
    wanted = {
        (unit["name"], no, role)
        for unit in expected["units"]
        for role in ("lead", "coop")
        for no in unit[role]
    }
    assert {
        (unit["name"], one["no"], one["role"]) for unit in found["units"] for one in unit["criteria"]
    } == wanted
    days = {one.get("date") or f"{one['from']}/{one['to']}" for one in found["dates"]}
    assert days == set(expected["dates"])
    assert (found["report_deadline"] or {}).get("last_valid_date") == expected["report_deadline"]


def test_precision_and_recall_are_at_least_098_in_every_field() -> None:
    tallies, differing, _ = measured()
    for field, tally in tallies.items():
        assert min(tally.precision, tally.recall) >= 0.98, (field, differing)


def test_the_plan_is_read_in_at_most_a_second_of_processor_time() -> None:
    with at_most(1):
        read(PLAN)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_encoding_of_a_text_file_changes_nothing(encoding: str, form: Any, plan: dict[str, Any]) -> None:
    raw = unicodedata.normalize(form, TEXT).encode(encoding)
    found = read_plan_document(read_blocks(raw, "ke-hoach.txt"), {})
    assert found.number and found.number.value == plan["number"]
    assert [unit.name for unit in found.units] == [unit["name"] for unit in plan["units"]]
    assert [len(unit.owns) for unit in found.units] == [len(unit["criteria"]) for unit in plan["units"]]


def test_a_number_broken_over_lines_still_belongs_to_its_criterion() -> None:
    found = found_in(
        "I. TỔ CHỨC THỰC HIỆN\n1. Trạm Y tế\n- Theo dõi các tiêu chí 5,\n7, 8 và\n9 theo quy định.\n"
    )
    assert owners(found) == {"Trạm Y tế": {5: "lead", 7: "lead", 8: "lead", 9: "lead"}}


def test_whoever_helps_is_not_in_the_lead() -> None:
    found = found_in(
        "I. PHÂN CÔNG\n1. Công an xã\n- Chủ trì, phối hợp với Trạm Y tế, Hội LHPN xã đánh giá tiêu chí 3.\n- Phối hợp với Trạm Y tế đánh giá tiêu chí 5.\n"
    )
    assert owners(found) == {
        "Công an xã": {3: "lead", 5: "coop"},
        "Trạm Y tế": {3: "coop"},
        "Hội LHPN xã": {3: "coop"},
    }


def test_gathering_all_criteria_makes_nobody_their_owner() -> None:
    found = found_in(
        "I. PHÂN CÔNG\n1. Công chức VHXH\n- Đôn đốc, tổng hợp kết quả các tiêu chí từ 1 đến 13.\n- Theo dõi tiêu chí 1.\n"
    )
    assert owners(found) == {"Công chức VHXH": {1: "lead"}}


def test_a_count_is_no_criterion() -> None:
    found = found_in(
        "I. PHÂN CÔNG\n1. Trạm Y tế\n- Theo dõi tiêu chí 7, 8 và 02 trường mầm non; đạt 13/13 tiêu chí.\n"
    )
    assert owners(found) == {"Trạm Y tế": {7: "lead", 8: "lead"}}


def test_two_owners_without_a_lead_are_doubted() -> None:
    found = found_in(
        "I. PHÂN CÔNG\n1. Trạm Y tế\n- Theo dõi tiêu chí 5.\n2. Công an xã\n- Theo dõi tiêu chí 5.\n"
    )
    assert codes(found) == ["several_owners"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1. Trạm Y tế\n- Theo dõi tiêu chí 15.\n", "unknown_criterion"),
        ("1. Trạm Y tế\n- Theo dõi 25 chỉ tiêu.\n", "old_form"),
        ("1. Trạm Y tế\n- Theo Quyết định số 37/2010/QĐ-TTg.\n", "old_decision"),
        ("1. Trạm Y tế\n- Xong trước ngày 30/02/2024.\n", "impossible_date"),
        ("1. Trạm Y tế\n- Xong trước ngày 30/01/2024.\n", "deadline_before_issue"),
        ("1. 16 thôn: A Lưới, Bản Chu, Nà Dài\n- Tuyên truyền.\n", "count_mismatch"),
        ("1. 03 trường mầm non: Hoa Mai, Hoa Đào\n- Theo dõi tiêu chí 10.\n", "count_mismatch"),
        ("1. 16 thôn\n- Tuyên truyền tại 15 thôn.\n", "count_conflict"),
        (
            "1. Trường Mầm non Hoa Hồng\n- Việc một.\n2. Trường Mầm non Hoa Hông\n- Việc hai.\n",
            "two_spellings",
        ),
        ("1. Trạm Y tế\n- Hoàn thành trước ngày 15/10.\n", "year_missing"),
    ],
)
def test_what_looks_wrong_is_told_with_its_sentence(text: str, code: str) -> None:
    found = found_in(f"I. TỔ CHỨC THỰC HIỆN\n{text}")
    assert code in codes(found)
    assert all(one.source.sentence for one in found.doubts if one.code == code)


def test_what_cannot_be_read_is_listed_and_not_guessed() -> None:
    found = found_in(
        "I. PHÂN CÔNG\n1. Nhóm giúp việc\n- Theo dõi tiêu chí 4.\n2. Trạm Y tế\n- Báo cáo sau 05 ngày kể từ khi kết thúc.\n"
    )
    said = [one.what for one in found.unread]
    assert any("tiêu chí" in one for one in said)
    assert any("sau 05 ngày" in one for one in said)
    assert owners(found) == {}
    assert found.report is None


@pytest.mark.parametrize(
    "text",
    [
        "Chào các bạn, hôm nay trời đẹp.",
        HEAD.replace("KẾ HOẠCH", "BÁO CÁO").replace("KH-", "BC-"),
        HEAD.replace("xã phù hợp với trẻ em", "phòng chống thiên tai"),
        HEAD.replace("ỦY BAN NHÂN DÂN\nXÃ MẪU", "ỦY BAN NHÂN DÂN THÀNH PHỐ LẠNG SƠN"),
    ],
)
def test_another_document_is_refused_in_one_sentence(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_plan_document(read_blocks(text.encode(), "khac.txt"), {})
    assert str(refused.value).count("\n") == 0


@pytest.mark.slow
def test_the_command_prints_the_object_and_the_table(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    data = folder.run("plan", "read", str(PLAN), "--json").done().data
    assert list(data)[:11] == [
        "number", "issued_on", "issuer", "year", "title", "signer", "bases", "report_deadline", "units", "dates", "warnings",
    ]  # fmt: skip
    assert data["units"][0]["criteria"] == [{"no": no, "role": "lead"} for no in (1, 6, 12, 13)]
    shown = folder.run("plan", "read", str(PLAN)).done()
    assert "5, 7, 8, 9" in shown.out
    assert "thứ Bảy, 09/11/2024" in shown.out
    assert "khối phố" in shown.err


def test_the_command_refuses_what_is_no_plan(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    (tmp_path / "thu.txt").write_text("Kính gửi các đồng chí.", encoding="utf-8")
    folder.run("plan", "read", "thu.txt").refused("thu.txt", "không phải kế hoạch")
    folder.run("plan", "read", "khong-co.docx", "--json").refused("khong-co.docx")
