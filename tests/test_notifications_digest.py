"""What a message says: most urgent first, deadlines in the plan's words and in working days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from notifications.candidates import OPTIONAL
from notifications.digest import SPOKEN, Digest, DigestItem, due_sentence, sections, subject
from notifications.kinds import KINDS, WORDINGS

ITEM = DigestItem(
    kind="before",
    task_key="tram-y-te/tc-5",
    title="Theo dõi, đánh giá tiêu chí 5",
    unit="Trạm Y tế",
    source="Kế hoạch 75/KH-UBND, mục IV.3",
    due_wording="trước ngày 10/11/2024",
    last_valid_on=date(2024, 11, 9),
    last_working_day=date(2024, 11, 8),
    days_left=3,
    link="https://mangnon.example/viec/5",
)
GRANTED = replace(
    ITEM, kind="extension_granted", due_wording="gia hạn đến ngày 15/11/2024",
    last_valid_on=date(2024, 11, 15), last_working_day=date(2024, 11, 15), days_left=8,
)  # fmt: skip


def digest(*items: DigestItem, today: date = date(2024, 11, 5)) -> Digest:
    return Digest(
        commune="UBND xã Hoàng Đồng", plan_number="75/KH-UBND", person_name="Trạm trưởng",
        greeting="Kính gửi bà Trạm trưởng Trạm Y tế", on_behalf_of=(), today=today, items=items,
        coordinator_name="Công chức VHXH", coordinator_email="vhxh@xa.example",
    )  # fmt: skip


def test_only_reminders_before_a_deadline_may_be_declined() -> None:
    assert digest(ITEM, ITEM).optional
    for kind in KINDS:
        assert digest(ITEM, replace(ITEM, kind=kind)).optional == (kind in OPTIONAL)


def test_the_deadline_is_said_in_the_plans_words_and_as_the_last_working_day() -> None:
    assert due_sentence(ITEM, "Hạn", date(2024, 11, 5)) == (
        "Hạn: trước ngày 10/11/2024 (ngày làm việc cuối cùng là thứ Sáu, 08/11/2024; còn 3 ngày làm việc)"
    )


@pytest.mark.parametrize(
    ("today", "days_left", "said"),
    [
        (date(2024, 11, 8), 0, "hôm nay là ngày làm việc cuối cùng"),
        (date(2024, 11, 9), 0, "ngày làm việc cuối cùng đã qua; vẫn nhận đến hết thứ Bảy, 09/11/2024"),
        (date(2024, 11, 10), 0, "đã hết hạn"),
        (date(2024, 11, 11), -1, "đã quá hạn 1 ngày làm việc"),
    ],
)
def test_around_the_deadline_each_day_has_its_own_words(today: date, days_left: int, said: str) -> None:
    item = replace(ITEM, days_left=days_left)
    assert due_sentence(item, "Hạn", today) == f"Hạn: trước ngày 10/11/2024 ({said})"


def test_a_new_deadline_is_said_once() -> None:
    assert due_sentence(GRANTED, "Hạn mới", date(2024, 11, 5)) == (
        "Hạn mới: đến ngày 15/11/2024 (ngày cuối cùng là thứ Sáu, 15/11/2024; còn 8 ngày làm việc)"
    )


def test_a_task_without_a_date_is_not_given_one() -> None:
    undated = replace(ITEM, last_valid_on=None, last_working_day=None, days_left=None)
    assert (
        due_sentence(replace(undated, due_wording="khi có yêu cầu"), "Hạn", date(2024, 11, 5))
        == "Hạn: khi có yêu cầu"
    )
    assert due_sentence(replace(undated, due_wording=""), "Hạn", date(2024, 11, 5)) == ""


def test_a_date_without_wording_is_said_with_its_weekday() -> None:
    sentence = due_sentence(replace(ITEM, due_wording=""), "Hạn", date(2024, 11, 5))
    assert sentence.startswith("Hạn: hết thứ Bảy, 09/11/2024 (ngày làm việc cuối cùng là thứ Sáu")


def test_nine_tasks_with_one_deadline_are_one_list_in_the_order_they_came() -> None:
    nine = [replace(ITEM, task_key=f"t{number}") for number in range(9)]
    (section,) = sections(digest(*nine))
    assert [item.task_key for item in section.items] == [f"t{number}" for number in range(9)]


def test_sections_come_by_urgency_and_then_by_deadline() -> None:
    later = replace(ITEM, due_wording="trước ngày 20/11/2024", last_valid_on=date(2024, 11, 19))
    items = [replace(ITEM, kind=kind) for kind in reversed(KINDS)]
    told = sections(digest(later, *items))
    assert [section.kind for section in told] == [
        kind for one in KINDS for kind in ([one, one] if one == "before" else [one])
    ]
    first, second = (section for section in told if section.kind == "before")
    assert first.items[0].last_valid_on == date(2024, 11, 9)
    assert second.items == (later,)


def test_news_without_a_deadline_is_not_torn_apart_by_one() -> None:
    reviews = [replace(ITEM, kind="review", last_valid_on=date(2024, 11, day)) for day in (9, 12, 30)]
    (section,) = sections(digest(*reviews))
    assert (len(section.items), section.due) == (3, "")


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([ITEM] * 3, "3 việc cần báo cáo, hạn thứ Sáu 08/11/2024 (còn 3 ngày làm việc)"),
        ([replace(ITEM, last_working_day=date(2024, 11, 5), days_left=0)], "1 việc cần báo cáo: hôm nay là ngày làm việc cuối cùng"),
        ([ITEM, replace(ITEM, kind="review")], "1 việc cần báo cáo, hạn thứ Sáu 08/11/2024 và 1 nội dung khác"),
        ([ITEM, replace(ITEM, kind="returned")], "1 báo cáo cần bổ sung và 1 nội dung khác"),
        ([replace(ITEM, kind="overdue", days_left=-3)] * 2, "2 việc đã quá hạn 3 ngày làm việc"),
        ([replace(ITEM, kind="overdue", days_left=-3), replace(ITEM, kind="overdue", days_left=-1)], "2 việc đã quá hạn"),
        ([replace(ITEM, kind="escalated", days_left=-3)] * 2, "Trạm Y tế: 2 việc đã quá hạn"),
        ([replace(ITEM, kind="escalated"), replace(ITEM, kind="escalated", unit="Công an xã")], "2 việc của các đơn vị đã quá hạn"),
        ([GRANTED], "1 việc được gia hạn, hạn mới thứ Sáu 15/11/2024"),
        ([replace(ITEM, kind="announcement", title="Hội đồng họp ngày 12/11.")], "Hội đồng họp ngày 12/11"),
    ],
)  # fmt: skip
def test_the_subject_says_what_and_by_when(items: list[DigestItem], said: str) -> None:
    assert subject(digest(*items)) == f"[Măng Non] {said}"


def test_several_deadlines_are_told_by_the_nearest() -> None:
    later = replace(ITEM, last_valid_on=date(2024, 11, 19), last_working_day=date(2024, 11, 19), days_left=10)
    assert subject(digest(later, ITEM)) == "[Măng Non] 2 việc cần báo cáo, sớm nhất thứ Sáu 08/11/2024"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [1, 12, 123])
def test_a_subject_fits_whatever_the_kind_and_the_number(kind: str, count: int) -> None:
    title = "Thông báo rất dài về việc triển khai thu thập số liệu tại các thôn trên địa bàn xã"
    line = subject(
        digest(
            *[replace(ITEM, kind=kind, title=title, unit="Đoàn Thanh niên Cộng sản Hồ Chí Minh xã")] * count
        )
    )
    assert len(line) <= 78
    assert line.startswith("[Măng Non] ")
    expected = "Thông báo rất dài" if kind in SPOKEN and count == 1 else str(count)
    assert expected in line


@pytest.mark.parametrize("wording", WORDINGS.values(), ids=WORDINGS)
def test_introductions_are_whole_sentences_and_actions_are_short(wording: object) -> None:
    intro, action = getattr(wording, "intro"), getattr(wording, "action")  # noqa: B009 - the type is the table's
    assert intro == "" or intro.endswith(".")
    assert 0 < len(action) <= 20
