"""A deadline is the last valid local date; the wording "trước ngày" leaves the day itself out."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import Refusal
from tasks.deadline import (
    before,
    dates_in,
    is_overdue,
    last_working_day,
    parse_date,
    short_date,
    weekday_date,
    working_days_left,
)
from tasks.workdays import WorkCalendar

CALENDAR = WorkCalendar()
LAST_VALID = before(date(2024, 11, 10))


def test_before_10_november_means_saturday_the_9th_and_work_until_friday_the_8th() -> None:
    assert LAST_VALID == date(2024, 11, 9)
    assert last_working_day(LAST_VALID, CALENDAR) == date(2024, 11, 8)
    assert weekday_date(last_working_day(LAST_VALID, CALENDAR)) == "thứ Sáu, 08/11/2024"


@pytest.mark.parametrize(
    ("day", "left", "late"),
    [(1, 5, False), (2, 5, False), (7, 1, False), (8, 0, False), (9, 0, False), (10, 0, True), (11, -1, True), (12, -2, True)],
)  # fmt: skip
def test_days_left_count_down_to_the_last_working_day_and_late_days_from_the_last_valid_one(
    day: int, left: int, late: bool
) -> None:
    today = date(2024, 11, day)
    assert working_days_left(LAST_VALID, today, CALENDAR) == left
    assert is_overdue(LAST_VALID, today) is late


@pytest.mark.parametrize(
    "given_as", ["9/11/2024", "09/11/2024", "09-11-2024", "9.11.2024", " 2024-11-09 ", date(2024, 11, 9)]
)
def test_a_date_is_read_the_vietnamese_way_or_as_iso(given_as: object) -> None:
    assert parse_date(given_as) == date(2024, 11, 9)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31/9/2024", "ngày 31/9/2024 không có trong lịch: tháng 9 chỉ có 30 ngày"),
        ("29/2/2023", "ngày 29/2/2023 không có trong lịch: tháng 2 chỉ có 28 ngày"),
        ("11/13/2024", "ngày 11/13/2024 không có trong lịch: không có tháng 13"),
        ("0/1/2024", "ngày 0/1/2024 không có trong lịch"),
        ("1/1/0024", "năm phải từ 2000 đến 2100"),
        ("10/11/24", "không đọc được ngày «10/11/24»"),
        ("", "không đọc được ngày"),
    ],
)
def test_a_date_that_does_not_exist_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_date(text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("given_as", [20241109, None, 3.5, datetime(2024, 11, 9, 8), ["9/11/2024"]])  # noqa: DTZ001
def test_what_is_no_date_is_refused(given_as: object) -> None:
    with pytest.raises(Refusal, match="không đọc được ngày"):
        parse_date(given_as)


@given(st.text(max_size=30) | st.from_regex(r"\d{1,3}/\d{1,3}/\d{1,5}", fullmatch=True))
def test_no_text_is_anything_but_a_date_or_a_refusal(text: str) -> None:
    with suppress(Refusal):
        assert 2000 <= parse_date(text).year <= 2100


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_date_that_is_shown_can_be_read_again(day: date) -> None:
    assert parse_date(short_date(day)) == parse_date(day.isoformat()) == day
    assert dates_in(f"trước ngày {short_date(day)}.") == [day]
    assert weekday_date(day).startswith("Chủ nhật" if day.weekday() == 6 else "thứ ")
