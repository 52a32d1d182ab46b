"""The council's scores need a reason where they differ, a number that can be, and members who are members."""

from __future__ import annotations

import pytest
from test_tasks_scoring import sixth

from tasks.council import Agreed, Vote, agreed_total, quorum, unfounded

SHEET = sixth((125, 130), (3, 3))
MEMBERS = {"A", "B"}


@pytest.mark.parametrize(
    ("agreed", "faults"),
    [
        ([Agreed(6, 125)], []),
        ([Agreed(6, 100, "thiếu một kế hoạch")], []),
        ([Agreed(6, 100)], ["Tiêu chí 6: Hội đồng chấm 100 điểm khác điểm tự chấm (125); cần ghi lý do."]),
        (
            [Agreed(8, 40)],
            ["Tiêu chí 8: Hội đồng chấm 40 điểm khác điểm tự chấm (chưa xác nhận); cần ghi lý do."],
        ),
        ([Agreed(6, 126, "x")], ["Tiêu chí 6: 126 điểm quá điểm tối đa 125."]),
        ([Agreed(6, 125, "", (Vote("C", 125),))], ["Tiêu chí 6: «C» không phải thành viên Hội đồng."]),
        ([Agreed(6, 125), Agreed(6, 125)], ["Tiêu chí 6: Hội đồng có hai mức điểm."] * 2),
        ([Agreed(14, 1, "x")], ["Hội đồng chấm tiêu chí 14 không có trong bộ quy tắc."]),
    ],
)
def test_what_the_council_agrees_on_is_founded(agreed: list[Agreed], faults: list[str]) -> None:
    assert unfounded(SHEET, agreed, MEMBERS) == faults


def test_the_minutes_keep_the_reason_and_who_thought_otherwise() -> None:
    votes = (Vote("A", 40), Vote("B", 35, "số liệu quý IV chưa đủ"))
    assert (
        Agreed(8, 40, "theo sổ theo dõi", votes).words
        == "theo sổ theo dõi; B: 35 điểm, số liệu quý IV chưa đủ"
    )
    assert Agreed(8, 40).words == ""


def test_the_council_s_sum_says_how_many_criteria_it_covers() -> None:
    assert agreed_total(SHEET, [Agreed(6, 125), Agreed(7, 50)]) == "175 điểm (2/13 tiêu chí)"
    assert agreed_total(SHEET, []) == "chưa thống nhất điểm"


@pytest.mark.parametrize(
    ("attending", "needed", "words"),
    [(6, 6, "đủ số lượng"), (5, 6, "không đủ số lượng"), (9, None, "chưa được xác định")],
)
def test_a_meeting_can_decide_only_with_enough_members(
    attending: int, needed: int | None, words: str
) -> None:
    assert words in quorum(9, attending, needed)
