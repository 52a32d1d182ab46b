"""Figures are read from text as people write them, and checked before they count."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import Refusal
from plans.toml_source import shipped
from tasks.figures import Figure, check, parse_figure
from tasks.ruleset import Criterion, load_rule_set

RULES = load_rule_set(shipped("decision-06.toml"))
BIRTHS = RULES.criterion(2)
INJURIES = RULES.criterion(5)
RESOURCES = RULES.criterion(1)
CARE = RULES.criterion(6)


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        ("ty-le=45/50", Figure("ty-le", 45, 50)),
        (" ty-le = 45 / 50 ", Figure("ty-le", 45, 50)),
        ("so-vu=0", Figure("so-vu", value=0.0)),
        ("diem=97,5", Figure("diem", value=97.5)),
        ("diem=97.5", Figure("diem", value=97.5)),
        ("so-vu=-1", Figure("so-vu", value=-1.0)),
        ("co-phan-cong=có", Figure("co-phan-cong", value=1.0)),
        ("co-phan-cong=co\u0301", Figure("co-phan-cong", value=1.0)),
        ("co-phan-cong=Không", Figure("co-phan-cong", value=0.0)),
    ],
)
def test_a_figure_is_read_as_people_write_it(text: str, figure: Figure) -> None:
    assert parse_figure(text) == figure


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("45/50", "phải có dạng"),
        ("a=", "phải có dạng"),
        ("=3", "phải có dạng"),
        ("a=nhiều", "không phải số"),
        ("a=nan", "không phải số"),
        ("a=inf", "không phải số"),
        ("a=1e5", "không phải số"),
        ("a=٤٥", "không phải số"),
        ("a=90%", "tử số/mẫu số"),
        ("a=1.234", "hiểu hai cách"),
        ("a=1,234", "hiểu hai cách"),
        ("a=45/50/60", "không phải số"),
        ("a=" + "9" * 5000, "không phải số"),
    ],
)
def test_what_is_no_figure_is_refused_in_words(text: str, word: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_figure(text)
    assert word in str(caught.value)
    assert len(str(caught.value)) < 250


@given(st.text(max_size=40) | st.from_regex(r"[a-z]{1,5}=[-0-9.,/% ]{0,20}", fullmatch=True))
def test_no_text_is_anything_but_a_figure_or_a_refusal(text: str) -> None:
    try:
        figure = parse_figure(text)
    except Refusal:
        return
    assert isinstance(check(BIRTHS, [figure]).problems, list)
    assert (figure.value is None) == (figure.numerator is not None)


@pytest.mark.parametrize(
    ("criterion", "figure", "word"),
    [
        (BIRTHS, Figure("khai-sinh", 0, 0), "mẫu số 0 thì không có tỷ lệ"),
        (BIRTHS, Figure("khai-sinh", 51, 50), "tử số 51 lớn hơn mẫu số 50"),
        (BIRTHS, Figure("khai-sinh", -1, 50), "không được là số âm"),
        (BIRTHS, Figure("khai-sinh", 1, 10**20), "số lớn quá mức 10000000"),
        (BIRTHS, Figure("khai-sinh", value=90.0), "hãy ghi tử số/mẫu số"),
        (BIRTHS, Figure("khai-sinh", 45), "hãy ghi tử số/mẫu số"),
        (BIRTHS, Figure("khai-snh", 45, 50), "không có chỉ tiêu «khai-snh»; có phải «khai-sinh» không?"),
        (INJURIES, Figure("tai-nan", value=-1), "không được là số âm"),
        (INJURIES, Figure("tai-nan", value=1e20), "số lớn quá mức"),
        (INJURIES, Figure("tai-nan", value=float("nan")), "phải là một số"),
        (INJURIES, Figure("tai-nan", value=float("inf")), "phải là một số"),
        (INJURIES, Figure("tai-nan", value=1.5), "phải là số nguyên"),
        (INJURIES, Figure("tai-nan", 1, 2), "không ghi tỷ lệ"),
        (INJURIES, Figure("tai-nan"), "hãy ghi một số"),
        (RESOURCES, Figure("co-phan-cong", value=2), "hãy ghi có hoặc không"),
        (CARE, Figure("ke-hoach-can-thiep", 0, 0), "Hãy bỏ chỉ tiêu này và ghi rõ ở ghi chú"),
    ],
)
def test_a_figure_that_cannot_be_is_a_problem(criterion: Criterion, figure: Figure, word: str) -> None:
    problems = check(criterion, [figure]).problems
    assert any(word in problem for problem in problems), problems


def test_right_figures_raise_neither_problem_nor_doubt() -> None:
    assert check(BIRTHS, [Figure("khai-sinh", 120, 123)]) == check(INJURIES, [Figure("tai-nan", value=0.0)])
    figures = [parse_figure(f"{one.key}=có") for one in RESOURCES.indicators]
    assert check(RESOURCES, figures).problems == check(RESOURCES, figures).doubts == []


def test_a_missing_or_doubled_indicator_is_a_problem() -> None:
    assert check(BIRTHS, []).problems == [
        "Thiếu chỉ tiêu «khai-sinh» (Tỷ lệ trẻ em được khai sinh đúng quy định)."
    ]
    twice = [Figure("khai-sinh", 45, 50), Figure("khai-sinh", 46, 50)]
    assert check(BIRTHS, twice).problems == ["Chỉ tiêu «khai-sinh»: ghi hai lần; hãy giữ một."]


def test_a_share_of_no_case_may_be_left_out_with_a_note_for_the_council_to_decide() -> None:
    helped = [Figure("duoc-tro-giup", 40, 41)]
    explained = check(CARE, helped, note="Trong kỳ không có trường hợp nào")
    assert explained.problems == []
    assert "hội đồng quyết định" in explained.doubts[0]
    assert "hãy ghi rõ ở ghi chú" in check(CARE, helped, note="").problems[0]


@pytest.mark.parametrize(
    ("criterion", "figure", "word"),
    [
        (BIRTHS, Figure("khai-sinh", 2, 3), "mẫu số chỉ có 3"),
        (BIRTHS, Figure("khai-sinh", 0, 120), "0 trên 120"),
        (BIRTHS, Figure("khai-sinh", 25_000, 30_000), "lớn bất thường"),
        (INJURIES, Figure("tai-nan", value=30_000), "nhiều bất thường"),
    ],
)
def test_an_odd_figure_is_doubted_but_accepted(criterion: Criterion, figure: Figure, word: str) -> None:
    found = check(criterion, [figure])
    assert found.problems == []
    assert word in found.doubts[0]
