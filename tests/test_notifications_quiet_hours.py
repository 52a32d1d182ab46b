"""Quiet hours end when they say, over midnight too, and telephone numbers have one form."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.channels.base import ChannelError
from notifications.channels.phones import mobile
from notifications.channels.quiet_hours import QuietHours, quiet

ZONE = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    ("begins", "ends", "now", "over"),
    [
        ("21:00", "06:00", "2024-11-05T20:59:59", None),
        ("21:00", "06:00", "2024-11-05T21:00:00", "2024-11-06T06:00:00"),
        ("21:00", "06:00", "2024-11-05T23:59:59", "2024-11-06T06:00:00"),
        ("21:00", "06:00", "2024-11-06T00:00:00", "2024-11-06T06:00:00"),
        ("21:00", "06:00", "2024-11-06T05:59:59", "2024-11-06T06:00:00"),
        ("21:00", "06:00", "2024-11-06T06:00:00", None),
        ("12:00", "13:30", "2024-11-06T12:00:00", "2024-11-06T13:30:00"),
        ("12:00", "13:30", "2024-11-06T13:30:00", None),
        ("12:00", "13:30", "2024-11-06T11:59:00", None),
        ("21:00", "21:00", "2024-11-05T21:00:00", None),
        ("00:00", "00:00", "2024-11-05T00:00:00", None),
        ("00:00", "06:00", "2024-11-05T03:00:00", "2024-11-05T06:00:00"),
        ("21:00", "00:00", "2024-12-31T23:00:00", "2025-01-01T00:00:00"),
    ],
)
def test_quiet_hours_end_when_they_say(begins: str, ends: str, now: str, over: str | None) -> None:
    at = datetime.fromisoformat(f"{now}+07:00").astimezone(UTC)
    expected = datetime.fromisoformat(f"{over}+07:00") if over else None
    assert quiet(at, time.fromisoformat(begins), time.fromisoformat(ends), ZONE) == expected


@given(st.times(), st.times(), st.integers(0, 2 * 366 * 86_400))
def test_whenever_it_is_the_end_of_quiet_hours_lies_ahead_within_a_day_and_is_not_quiet(
    begins: time, ends: time, second: int
) -> None:
    now = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
    over = quiet(now, begins, ends, ZONE)
    if over is not None:
        assert 0 < (over - now).total_seconds() <= 86_400
        assert quiet(over, begins, ends, ZONE) is None


def test_a_refusal_says_until_when() -> None:
    hours = QuietHours(time(21), time(6), ZONE)
    hours.refuse(datetime(2024, 11, 5, 5, tzinfo=UTC))
    with pytest.raises(ChannelError, match="06:00, 06/11") as refused:
        hours.refuse(datetime(2024, 11, 5, 15, tzinfo=UTC))
    assert refused.value.kind == "defer"


@pytest.mark.parametrize(
    "written",
    [
        "84912345678",
        "+84912345678",
        "0084912345678",
        "0912345678",
        "0912 345 678",
        "0912.345.678",
        "(0912)-345-678",
    ],
)
def test_a_mobile_number_has_one_form_however_it_was_written(written: str) -> None:
    assert mobile(written) == "84912345678"


@pytest.mark.parametrize(
    "written",
    [
        "",
        "84",
        "8491234567",
        "849123456789",
        "84212345678",
        "02163888888",
        "84a12345678",
        "84912345678x",
        "８4912345678",
        "1900545454",
        "84912345678\n84912345679",
    ],
)
def test_any_other_number_is_no_address(written: str) -> None:
    with pytest.raises(ChannelError) as refused:
        mobile(written)
    assert refused.value.kind == "permanent"
    assert written == "" or written not in refused.value.detail
