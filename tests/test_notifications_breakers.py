"""A channel set up wrongly rests and is told once; a channel's rate holds over all workers and processes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.store import Store
from notifications import breakers, pacing

NOW = datetime(2024, 11, 8, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def closed(store: Store, because: str, at: datetime) -> breakers.Closed:
    with store.write() as session:
        return breakers.close(session, "zalo_oa", because, at)


def test_the_longer_a_channel_is_closed_the_longer_it_rests_up_to_a_quarter_of_an_hour(store: Store) -> None:
    rests = [
        closed(store, "Sai mã.", NOW + minutes * MINUTE).until - (NOW + minutes * MINUTE)
        for minutes in (0, 1, 4, 30, 600)
    ]
    assert [rest / MINUTE for rest in rests] == [1, 1, 4, 15, 15]


def test_the_same_trouble_within_a_day_is_one_trouble_another_reason_is_another(store: Store) -> None:
    first = closed(store, "Sai mã.", NOW)
    with store.write() as session:
        breakers.reopen(session, "zalo_oa")
    again = closed(store, "Sai mã.", NOW + 5 * MINUTE)
    other = closed(store, "Hết hạn gói.", NOW + 6 * MINUTE)
    later = closed(store, "Hết hạn gói.", NOW + timedelta(days=2))
    assert again.outage_at == first.outage_at == NOW
    assert other.outage_at == NOW + 6 * MINUTE
    assert later.outage_at == NOW + timedelta(days=2)


def test_a_channel_that_carried_a_message_is_not_closed_any_more(store: Store) -> None:
    closed(store, "Sai mã.", NOW)
    with store.write() as session:
        assert list(breakers.closed_channels(session)) == ["zalo_oa"]
        breakers.reopen(session, "zalo_oa")
        assert breakers.closed_channels(session) == {}


def test_what_a_clock_that_ran_ahead_closed_is_tried_at_once(store: Store) -> None:
    assert not closed(store, "Sai mã.", NOW + timedelta(days=365)).holds(NOW)
    assert closed(store, "Sai mã.", NOW).holds(NOW + timedelta(seconds=59))


def test_messages_leave_one_after_another_however_many_ask_at_once(store: Store) -> None:
    found: list[datetime] = []
    for _ in range(3):
        with store.write() as session:
            found += pacing.reserve(session, "zalo_bot", 4, 60, NOW)
    assert found == [NOW + number * timedelta(seconds=1) for number in range(12)]


def test_what_would_leave_only_after_two_minutes_waits_in_the_database(store: Store) -> None:
    with store.write() as session:
        assert len(pacing.reserve(session, "zalo_bot", 50, 10, NOW)) == 21
        assert pacing.reserve(session, "zalo_bot", 50, 10, NOW) == []
        assert len(pacing.reserve(session, "zalo_bot", 50, 10, NOW + MINUTE)) == 10


def test_no_rate_means_no_waiting_and_no_row(store: Store) -> None:
    with store.write() as session:
        assert pacing.reserve(session, "email", 3, 0, NOW) == [NOW] * 3
        assert breakers.closed_channels(session) == {}


@given(
    st.lists(st.tuples(st.integers(1, 30), st.integers(0, 90)), min_size=1, max_size=12), st.integers(1, 600)
)
def test_in_no_minute_more_leave_than_the_rate_allows(asks: list[tuple[int, int]], rate: int) -> None:
    now, free, left = NOW, None, list[datetime]()
    for count, passes in asks:
        now += timedelta(seconds=passes)
        instants, free = pacing.paced(free, count, rate, now)
        assert all(now <= one <= now + pacing.PATIENCE for one in instants)
        left += instants
    assert left == sorted(left)
    for start in left:
        assert sum(start <= one < start + MINUTE for one in left) <= rate


@pytest.mark.parametrize("ahead", [timedelta(hours=1), timedelta(days=400)])
def test_a_pace_noted_by_a_clock_that_ran_ahead_counts_for_nothing(ahead: timedelta) -> None:
    assert pacing.paced(NOW + ahead, 1, 60, NOW)[0] == [NOW]
