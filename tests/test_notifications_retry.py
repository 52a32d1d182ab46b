"""Waits between tries grow, end, and do not bring everything back at the same moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from notifications.channels.base import ChannelError
from notifications.retry import RetryPolicy, Try, judge

NOW = datetime(2024, 11, 8, 1, tzinfo=UTC)


def test_waits_double_up_to_the_longest() -> None:
    plain = RetryPolicy(spread=0)
    assert [plain.wait(n) / timedelta(minutes=1) for n in (1, 2, 3, 8, 9, 40)] == [1, 2, 4, 128, 240, 240]


def test_what_failed_together_comes_back_spread_over_a_quarter_of_the_wait() -> None:
    policy = RetryPolicy()
    waits = {
        judge(
            ChannelError("retry", "bận"),
            Try(5, 4, more_addresses=False, message_id=number),
            policy=policy,
            now=NOW,
        ).not_before
        for number in range(200)
    }
    first, last = min(filter(None, waits)), max(filter(None, waits))
    assert len(waits) == 200
    assert NOW + timedelta(minutes=16) <= first < NOW + timedelta(minutes=16, seconds=10)
    assert NOW + timedelta(minutes=19, seconds=45) < last < NOW + timedelta(minutes=20)


def test_the_same_message_waits_the_same_whoever_asks() -> None:
    assert RetryPolicy().wait(3, 7) == RetryPolicy().wait(3, 7) != RetryPolicy().wait(3, 8)


def test_the_last_try_is_the_last() -> None:
    verdict = judge(
        ChannelError("retry", "bận"), Try(20, 19, more_addresses=False), policy=RetryPolicy(), now=NOW
    )
    assert (verdict.state, verdict.reason) == ("failed", "Đã thử 20 lần. Lần cuối: bận")
