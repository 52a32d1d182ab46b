"""The Hoàng Đồng plan as data, and what is refused in a plan file."""

from __future__ import annotations

import json
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.errors import Refusal
from db.tables.people import UNIT_KINDS
from plans.toml_source import shipped
from tasks.coverage import warnings
from tasks.planfile import PlanFile, load_plan

PLAN = shipped("hoang-dong-2024.toml")
TEXT = PLAN.read_text("utf-8")


def edited(tmp_path: Path, *changes: tuple[str, str]) -> Path:
    """The shipped plan with the first place of each text replaced."""
    text = TEXT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "ke-hoach.toml"
    path.write_text(text, "utf-8")
    return path


def refusal_of(path: Path) -> str:
    with pytest.raises(Refusal) as caught:
        load_plan(path)
    return str(caught.value)


def line_with(path: Path, text: str, nth: int = 1) -> int:
    lines = path.read_text("utf-8").splitlines()
    return [number for number, line in enumerate(lines, 1) if text in line][nth - 1]


def test_the_plan_names_25_units_that_owe_work_and_two_that_do_not() -> None:
    plan, _ = load_plan(PLAN)
    assert len(plan.assignable_units) == 25
    assert [unit.key for unit in plan.units if not unit.assignable] == ["lanh-dao", "thanh-pho"]
    assert [unit.key for unit in plan.units if unit.kind == "village"] == [
        f"thon-{n:02}" for n in range(1, 17)
    ]
    assert [unit.position for unit in plan.units] == list(range(1, 28))
    assert plan.unit("thon-07").name == "Thôn số 7"
    assert {unit.kind for unit in plan.units} == set(UNIT_KINDS)


def test_the_plan_carries_its_number_date_and_three_legal_bases() -> None:
    plan, rules = load_plan(PLAN)
    assert (plan.number, plan.issued_on, plan.year) == ("75/KH-UBND", date(2024, 4, 16), 2024)
    assert [one.number for one in plan.legal_bases] == ["06/QĐ-TTg", "604/TE-PTTG", "135/KH-UBND"]
    assert plan.deadlines[0].deadline.last_valid_on == date(2024, 11, 9)
    assert rules.key == plan.rule_set


def test_the_plan_survives_being_stored_as_json() -> None:
    plan, _ = load_plan(PLAN)
    assert PlanFile.model_validate(json.loads(json.dumps(plan.model_dump(mode="json")))) == plan


def test_a_plan_with_a_byte_order_mark_and_decomposed_letters_is_the_same_plan(tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.toml"
    path.write_bytes(b"\xef\xbb\xbf" + unicodedata.normalize("NFD", TEXT).encode())
    assert load_plan(path) == load_plan(PLAN)


@pytest.mark.parametrize(
    ("old", "new", "marked", "reason"),
    [
        ("no = 13\n", "no = 14\n", "no = 14", "không có tiêu chí 14; chỉ có 1 đến 13"),
        ('before = "10/11/2024"', 'before = "31/9/2024"', "31/9", "tháng 9 chỉ có 30 ngày"),
        ('before = "10/11/2024"\nwording = "trước ngày 10/11/2024"', 'before = "10/4/2024"\nwording = "x"',
         'before = "10/4/2024"', "sớm hơn ngày ban hành kế hoạch 16/04/2024"),
        ('before = "10/11/2024"\nwording = "trước ngày 10/11/2024"', 'by = "10/11/2042"\nwording = "x"',
         'by = "10/11/2042"', "không thuộc năm 2024"),
        ("year = 2024", "year = 2026", "year = 2026", "kế hoạch năm 2026 không thể ban hành ngày 16/04/2024"),
        ("Hoàng Đồng năm 2024", "Hoàng Đồng năm 2023", "năm 2023", "ghi năm 2023, khoá year ghi 2024"),
        ('key = "tu-phap"', 'key = "vhxh"', "", "«vhxh» đã ghi ở trên"),
        ('name = "Trạm Y tế"', 'name = "công chức Tư pháp - Hộ tịch"', "công chức Tư", "đã ghi ở trên"),
        ('key = "tram-y-te"\nname', 'key = "thon-16"\nname', "", "«thon-16» đã ghi ở trên"),
        ('unit = "cong-an"', 'unit = "cong-anh"', "cong-anh", "không có đơn vị «cong-anh» trong kế hoạch; có phải «cong-an» không?"),
        ('unit = "cong-an"', 'unit = "lanh-dao"', 'unit = "lanh-dao"', "lãnh đạo và cấp trên không thuộc diện được giao"),
        ('receiver = "vhxh"', 'receiver = "vhx"', "receiver =", "có phải «vhxh» không?"),
        ('deadline = "report"', 'deadline = "reprot"', "reprot", "không có thời hạn «reprot» trong kế hoạch; có phải «report» không?"),
        ('no = 2\nunit = "tu-phap"', 'no = 1\nunit = "vhxh"', "", "«tiêu chí 1, vhxh» đã ghi ở trên"),
        ("vhxh-chi-tieu", "vhxh-hoi-dong", "", "«vhxh-hoi-dong» đã ghi ở trên"),
        ("[[duty]]", '[[report]]\ntitle = "t"\nwording = "w"\nsource = "V"\nkinds = ["village"]\n\n[[duty]]',
         "", "«Thôn số 1» đã phải báo cáo theo mục thứ 1"),
        ('before = "10/11/2024"', 'before = "11/11/2024"', "", "không khớp với ngày 11/11/2024"),
        ('before = "10/11/2024"', 'by = "10/11/2024"', "", "không tính chính ngày đó: hãy dùng khoá before"),
        ('before = "10/11/2024"', 'before = "10/11/2024"\nby = "9/11/2024"', "", "ghi đúng một trong hai khoá"),
        ("count = 16\n", "", "", "khoá count đi cùng tên có {no}"),
        ('kind = "village"', 'kind = "khối phố"', "khối phố", "«khối phố» không dùng được; chỉ nhận"),
        ('time_zone = "Asia/Ho_Chi_Minh"', 'time_zone = "Asia/Hanoi"', "Hanoi", "không có múi giờ «Asia/Hanoi»"),
        ('time_zone = "Asia/Ho_Chi_Minh"', 'time_zone = "../passwd"', "passwd", "không có múi giờ"),
        ('signer = "KT. CHỦ TỊCH, PHÓ CHỦ TỊCH"', 'signer = "  "', "signer", "không được để trống"),
        ("issued_on", "isued_on", "isued_on", "không có khoá này; có phải «issued_on» không?"),
    ],
)  # fmt: skip
def test_a_plan_that_does_not_hold_together_is_refused_at_its_place(
    tmp_path: Path, old: str, new: str, marked: str, reason: str
) -> None:
    path = edited(tmp_path, (old, new))
    said = refusal_of(path)
    assert reason in said
    found = next(line for line in said.splitlines() if reason in line)
    assert found.startswith("ke-hoach.toml, dòng ")
    if marked:
        assert found.startswith(f"ke-hoach.toml, dòng {line_with(path, marked)}: khoá «")


def test_several_faults_are_told_together(tmp_path: Path) -> None:
    path = edited(tmp_path, ('unit = "cong-an"', 'unit = "ai-do"'), ("year = 2024", "year = 2030"))
    told = refusal_of(path).splitlines()
    assert [line.split("«")[1].split("»")[0] for line in told] == ["year", "title", "criterion[12].unit"]


def test_a_plan_with_an_unknown_rule_set_says_what_to_do(tmp_path: Path) -> None:
    path = edited(tmp_path, ('rule_set = "decision-06"', 'rule_set = "nong-thon-moi"'))
    assert "Hãy đặt tệp nong-thon-moi.toml cạnh tệp kế hoạch" in refusal_of(path)


def test_a_rule_set_beside_the_plan_is_taken_before_the_shipped_one(tmp_path: Path) -> None:
    path = edited(tmp_path, ('rule_set = "decision-06"', 'rule_set = "rieng"'))
    rules = shipped("decision-06.toml").read_text("utf-8").replace('key = "decision-06"', 'key = "rieng"', 1)
    (tmp_path / "rieng.toml").write_text(rules, "utf-8")
    assert load_plan(path)[1].key == "rieng"


def test_the_real_plan_leaves_nothing_open() -> None:
    assert warnings(*load_plan(PLAN)) == []


def test_a_criterion_without_a_lead_is_warned_of(tmp_path: Path) -> None:
    path = edited(tmp_path, ('no = 2\nunit = "tu-phap"', 'no = 2\npart = "coop"\nunit = "tu-phap"'))
    assert [(one.code, one.text) for one in warnings(*load_plan(path))] == [
        ("no_owner", "Tiêu chí 2 (Trẻ em được khai sinh đúng quy định): chưa có đơn vị chủ trì.")
    ]


def test_two_leads_of_one_criterion_are_warned_of_unless_they_share_it(tmp_path: Path) -> None:
    path = edited(tmp_path, ("shared = true\n", ""))
    [warning] = warnings(*load_plan(path))
    assert warning.code == "many_leads"
    assert "Trường Mầm non Hoa Hồng và Trường Mầm non Hoa Hướng Dương cùng chủ trì" in warning.text


def test_a_unit_without_work_is_warned_of(tmp_path: Path) -> None:
    rule = 'title = "Báo cáo kết quả thực hiện nhiệm vụ được phân công"'
    path = edited(tmp_path, (rule, rule + '\nkinds = ["office", "station", "school", "union"]'))
    found = warnings(*load_plan(path))
    assert {one.code for one in found} == {"idle_unit"}
    assert len(found) == 16
    assert found[0].text == "Thôn số 1: chưa được giao việc nào."


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.integers(0, len(TEXT)),
    cut=st.integers(0, 60),
    put=st.text(alphabet='a1"[]={}\n, .đ\\', max_size=8),
)
def test_a_damaged_plan_is_read_or_refused_and_nothing_else(
    tmp_path: Path, start: int, cut: int, put: str
) -> None:
    path = tmp_path / "ke-hoach.toml"
    path.write_text(TEXT[:start] + put + TEXT[start + cut :], "utf-8")
    try:
        load_plan(path)
    except Refusal as refusal:
        assert "ke-hoach.toml" in str(refusal) or "bộ quy tắc" in str(refusal)
