"""The rules of Decision 06: what is verified carries a figure, what is not carries none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from db.errors import Refusal
from plans.toml_source import shipped
from tasks.ruleset import RuleSet, find_rule_set, load_rule_set

SHIPPED = shipped("decision-06.toml")
TEXT = SHIPPED.read_text("utf-8")
RULES = load_rule_set(SHIPPED)


def refusal_of(tmp_path: Path, old: str, new: str) -> str:
    assert old in TEXT
    path = tmp_path / "quy-tac.toml"
    path.write_text(TEXT.replace(old, new, 1), "utf-8")
    with pytest.raises(Refusal) as caught:
        load_rule_set(path)
    return str(caught.value)


def test_only_criteria_1_6_and_7_have_points_and_those_are_verified() -> None:
    assert [one.no for one in RULES.criteria] == list(range(1, 14))
    assert {one.no: one.max_points for one in RULES.criteria if one.max_points} == {1: 100, 6: 125, 7: 50}
    assert [one.no for one in RULES.criteria if one.verified] == [1, 6, 7]


def test_no_indicator_without_verification_carries_points() -> None:
    indicators = [one for criterion in RULES.criteria for one in criterion.indicators]
    assert all(one.max_points is None and not one.bands for one in indicators if not one.verified)
    assert {one.key for one in RULES.criterion(1).indicators if not one.verified} == {"kinh-phi"}


def test_the_verified_bands_are_those_seen_on_the_page() -> None:
    bands = {
        (criterion.no, band.at_least, band.points)
        for criterion in RULES.criteria
        for indicator in criterion.indicators
        for band in indicator.bands
    }
    assert bands == {(6, 95.0, 50), (6, 100.0, 75), (7, 98.0, 50)}


def test_the_bars_are_verified_and_the_total_is_not() -> None:
    assert {one.points for one in RULES.bars} == {800, 850, 900}
    assert all(one.verified and one.source for one in RULES.bars)
    assert (RULES.total_points, RULES.total_points_verified) == (1000, False)


def test_criteria_that_bar_recognition_and_those_about_children_are_marked() -> None:
    assert [one.no for one in RULES.criteria if one.can_fall_to_zero] == [3, 5]
    assert all("Gia Lai" in one.can_fall_to_zero_source for one in RULES.criteria if one.can_fall_to_zero)
    assert [one.no for one in RULES.criteria if one.restricted_evidence] == [3, 4, 6, 8, 9]


def test_every_statement_says_where_it_comes_from() -> None:
    statements = [
        *RULES.criteria,
        *RULES.bars,
        *RULES.notes,
        *(i for c in RULES.criteria for i in c.indicators),
    ]
    assert all(one.source for one in statements)


def test_the_rules_survive_being_stored_as_json_with_their_procedure() -> None:
    stored = json.loads(json.dumps(RULES.model_dump(mode="json")))
    assert RuleSet.model_validate(stored) == RULES
    assert [one["no"] for one in stored["criterion"]] == list(range(1, 14))
    assert stored["procedure"] == RULES.procedure
    assert RULES.procedure["stage"]


def test_an_unknown_criterion_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Refusal, match="không có tiêu chí 14; chỉ có 1 đến 13"):
        RULES.criterion(14)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("no = 2\n", "no = 1\n", "«1» đã ghi ở mục thứ 1"),
        ('key = "cong-tac-vien"', 'key = "co-phan-cong"', "«co-phan-cong» đã ghi ở mục thứ 1"),
        ("max_points = 100\n", "", "đã ghi verified = true thì phải có điểm tối đa"),
        ("max_points = 100\n", "max_points = 70\n", "các chỉ tiêu cộng lại 80 điểm, quá 70 điểm"),
        ("at_least = 95.0", "at_least = 195.0", "phải từ 100"),
        ("at_least = 95.0", "at_least = nan", "khoá «criterion[6].indicator[1].band[1].at_least»"),
        ('kind = "share"\nunit = "trẻ em"\nmax_points = 50', 'kind = "count"\nmax_points = 50', "mới có các mức điểm"),
        ('kind = "yes_no"', 'kind = "yesno"', '"share", "count", "value", "yes_no"'),
        ('can_fall_to_zero_source = "', 'can_fall_to_zero_source = "" # "', "ghi rõ lấy từ đâu"),
        ("decided_on = 2019-01-03", "decided_on = 20190103", "không đọc được ngày"),
    ],
)  # fmt: skip
def test_unsound_rules_are_refused(tmp_path: Path, old: str, new: str, reason: str) -> None:
    said = refusal_of(tmp_path, old, new)
    assert reason in said
    assert said.startswith("quy-tac.toml, dòng ")


def test_a_rule_set_that_nobody_has_is_refused_by_name() -> None:
    with pytest.raises(Refusal, match="Không có bộ quy tắc «khac»"):
        find_rule_set("khac")
