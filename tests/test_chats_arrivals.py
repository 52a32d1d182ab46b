"""What providers tell of our messages ends where the coordinator looks: delivered, seen, back again, or waiting to be known."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from chat_world import ChatWorld
from sqlalchemy import insert, select, update
from sqlmodel import col
from web_world import WebWorld

from db.store import Store
from db.tables import Attempt, ContactPoint, Message
from tasks.clock import ManualClock

TASK = "bc.thon-07"


@pytest.fixture
def chats(store: Store, clock: ManualClock) -> ChatWorld:
    return ChatWorld(WebWorld.build(store, clock))


def fate(chats: ChatWorld, number: int) -> tuple[Message, Attempt]:
    """A message and its last attempt."""
    query = select(Message, Attempt).join(Attempt, col(Attempt.message_id) == col(Message.id))
    row = chats.rows(query.where(col(Message.id) == number).order_by(col(Attempt.number)))[-1]
    return row[0], row[1]


def received(chats: ChatWorld, **message: str) -> dict[str, Any]:
    return chats.oa_event(
        "user_received_message", sender={"id": "oa"}, recipient={"id": "84912345678"}, message=message
    )


def sms(number: str, tracking: str, *, status: str = "5", good: str = "1", bad: str = "0") -> dict[str, Any]:
    return {
        "SMSID": number,
        "RequestId": tracking,
        "SendStatus": status,
        "SendSuccess": good,
        "SendFailed": bad,
    }


def test_a_delivered_message_is_known_by_the_providers_number(chats: ChatWorld, clock: ManualClock) -> None:
    number = chats.told("thon-07", TASK, channel="zalo_oa", provider_id="p1")
    other = chats.told("thon-08", "bc.thon-08", channel="zalo_oa", provider_id="p2")
    clock.set(clock.now() + timedelta(seconds=30))
    chats.keep("zalo_oa", received(chats, msg_id="p1"))
    chats.round()
    message, attempt = fate(chats, number)
    assert (message.state, attempt.delivered_at, attempt.seen_at) == ("delivered", chats.now, None)
    assert fate(chats, other)[0].state == "sent"


def test_the_answer_that_was_lost_is_made_up_for_by_our_own_number(chats: ChatWorld) -> None:
    number = chats.told("thon-07", TASK, channel="zalo_oa", state="unknown", outcome="unknown")
    tracking = fate(chats, number)[0].tracking_id
    chats.keep("zalo_oa", received(chats, msg_id="never-heard-of", tracking_id=tracking))
    chats.round()
    message, attempt = fate(chats, number)
    assert (message.state, message.reason, attempt.outcome) == ("delivered", "", "sent")
    assert message.sent_at == chats.now


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_what_arrived_after_all_is_not_sent_again(chats: ChatWorld, state: str) -> None:
    number = chats.told("thon-07", TASK, channel="zalo_oa", state=state, outcome="retry", provider_id="p1")
    chats.keep("zalo_oa", received(chats, msg_id="p1"))
    chats.round()
    assert fate(chats, number)[0].state == "delivered"


def test_seen_messages_are_delivered_too_and_copies_and_order_change_nothing(
    chats: ChatWorld, clock: ManualClock
) -> None:
    numbers = [chats.told("thon-07", TASK, channel="zalo_oa", provider_id=f"p{n}") for n in (1, 2)]
    seen = chats.oa_event("user_seen_message", message={"msg_ids": ["p1", "p2"]})
    chats.keep("zalo_oa", seen)
    chats.round()
    first = chats.now
    clock.set(clock.now() + timedelta(minutes=1))
    chats.keep("zalo_oa", seen)
    chats.keep("zalo_oa", received(chats, msg_id="p1"))
    chats.round()
    for number in numbers:
        message, attempt = fate(chats, number)
        assert (message.state, attempt.seen_at, attempt.delivered_at) == ("delivered", first, first)


def test_a_report_that_overtakes_our_own_note_waits_for_it_and_holds_up_no_other(
    chats: ChatWorld, clock: ManualClock
) -> None:
    number = chats.told("thon-07", TASK, channel="zalo_oa", state="sending", outcome="started")
    chats.keep("zalo_oa", received(chats, msg_id="p1", tracking_id=fate(chats, number)[0].tracking_id))
    chats.keep("zalo_oa", received(chats, msg_id="p9"))
    chats.keep("zalo_oa", chats.oa_text("LK 000000"))
    chats.round()
    assert [bool(row.handled_at) for row in chats.events()] == [False, False, True]
    recorded = update(Message).where(col(Message.id) == number).values(state="sent", lease_until=None)
    chats.web.world.do(lambda s: s.execute(recorded))
    clock.set(clock.now() + timedelta(minutes=5))
    chats.round()
    assert fate(chats, number)[0].state == "delivered"
    clock.set(clock.now() + timedelta(minutes=6))
    chats.round()
    assert [(row.body, row.trouble) for row in chats.events()] == [
        ("", ""),
        ("", "unmatched"),
        ("", chats.events()[2].trouble),
    ]


def test_an_sms_that_arrived_is_delivered(chats: ChatWorld) -> None:
    number = chats.told("thon-07", TASK, channel="sms", address="84912345678")
    chats.keep("sms", sms("s1", fate(chats, number)[0].tracking_id))
    chats.round()
    assert fate(chats, number)[0].state == "delivered"


@pytest.mark.parametrize(("status", "good", "bad"), [("5", "0", "1"), ("4", "0", "0")])
def test_an_sms_that_came_back_goes_to_the_next_address_by_the_same_rule_as_a_mail(
    chats: ChatWorld, status: str, good: str, bad: str
) -> None:
    chats.web.world.do(
        lambda s: s.add(
            ContactPoint(
                commune_id=chats.web.world.commune_id, person_id=chats.web.person("thon-07"), position=9, channel="sms",
                address="84912345678",
            )
        )
    )  # fmt: skip
    number = chats.told("thon-07", TASK, channel="sms", address="84912345678", provider_id="s1")
    event = sms("s1", fate(chats, number)[0].tracking_id, status=status, good=good, bad=bad)
    chats.keep("sms", event)
    chats.round()
    message, attempt = fate(chats, number)
    assert (message.state, attempt.outcome) == ("pending", "bounced")
    assert message.tracking_id != event["RequestId"]
    refused = select(col(ContactPoint.refused_reason)).where(col(ContactPoint.address) == "84912345678")
    assert chats.rows(refused) == [("Nhà mạng báo tin nhắn không đến máy.",)]
    assert chats.deeds()[-1] == ("Măng Non", "message.bounced", f"message:{number}")
    chats.keep("sms", event | {"SendSuccess": good + "0"})
    chats.round()
    assert fate(chats, number)[0].tracking_id == message.tracking_id


def test_what_is_still_on_its_way_says_nothing(chats: ChatWorld) -> None:
    number = chats.told("thon-07", TASK, channel="sms")
    for status in ("1", "2", "7", "x"):
        chats.keep("sms", sms("s1", fate(chats, number)[0].tracking_id, status=status, good="0"))
    chats.round()
    assert fate(chats, number)[0].state == "sent"
    assert all(row.handled_at for row in chats.events())


def test_who_stops_following_is_not_written_to_until_following_again(chats: ChatWorld) -> None:
    chats.keep("zalo_oa", chats.oa_text(f"LK {chats.code(channel='zalo_oa')}"))
    chats.round()
    query = select(col(ContactPoint.refused_reason)).where(col(ContactPoint.address) == "user:z1")
    reasons = []
    for name in ("unfollow", "follow"):
        chats.keep("zalo_oa", chats.oa_event(name, follower={"id": "z1"}, oa_id="oa"))
        chats.round()
        reasons += chats.rows(query)
    assert reasons == [("Người nhận đã bỏ quan tâm OA của xã.",), (None,)]


def test_a_disabled_template_and_a_new_quota_are_told_to_the_operator_by_code(
    chats: ChatWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    chats.keep(
        "zalo_oa",
        chats.oa_event(
            "change_template_status", template_id="123", status={"prev": "ENABLE", "new": "DISABLE"}
        ),
    )
    chats.keep(
        "zalo_oa",
        chats.oa_event("change_oa_daily_quota", oaId="oa", quota={"prev_value": 500, "new_value": 2000}),
    )
    chats.keep(
        "zalo_oa", chats.oa_event("user_submit_info", info={"name": "Bà Kín Đáo", "phone": "84912345678"})
    )
    chats.keep("zalo_oa", chats.oa_event("widget_interaction_accepted"))
    chats.round()
    assert [row.trouble for row in chats.events()] == ["template 123 DISABLE", "quota 2000", "", ""]
    said = capsys.readouterr().out
    assert "template 123 DISABLE" in said
    assert "Kín Đáo" not in said
    assert {row.body for row in chats.events()} == {""}


def test_a_try_that_came_back_after_a_later_one_arrived_sends_nothing_again(chats: ChatWorld) -> None:
    number = chats.told(
        "thon-07", TASK, channel="sms", address="84912345678", provider_id="s1", outcome="unknown"
    )
    later = {
        "commune_id": chats.web.world.commune_id, "message_id": number, "number": 2, "channel": "email",
        "address": "thon-07@hoang-dong.example", "started_at": chats.now, "outcome": "sent", "provider_id": "",
    }  # fmt: skip
    chats.web.world.do(lambda s: s.execute(insert(Attempt).values(later)))
    chats.web.world.do(
        lambda s: s.execute(update(Message).where(col(Message.id) == number).values(attempts=2))
    )
    chats.keep("sms", sms("s1", fate(chats, number)[0].tracking_id, good="0", bad="1"))
    chats.round()
    assert fate(chats, number)[0].state == "sent"
    first = select(col(Attempt.outcome)).where(col(Attempt.message_id) == number, col(Attempt.number) == 1)
    assert chats.rows(first) == [("bounced",)]
