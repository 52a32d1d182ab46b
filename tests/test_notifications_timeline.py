"""A message's way to its reader, told moment by moment: planned, tried, handed on, arrived, seen, given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from db.tables.outbox import MESSAGE_STATES, OUTCOMES
from notifications.message_list import MessageLine
from notifications.message_story import AttemptLine, DeedLine, Story
from notifications.timeline import Moment, timeline

SLOT = datetime(2024, 11, 12, 1, tzinfo=UTC)
NOW = SLOT + timedelta(hours=2)
MESSAGE = MessageLine(
    1, SLOT, "Trưởng thôn số 7 (ví dụ)", "sent", "", 1, SLOT, "mn-1", 1, "email", SLOT, 0, 7
)  # fmt: skip
BOT, MAIL, SMS = "Zalo (…123)", "thư điện tử đến a@xa.example", "SMS đến …678"


def attempt(number: int, place: str, outcome: str, **more: Any) -> AttemptLine:
    at = SLOT + timedelta(minutes=number)
    first = AttemptLine(number, "x", "…", at, at, outcome, "", "", None, None, None, place)
    return replace(first, **more)


def told(*attempts: AttemptLine, deeds: tuple[DeedLine, ...] = (), **message: Any) -> list[Moment]:
    return timeline(Story(replace(MESSAGE, **message), (), attempts, deeds), NOW)


def words(moments: list[Moment]) -> list[str]:
    return [one.text for one in moments]


def test_a_message_that_arrived_was_planned_sent_delivered_and_seen() -> None:
    at = SLOT + timedelta(minutes=5)
    moments = told(attempt(1, BOT, "sent", delivered_at=at, seen_at=at + timedelta(minutes=1)))
    assert words(moments) == [
        "Đến đợt gửi", f"Gửi qua {BOT}: đã gửi", "Đã đến máy người nhận", "Người nhận đã xem",
    ]  # fmt: skip
    assert [one.at for one in moments] == sorted(one.at for one in moments if one.at)


def test_the_next_way_takes_over_and_it_is_said_why() -> None:
    moments = told(
        attempt(1, BOT, "retry", detail="Zalo bận."), attempt(2, BOT, "retry"), attempt(3, SMS, "permanent"),
        attempt(4, MAIL, "sent"),
    )  # fmt: skip
    handed = [(one.text, one.note) for one in moments if one.text.startswith("Chuyển")]
    assert handed == [
        (f"Chuyển sang {SMS}", f"Vì {BOT} đã thử 2 lần không được."),
        (f"Chuyển sang {MAIL}", f"Vì {SMS} bị từ chối."),
    ]


def test_a_message_that_waits_says_until_when_and_why() -> None:
    later = NOW + timedelta(hours=3)
    moment = told(
        attempt(1, BOT, "defer"), state="pending", not_before=later, reason="Hết lượt gửi hôm nay."
    )[-1]
    assert (moment.at, moment.note, moment.look) == (later, "Hết lượt gửi hôm nay.", "waiting")
    moment = told(state="pending", reason="", not_before=NOW)[-1]
    assert (moment.at, moment.text) == (None, "Chờ lượt gửi gần nhất trong giờ gửi thư")


def test_a_message_whose_slot_is_ahead_is_planned() -> None:
    assert (
        words(told(state="pending", slot=NOW + timedelta(days=1), not_before=NOW))[0]
        == "Sẽ gửi trong đợt này"
    )


def test_what_ended_badly_says_so_last_and_why_only_once() -> None:
    last = told(attempt(1, MAIL, "permanent", detail="550"), state="failed", reason="550")
    assert [(one.text, one.note) for one in last[1:]] == [
        (f"Gửi qua {MAIL}: bị từ chối", "550"), ("Không gửi được", ""),
    ]  # fmt: skip
    last = told(attempt(1, MAIL, "retry", detail="451"), state="failed", reason="Đã thử 20 lần.")
    assert last[-1].note == "Đã thử 20 lần."
    assert told(attempt(1, BOT, "unknown"), state="unknown", reason="Mất mạng.")[-1].look == "waiting"


def test_what_people_decided_stands_where_it_happened_and_a_new_beginning_is_no_handing_on() -> None:
    deeds = (
        DeedLine(SLOT + timedelta(minutes=2), "Chị Hoa", "message.bounced", "Hộp thư đầy"),
        DeedLine(SLOT + timedelta(minutes=3), "Chị Hoa", "message.retried", ""),
    )
    moments = told(attempt(1, MAIL, "bounced", detail="Hộp thư đầy"), attempt(4, BOT, "sent"), deeds=deeds)
    assert words(moments) == [
        "Đến đợt gửi", f"Gửi qua {MAIL}: bị trả về", "Chị Hoa ghi nhận thư bị trả về",
        "Chị Hoa cho gửi lại từ đầu; các lần gửi trước không tính nữa", f"Gửi qua {BOT}: đã gửi",
    ]  # fmt: skip


@pytest.mark.parametrize("state", MESSAGE_STATES)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_every_state_and_outcome_has_its_words(state: str, outcome: str) -> None:
    for place in (BOT, MAIL):
        moments = told(attempt(1, BOT, outcome), attempt(2, place, outcome), state=state, reason="Lý do.")
        assert all(one.text and "None" not in one.text + one.note for one in moments)
