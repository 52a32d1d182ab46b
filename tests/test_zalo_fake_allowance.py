"""How much may be sent by the fake's templates, when, and who pays: quotas, night, money."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from zalo_caller import Caller, same_status
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

pytestmark = pytest.mark.slow


def test_the_days_quota_counts_down_to_144_and_begins_anew_at_midnight_in_vietnam(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.set_clock(datetime(2024, 11, 8, 16, 59, 30, tzinfo=UTC))
    fake.set_tokens(pair=["A", "R"])
    caller.token = "A"
    fake.quota(daily=2)
    left = [caller.phone()["data"]["quota"]["remainingQuota"] for _ in range(2)]
    assert (left, caller.phone()["error"], caller.user()["error"]) == (["1", "0"], -144, -211)
    told = same_status(caller.get("/message/quota"))["data"]
    assert (told["dailyQuota"], told["remainingQuota"]) == ("2", "0")
    fake.quota(daily=9, template=1)
    assert [caller.phone()["error"] for _ in range(2)] == [0, -147]
    fake.advance(60)
    assert caller.phone()["data"]["quota"]["remainingQuota"] == "8"


def test_a_templates_quota_counts_down_to_147_and_what_was_refused_does_not_count(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.quota(template=2)
    assert caller.phone("1")["error"] == -108
    assert [caller.phone()["error"] for _ in range(3)] == [0, 0, -147]
    assert [caller.user()["error"] for _ in range(3)] == [0, 0, -211]
    fake.quota(template=1, template_id=defaults.TEMPLATE_PHONE)
    assert [caller.phone()["error"] for _ in range(2)] == [0, -147]


def test_nothing_goes_by_number_at_night_and_only_a_night_that_is_switched_on_stops_reminders_by_user(
    fake: ZaloFake, caller: Caller
) -> None:
    fake.night()
    assert (caller.phone()["error"], caller.user()["error"]) == (-133, -234)
    assert (caller.service()["error"], caller.group()["error"]) == (0, 0)
    fake.night("clock")
    fake.set_clock(datetime(2024, 11, 8, 15, tzinfo=UTC))
    promotion = {"template_id": defaults.TEMPLATE_PROMOTION}
    assert (caller.phone()["error"], caller.user()["error"], caller.user(**promotion)["error"]) == (
        -133,
        0,
        -234,
    )
    fake.set_clock(datetime(2024, 11, 8, 22, 59, tzinfo=UTC))
    assert caller.phone()["error"] == -133
    fake.set_clock(datetime(2024, 11, 8, 23, tzinfo=UTC))
    assert (caller.phone()["error"], caller.user(**promotion)["error"]) == (0, 0)


def test_without_money_nothing_goes(fake: ZaloFake, caller: Caller) -> None:
    fake.quota(wallet="empty")
    assert (caller.phone()["error"], caller.user()["error"]) == (-115, -321)
    fake.quota(wallet="missing")
    assert (caller.phone()["error"], caller.user()["error"]) == (-136, -320)
