"""Points are shown with their arithmetic, unknown ones stay unknown, and a verdict claims no more than is known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import Refusal
from tasks.figures import Figure
from tasks.projection import Evidenced, project
from tasks.ruleset import RuleSet, find_rule_set
from tasks.scoring import UNCONFIRMED, ScoreSheet, score, share_words
from tasks.verdict import CommuneClass, bar_sentence, judge, scenario, suppose
from tasks.worth import Range

RULES = find_rule_set("decision-06")
POINTS = st.integers(0, 125)


def whole_rules(each: int = 100, bar: int = 150) -> RuleSet:
    """Two criteria with confirmed points and two bands each."""
    criteria = [
        {
            "no": no, "name": f"Tiêu chí thử {no}", "max_points": each, "verified": True, "source": "Phụ lục",
            "indicator": [{
                "key": "ty-le", "name": "Tỷ lệ", "kind": "share", "max_points": each, "verified": True, "source": "Phụ lục",
                "band": [{"at_least": 95, "points": each}, {"at_least": 50, "points": 0}],
            }],
        }
        for no in (1, 2)
    ]  # fmt: skip
    bars = [{"key": "a", "points": bar, "wording": "Xã còn lại", "verified": True, "source": "QĐ"}]
    return RuleSet.model_validate(
        {
            "key": "thu",
            "title": "Bộ thử",
            "decision_number": "1/QĐ",
            "decided_on": "2020-01-01",
            "criterion": criteria,
            "bar": bars,
        }
    )


def shares(*pairs: tuple[int, int], state: str = "accepted") -> dict[int, list[Evidenced]]:
    return {no: [Evidenced(state, (Figure("ty-le", *pair),))] for no, pair in enumerate(pairs, start=1)}


def sixth(helped: tuple[int, int], planned: tuple[int, int] | None, state: str = "accepted") -> ScoreSheet:
    figures = [Figure("duoc-tro-giup", *helped)]
    figures += [Figure("ke-hoach-can-thiep", *planned)] if planned else []
    return score(RULES, {6: [Evidenced(state, tuple(figures))]})


@pytest.mark.parametrize(
    ("helped", "planned", "points", "lines"),
    [
        ((125, 130), (3, 3), "125", ["125/130 = 96,2 % ≥ 95 % → 50 điểm", "3/3 = 100,0 % ≥ 100 % → 75 điểm"]),
        (
            (90, 100), (3, 3), "75 đến 125 (chưa xác nhận)",
            ["90/100 = 90,0 % < 95 % → từ 0 đến 50 điểm, chưa xác nhận", "3/3 = 100,0 % ≥ 100 % → 75 điểm"],
        ),
        (
            (95, 100), None, "50 đến 125 (chưa xác nhận)",
            ["95/100 = 95,0 % ≥ 95 % → 50 điểm", "không có số liệu, xem ghi chú; Hội đồng quyết định"],
        ),
    ],
)  # fmt: skip
def test_the_arithmetic_of_a_criterion_is_shown_line_by_line(
    helped: tuple[int, int], planned: tuple[int, int] | None, points: str, lines: list[str]
) -> None:
    found = sixth(helped, planned).criteria[5]
    assert [one.line for one in found.indicators] == lines
    assert (found.points_words, found.max_words) == (points, "125")


def test_yes_brings_all_points_of_its_question_and_no_brings_none() -> None:
    answers = {"co-phan-cong": 1.0, "cong-tac-vien": 0.0, "ra-soat-dinh-ky": 1.0, "kinh-phi": 1.0}
    said = tuple(Figure(key, value=value) for key, value in answers.items())
    found = score(RULES, {1: [Evidenced("accepted", said)]}).criteria[0]
    assert [one.line for one in found.indicators] == [
        "có → 50 điểm", "không → 0 điểm", "có → 15 điểm", "có → điểm chưa xác nhận",
    ]  # fmt: skip
    assert found.points == Range(65, 85)


def test_units_that_answer_one_question_differently_settle_nothing() -> None:
    said = [Evidenced("accepted", (Figure("co-phan-cong", value=value),)) for value in (1.0, 0.0)]
    first = score(RULES, {1: said}).criteria[0].indicators[0]
    assert (first.line, first.points) == ("báo cáo khác nhau → từ 0 đến 50 điểm, chưa xác nhận", Range(0, 50))


def test_a_criterion_without_confirmed_points_gets_no_number_whatever_is_reported() -> None:
    found = score(RULES, {2: [Evidenced("accepted", (Figure("khai-sinh", 120, 120),))]}).criteria[1]
    assert (found.points, found.points_words, found.max_words) == (None, UNCONFIRMED, UNCONFIRMED)
    assert found.lines == [
        "Tỷ lệ trẻ em được khai sinh đúng quy định: 120/120 = 100,0 % → điểm chưa xác nhận"
    ]


def test_figures_that_are_not_all_in_bring_no_certain_point() -> None:
    found = sixth((125, 130), (3, 3), "in_progress").criteria[5]
    assert {one.line for one in found.indicators} == {"chưa đủ báo cáo"}
    assert found.points == Range(0, 125)


def test_the_sum_says_how_many_criteria_it_leaves_out() -> None:
    assert (
        sixth((125, 130), (3, 3)).known_words == "125 đến 275 điểm (mới tính 3/13 tiêu chí đã xác nhận điểm)"
    )
    rules = whole_rules()
    assert score(rules, shares((95, 100), (96, 100))).known_words == "200 điểm"


@given(st.integers(0, 10_000), st.integers(1, 10_000), st.sampled_from([50.0, 95.0, 98.0, 99.5, 100.0]))
def test_a_printed_share_is_never_on_the_wrong_side_of_its_mark(part: int, whole: int, mark: float) -> None:
    share = 100 * min(part, whole) / whole
    shown = share_words(share, mark)
    if not shown.startswith("gần"):
        assert (float(shown.removesuffix(" %").replace(",", ".")) >= mark) == (share >= mark)


@given(st.integers(0, 500), st.integers(1, 500), st.integers(0, 50), st.integers(1, 50))
def test_the_indicators_never_come_to_more_than_their_criterion(a: int, b: int, c: int, d: int) -> None:
    found = sixth((min(a, b), b), (min(c, d), d)).criteria[5]
    assert found.points is not None
    total = sum((one.points for one in found.indicators if one.points), Range())
    assert total == found.points
    assert 0 <= found.points.low <= found.points.high <= 125


@given(st.integers(0, 200), st.integers(0, 200))
def test_more_children_helped_never_brings_fewer_points(some: int, more: int) -> None:
    few, many = (sixth((part, 200), None).criteria[5].score.points for part in sorted((some, more)))
    assert few.low <= many.low


def answers(
    rules: RuleSet, reported: dict[int, list[Evidenced]], document: str = "QĐ số 1", **reached: bool
) -> Any:
    found = judge(
        project(rules, reported),
        CommuneClass(rules.bars[0], document),
        {int(key[1:]): value for key, value in reached.items()},
    )
    return found.answer, [one.answer for one in found.conditions]


def test_recognition_needs_all_three_conditions() -> None:
    full = shares((95, 100), (96, 100))
    rules = whole_rules()
    assert answers(rules, full, n1=True, n2=True) == ("yes", ["yes", "yes", "yes"])
    assert answers(rules, full, n1=True, n2=False) == ("no", ["no", "yes", "yes"])
    assert answers(rules, full, n1=True) == ("unknown", ["unknown", "yes", "yes"])
    assert answers(rules, shares((95, 100), (60, 100)), n1=True, n2=True) == ("no", ["yes", "no", "no"])
    assert answers(rules, full, document="", n1=True, n2=True) == ("unknown", ["yes", "yes", "unknown"])
    assert answers(whole_rules(bar=201), full, n1=True, n2=True) == ("no", ["yes", "yes", "no"])


def test_without_its_class_the_total_of_a_commune_is_judged_by_no_bar() -> None:
    found = judge(project(RULES, {}), None, {})
    assert [one.answer for one in found.conditions] == ["unknown"] * 3
    assert "Chưa chọn loại xã" in found.conditions[2].why


def test_what_if_says_what_the_total_would_be_and_what_it_leaves_out() -> None:
    found = project(
        RULES,
        {6: [Evidenced("accepted", (Figure("duoc-tro-giup", 1, 1), Figure("ke-hoach-can-thiep", 1, 1)))]},
    )
    assert scenario(found, {8: 40}) == (
        "Nếu tiêu chí 8 đạt 40 điểm thì tổng từ 165 đến 315 điểm, chưa kể 9 tiêu chí chưa xác nhận điểm."
    )
    assert scenario(project(whole_rules(), shares((95, 100), (60, 100))), {2: 70}) == (
        "Nếu tiêu chí 2 đạt 70 điểm thì tổng 170 điểm."
    )


@pytest.mark.parametrize(
    ("second", "bar", "document", "words"),
    [
        (96, 150, "Văn bản 1", "Đạt mức 150 điểm của loại xã đã chọn."),
        (60, 150, "Văn bản 1", "Không đạt mức 150 điểm của loại xã đã chọn: nhiều nhất 100 điểm."),
        (None, 150, "Văn bản 1", "Chưa biết có đạt mức 150 điểm của loại xã đã chọn hay không: điểm của tiêu chí 2 còn thay đổi được."),
        (96, 150, "", "Chưa biết có đạt mức quy định hay không. Chưa có văn bản xác định loại xã."),
    ],
)  # fmt: skip
def test_whether_the_bar_of_the_class_is_reached_is_said_with_the_reason_where_nobody_knows(
    second: int | None, bar: int, document: str, words: str
) -> None:
    rules = whole_rules(bar=bar)
    given = shares((95, 100), (second or 0, 100))
    found = project(rules, given if second is not None else {1: given[1]})
    assert bar_sentence(found, CommuneClass(rules.bars[0], document)) == words


@pytest.mark.parametrize(
    ("assumed", "words"),
    [({6: 126}, "từ 0 đến 125"), ({8: -1}, "từ 0 trở lên"), ({14: 1}, "Không có tiêu chí 14")],
)
def test_what_if_refuses_points_that_cannot_be(assumed: dict[int, int], words: str) -> None:
    with pytest.raises(Refusal, match=words):
        suppose(project(RULES, {}), assumed)


def test_what_if_keeps_to_the_verified_total() -> None:
    known = RULES.model_copy(update={"total_points": 1000, "total_points_verified": True})
    projection = project(known, {})
    assert (projection.hidden, suppose(projection, {8: 40}).hidden) == (725, 685)
    assert suppose(projection, {8: 40}).total == Range(40, 1000)
    with pytest.raises(Refusal, match="chỉ còn 725 điểm"):
        suppose(projection, {8: 400, 9: 326})


@given(st.dictionaries(st.integers(1, 13), st.integers(0, 50), max_size=13))
def test_what_if_puts_the_supposed_points_in_the_place_of_the_criterion_s_own(
    assumed: dict[int, int],
) -> None:
    after = suppose(project(RULES, {}), assumed)
    supposed = sum(assumed.values())
    left = sum(one.max_points for one in after.criteria if one.no not in assumed)
    assert after.of("assumed") == Range(supposed, supposed)
    assert after.total == Range(supposed, supposed + left)
