"""The working-day calendar: weekends, holidays, Tết, swapped days, and overrides that win."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import Refusal
from tasks.workdays import Override, WorkCalendar, load_calendar, load_overrides

CALENDAR = load_calendar()
DAYS = st.dates(date(2019, 1, 1), date(2031, 12, 31))
STEPS = st.integers(0, 400)


def test_fourteen_working_days_before_8_november_2024_is_21_october() -> None:
    assert CALENDAR.back(date(2024, 11, 8), 14) == date(2024, 10, 21)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2024, 11, 8), True),
        (date(2024, 11, 9), False),
        (date(2024, 4, 29), False),
        (date(2024, 5, 4), True),
        (date(2025, 4, 26), True),
        (date(2026, 8, 22), True),
        (date(2026, 8, 31), False),
        (date(2026, 1, 2), False),
        (date(2026, 1, 10), True),
        (date(2026, 11, 24), False),
        (date(2024, 4, 18), False),
    ],
)
def test_holidays_and_swapped_days_are_those_of_the_public_sector(day: date, works: bool) -> None:
    assert CALENDAR.is_workday(day) is works


@pytest.mark.parametrize(
    ("before", "after", "off"),
    [(date(2025, 1, 24), date(2025, 2, 3), 5), (date(2026, 2, 13), date(2026, 2, 23), 5)],
)
def test_nobody_works_over_tet(before: date, after: date, off: int) -> None:
    assert CALENDAR.forward(before, 1) == after
    assert CALENDAR.back(after, 1) == before
    named = [before + timedelta(days=n) for n in range(1, (after - before).days)]
    assert sum(1 for day in named if day.weekday() < 5 and "Tết" in (CALENDAR.name_of(day) or "")) == off


def test_the_shipped_override_corrects_the_package() -> None:
    bare = WorkCalendar()
    assert bare.is_workday(date(2026, 1, 2))
    assert not bare.is_workday(date(2026, 1, 10))
    assert "12729/VPCP-KGVX" in (CALENDAR.name_of(date(2026, 1, 2)) or "")
    assert CALENDAR.name_of(date(2026, 1, 10)) is None


def test_the_communes_own_file_wins_over_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "ngay.toml"
    own.write_text('[[day]]\ndate = "02/01/2026"\nkind = "work"\nsource = "Thông báo của tỉnh"\n', "utf-8")
    assert load_calendar(own).is_workday(date(2026, 1, 2))
    assert load_calendar(own).name_of(date(2026, 1, 2)) is None


def test_a_date_in_two_entries_is_refused_with_its_line(tmp_path: Path) -> None:
    entry = '[[day]]\ndate = 2026-01-02\nkind = "off"\nsource = "x"\n'
    path = tmp_path / "ngay.toml"
    path.write_text(entry + entry.replace('"off"', '"work"'), "utf-8")
    with pytest.raises(Refusal, match=r"ngay\.toml, dòng 6: khoá «day\[2\]\.date»: ngày 02/01/2026 đã ghi"):
        load_overrides(path)


@pytest.mark.parametrize(
    ("entry", "word"),
    [
        ('date = "31/9/2024"\nkind = "off"\nsource = "x"', "tháng 9 chỉ có 30 ngày"),
        ('date = 2024-09-03\nkind = "nghỉ"\nsource = "x"', 'chỉ nhận "off", "work"'),
        ('date = 2024-09-03\nkind = "off"', "thiếu khoá này"),
        ('date = 2024-09-03\nkind = "off"\nsource = ""', "không được để trống"),
    ],
)
def test_a_bad_override_is_refused(tmp_path: Path, entry: str, word: str) -> None:
    path = tmp_path / "ngay.toml"
    path.write_text(f"[[day]]\n{entry}\n", "utf-8")
    with pytest.raises(Refusal) as caught:
        load_overrides(path)
    assert word in str(caught.value)


def test_from_a_day_off_counting_starts_at_its_neighbours() -> None:
    saturday = date(2024, 11, 9)
    assert [CALENDAR.forward(saturday, n).day for n in (0, 1, 2)] == [11, 11, 12]
    assert [CALENDAR.back(saturday, n).day for n in (0, 1, 2)] == [8, 8, 7]
    assert (CALENDAR.on_or_before(saturday).day, CALENDAR.on_or_after(saturday).day) == (8, 11)
    with pytest.raises(ValueError, match="counted from 0"):
        CALENDAR.back(saturday, -1)


@settings(max_examples=200)
@given(DAYS, STEPS)
def test_going_back_undoes_going_forward(day: date, n: int) -> None:
    start = CALENDAR.on_or_after(day)
    there = CALENDAR.forward(start, n)
    assert CALENDAR.is_workday(there)
    assert CALENDAR.back(there, n) == start
    assert CALENDAR.between(start, there) == n


@given(DAYS, st.integers(0, 60), st.sets(DAYS, max_size=5), st.sets(DAYS, max_size=5))
def test_counting_agrees_with_looking_at_every_day_whatever_the_overrides(
    day: date, length: int, off: set[date], work: set[date]
) -> None:
    entries = [*((one, "off") for one in off), *((one, "work") for one in work - off)]
    calendar = WorkCalendar(
        Override.model_validate({"date": d, "kind": k, "source": "x"}) for d, k in entries
    )
    until = day + timedelta(days=length)
    looked_at = sum(calendar.is_workday(day + timedelta(days=n)) for n in range(1, length + 1))
    assert calendar.between(day, until) == looked_at
    assert calendar.between(until, day) == 0
    assert all(not calendar.is_workday(one) for one in off)
    assert all(calendar.is_workday(one) for one in work - off)
