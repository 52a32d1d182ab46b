"""Which way a message goes: each person's own order, and what gives way to the next."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from notifications.channels.base import ChannelError
from notifications.retry import RetryPolicy, Try, judge
from notifications.routes import Address, open_ways

NOW = datetime(2024, 11, 8, 1, tzinfo=UTC)
ZALO, MAIL, SMS = (
    Address(1, "zalo_bot", "user:7"),
    Address(2, "email", "a@b.example"),
    Address(3, "sms", "8491"),
)


def ways(**tries: dict[str, int]) -> list[str]:
    """The channels still open after these outcomes by channel."""
    known = {(one.channel, one.address): Counter(tries.get(one.channel, {})) for one in (ZALO, MAIL, SMS)}
    return [one.channel for one in open_ways([ZALO, MAIL, SMS], known, fallback_after=4)]


def test_an_untried_message_goes_by_the_persons_first_way() -> None:
    assert ways() == ["zalo_bot", "email", "sms"]


@pytest.mark.parametrize("outcome", ["permanent", "payload", "bounced"])
def test_a_way_that_refused_the_message_gives_way_to_the_next(outcome: str) -> None:
    assert ways(zalo_bot={outcome: 1}) == ["email", "sms"]


@pytest.mark.parametrize(("failures", "first"), [(1, "zalo_bot"), (3, "zalo_bot"), (4, "email")])
def test_a_way_out_of_reach_is_tried_four_times_before_the_next_takes_over(failures: int, first: str) -> None:
    assert ways(zalo_bot={"retry": failures})[0] == first


def test_when_all_ways_were_out_of_reach_the_first_goes_on_trying_alone() -> None:
    assert ways(zalo_bot={"retry": 4}, email={"retry": 5}, sms={"retry": 4}) == ["zalo_bot"]


def test_when_every_way_refused_none_is_left() -> None:
    assert ways(zalo_bot={"permanent": 1}, email={"bounced": 1}, sms={"payload": 1}) == []


@pytest.mark.parametrize(
    ("kind", "here", "more", "expected"),
    [
        ("permanent", 0, True, ("pending", "permanent", True, 0)),
        ("permanent", 0, False, ("failed", "permanent", True, None)),
        ("payload", 0, True, ("pending", "payload", False, 0)),
        ("payload", 0, False, ("failed", "payload", False, None)),
        ("retry", 0, True, ("pending", "retry", False, 60)),
        ("retry", 3, True, ("pending", "retry", False, 0)),
        ("retry", 3, False, ("pending", "retry", False, 480)),
        ("unknown", 0, True, ("unknown", "unknown", False, None)),
    ],
)
def test_what_follows_from_a_failure(
    kind: str, here: int, more: bool, expected: tuple[str, str, bool, int | None]
) -> None:
    error = ChannelError(kind, "Lý do.")  # type: ignore[arg-type]
    verdict = judge(error, Try(here + 1, here, more), policy=RetryPolicy(spread=0), now=NOW)
    wait = None if verdict.not_before is None else round((verdict.not_before - NOW).total_seconds())
    assert (verdict.state, verdict.outcome, verdict.refuses, wait) == expected


def test_a_deferred_message_keeps_its_time_and_its_way() -> None:
    until = NOW + timedelta(hours=14)
    verdict = judge(
        ChannelError("defer", "Hết hạn mức.", until),
        Try(1, 0, more_addresses=True),
        policy=RetryPolicy(),
        now=NOW,
    )
    assert (verdict.state, verdict.not_before, verdict.outcome) == ("pending", until, "defer")


def test_an_error_that_allows_one_retry_only_gives_way_after_it() -> None:
    error = ChannelError("retry", "Lỗi lạ.", most=1)
    first, second = (judge(error, Try(n + 1, n, False), policy=RetryPolicy(), now=NOW) for n in (0, 1))
    assert (first.state, second.state, second.outcome) == ("pending", "failed", "payload")


def test_a_message_that_may_have_arrived_goes_nowhere_else_but_to_who_knows_it_again() -> None:
    assert ways(sms={"unknown": 1}) == ["sms"]
    assert ways(zalo_bot={"permanent": 1}, sms={"unknown": 9}) == ["sms"]


def test_one_that_was_tried_to_the_end_without_an_answer_ends_as_unknown_not_as_failed() -> None:
    error = ChannelError("retry", "Không có trả lời.")
    tried = [Try(n, n - 1, more_addresses=True, stays=True) for n in (4, 20)]
    verdicts = [judge(error, one, policy=RetryPolicy(), now=NOW) for one in tried]
    assert [(one.state, one.outcome) for one in verdicts] == [("pending", "unknown"), ("unknown", "unknown")]


def test_what_a_closed_channel_or_a_limit_put_off_uses_up_none_of_a_messages_tries() -> None:
    known = {
        (ZALO.channel, ZALO.address): Counter(config=30, defer=1, retry=2),
        (MAIL.channel, MAIL.address): Counter(retry=3),
    }
    assert [one.waits for one in open_ways([ZALO, MAIL, SMS], known, fallback_after=4)] == [5, 5, 5]
