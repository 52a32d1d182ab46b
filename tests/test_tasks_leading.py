"""What leadership sees is worked out, never guessed: the score's range, the worst risks, the weekly trend."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.board import next_deadline
from tasks.figures import Figure
from tasks.listing import TaskLine
from tasks.projection import Evidenced, project
from tasks.risks import Troubles, worst
from tasks.ruleset import RuleSet
from tasks.trend import by_week
from tasks.worth import Range


def rules(**changes: object) -> RuleSet:
    """Two criteria: one with verified points and bands, one whose points nobody knows."""
    share = {
        "key": "ty-le", "name": "Tỷ lệ", "kind": "share", "max_points": 60, "verified": True, "source": "Phụ lục",
        "band": [{"at_least": 90, "points": 60}, {"at_least": 50, "points": 30}],
    }  # fmt: skip
    count = {"key": "so-vu", "name": "Số vụ", "kind": "count", "verified": False, "source": "Phụ lục"}
    scored = {
        "no": 1, "name": "Có điểm", "max_points": 100, "verified": True, "source": "QĐ", "indicator": [share, count],
        "can_fall_to_zero": True, "can_fall_to_zero_source": "QĐ",
    }  # fmt: skip
    unknown = {"no": 2, "name": "Chưa rõ", "verified": False, "source": "chờ", "indicator": [dict(count)]}
    whole = {
        "key": "thu", "title": "Bộ thử", "decision_number": "1/QĐ", "decided_on": "2020-01-01",
        "criterion": [scored, unknown], "bar": [{"key": "a", "points": 80, "wording": "Xã", "verified": True, "source": "QĐ"}],
    }  # fmt: skip
    return RuleSet.model_validate(whole | changes)


def said(state: str, part: int = 95, whole: int = 100, count: float = 0) -> Evidenced:
    return Evidenced(state, (Figure("ty-le", part, whole), Figure("so-vu", value=count)))


@pytest.mark.parametrize(
    ("reported", "standing", "points"),
    [
        ([], "open", Range(0, 100)),
        ([said("accepted")], "confirmed", Range(60, 100)),
        ([said("submitted", 60)], "expected", Range(30, 70)),
        ([said("accepted", 10)], "confirmed", Range(0, 70)),
        ([said("accepted"), said("submitted")], "expected", Range(60, 100)),
        ([said("accepted"), Evidenced("assigned")], "open", Range(0, 100)),
        ([said("accepted", 90), said("accepted", 0)], "confirmed", Range(0, 70)),
        ([said("accepted", 99, 100), said("accepted", 45, 50)], "confirmed", Range(60, 100)),
        ([said("accepted", count=1)], "confirmed", Range(0, 100)),
    ],
)
def test_a_criterion_is_worth_what_its_band_says_and_no_more_is_claimed(
    reported: list[Evidenced], standing: str, points: Range
) -> None:
    (one, _) = project(rules(), {1: reported}).criteria
    assert (one.standing, one.points) == (standing, points)


def test_points_that_nobody_confirmed_add_nothing_but_their_share_of_the_verified_total() -> None:
    assert project(rules(), {2: [said("accepted")]}).total == Range(0, 100)
    projection = project(rules(total_points=1000, total_points_verified=True), {1: [said("accepted")]})
    assert (projection.unscored, projection.total) == ((2,), Range(60, 1000))
    assert project(rules(total_points=1000), {}).total == Range(0, 100)


@pytest.mark.parametrize(
    ("bar", "unknown", "reach"),
    [
        (60, False, "reached"),
        (61, False, "possible"),
        (100, False, "possible"),
        (101, False, "missed"),
        (60, True, "reached"),
        (101, True, "unknown"),
    ],
)
def test_a_bar_is_judged_only_as_far_as_points_are_known(bar: int, unknown: bool, reach: str) -> None:
    both = rules().model_dump(by_alias=True)["criterion"]
    made = rules(
        bar=[{"key": "a", "points": bar, "wording": "Xã", "verified": True, "source": "QĐ"}],
        criterion=both if unknown else both[:1],
    )
    assert project(made, {1: [said("accepted")]}).reach(made.bars[0]) == reach


@given(st.integers(0, 200), st.integers(1, 200), st.sampled_from(["assigned", "submitted", "accepted"]))
def test_the_range_stays_within_the_criterion(part: int, whole: int, state: str) -> None:
    total = project(rules(), {1: [said(state, min(part, whole), whole)]}).total
    assert 0 <= total.low <= total.high <= 100


def line(number: int, **changes: object) -> TaskLine:
    usual = {
        "id": number, "key": f"v{number}", "kind": "report", "criterion_no": None, "part": "", "unit_id": number,
        "unit_key": f"u{number}", "unit_name": f"Đơn vị {number}", "title": "Việc", "source": "V", "state": "assigned",
        "last_valid_on": date(2024, 11, 9), "due_wording": "", "days_left": 20, "late": False,
    }  # fmt: skip
    return TaskLine(**(usual | changes))  # type: ignore[arg-type]


def test_the_nearest_deadline_is_that_of_a_task_still_owed() -> None:
    first, later = date(2024, 11, 9), date(2024, 11, 30)
    lines = [line(1, state="accepted"), line(2, state="submitted"), line(3, last_valid_on=later)]
    assert next_deadline(lines, date(2024, 11, 6)) == later
    assert next_deadline([line(1)], date(2024, 11, 20)) == first, "passed, and still owed"
    assert next_deadline(lines[:2], date(2024, 11, 6)) is None


def test_late_criteria_come_first_the_latest_of_them_before_all() -> None:
    lines = [
        line(1, late=True, days_left=-9),
        line(2, late=True, days_left=-1, criterion_no=5, kind="criterion"),
        line(3, late=True, days_left=-4, criterion_no=8, kind="criterion"),
        line(4, days_left=2),
    ]
    found = worst(lines, rules(), project(rules(), {}), Troubles(("Thôn 1", "Thôn 2", "Thôn 3"), 2), most=9)
    texts = [one.text for one in found]
    assert texts[:3] == [
        "Tiêu chí 8: Đơn vị 3 trễ 4 ngày làm việc.",
        "Tiêu chí 5: Đơn vị 2 trễ 1 ngày làm việc.",
        "1 đơn vị còn nợ báo cáo, lâu nhất là Đơn vị 1: trễ 9 ngày làm việc.",
    ]
    assert "Không thư nào đến được Thôn 1, Thôn 2 và 1 đơn vị nữa." in texts
    assert "2 thư không gửi được hoặc chưa rõ đã đến." in texts
    assert "1 việc đến hạn trong 3 ngày làm việc tới mà chưa nộp." in texts
    assert len(worst(lines, rules(), project(rules(), {}), Troubles())) == 3


def test_what_bars_the_next_step_outranks_late_reports_and_what_may_be_waived_comes_late() -> None:
    lines = [line(1, late=True, days_left=-9), line(2, days_left=1)]
    troubles = Troubles(
        ("Thôn 1",), 0, barred=("Tiêu chí 2: chưa có đơn vị chủ trì.",), unready=("Thiếu văn bản.",)
    )
    found = worst(lines, rules(), project(rules(), {}), troubles, most=9)
    assert [one.text.split()[0] for one in found] == ["Tiêu", "1", "Không", "1", "Thiếu", "1"]
    assert (found[0].place, found[4].place) == ("/giai-doan", "/giai-doan")


def test_a_share_below_every_known_band_is_a_risk_and_one_above_is_none() -> None:
    low, fair = (project(rules(), {1: [said("submitted", part)]}) for part in (49, 50))
    assert worst([], rules(), low, Troubles())[0].text == "Tiêu chí 1: số liệu dưới mức 50 %."
    assert "dưới mức" not in worst([], rules(), fair, Troubles())[0].text


def test_on_the_weekend_after_a_deadline_a_task_is_only_just_late() -> None:
    (one, *_) = worst(
        [line(1, late=True, days_left=0, criterion_no=2)], rules(), project(rules(), {}), Troubles()
    )
    assert one.text == "Tiêu chí 2: Đơn vị 1 vừa quá hạn."


@given(
    st.lists(st.tuples(st.integers(-30, -1), st.integers(1, 13)), min_size=1, max_size=20), st.integers(0, 9)
)
def test_however_much_goes_wrong_the_longest_late_criterion_stands_first(
    late: list[tuple[int, int]], undelivered: int
) -> None:
    lines = [line(no, late=True, days_left=left, criterion_no=kind) for no, (left, kind) in enumerate(late)]
    found = worst(lines, rules(), project(rules(), {}), Troubles(undelivered=undelivered))
    assert len(found) <= 3
    assert f"trễ {-min(left for left, _ in late)} ngày làm việc" in found[0].text


def test_a_score_that_can_fall_to_zero_and_a_bar_out_of_reach_are_risks() -> None:
    made = rules(
        bar=[{"key": "a", "points": 800, "wording": "Xã", "verified": True, "source": "QĐ"}],
        criterion=rules().model_dump(by_alias=True)["criterion"][:1],
    )
    texts = [one.text for one in worst([], made, project(made, {1: [said("accepted", count=2)]}), Troubles())]
    assert texts[:2] == [
        "Tiêu chí 1: số liệu có thể đưa điểm về 0.",
        "Tổng điểm cao nhất còn có thể là 100, dưới mức 800 điểm.",
    ]


def test_the_trend_counts_up_week_by_week_to_the_present_one() -> None:
    weeks = by_week(
        [date(2024, 10, 1), date(2024, 10, 14)], [date(2024, 10, 20)], date(2024, 9, 30), date(2024, 10, 21)
    )
    assert [(one.monday, one.handed_in, one.accepted) for one in weeks] == [
        (date(2024, 9, 30), 1, 0), (date(2024, 10, 7), 1, 0), (date(2024, 10, 14), 2, 1), (date(2024, 10, 21), 2, 1),
    ]  # fmt: skip
