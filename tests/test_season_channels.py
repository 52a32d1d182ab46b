"""A season over Zalo Bot, Zalo OA, mail and SMS, with all their troubles: counted at the receivers, against the ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta

import pytest
from season_world import (
    CLOSED,
    HOUR,
    HTML_AT,
    LOST,
    RESET,
    RESET_AT,
    TALE,
    TRIPPED,
    WAITED,
    ZONE,
    Came,
    Lived,
)
from sqlalchemy import func, select
from sqlmodel import col
from zalo_fake import defaults

from db import journal
from db.tables import Attempt, ChannelState, IncomingMessage, Message, Person, Reminder, Task, ZaloToken
from mangnon.demo import reach
from mangnon.demo.channel_figures import season_report

pytestmark = pytest.mark.slow

SENT = ("sent", "delivered")
FIRST, NEXT = date(2024, 4, 16), date(2024, 4, 17)
OA_PEOPLE = {*reach.BY_OA_USER, *reach.BY_OA_PHONE}


def sent_try(tries: list[Attempt]) -> Attempt:
    return next(one for one in reversed(tries) if one.outcome == "sent")


def outcomes(tries: list[Attempt]) -> list[tuple[str, str]]:
    return [(one.channel, one.outcome) for one in tries]


def on(lived: Lived, day: date, person: str) -> tuple[Message, list[Attempt]]:
    """A person's message of a slot's day, with its tries."""
    message = next(
        one for one, key in lived.messages() if key == person and one.slot.astimezone(ZONE).date() == day
    )
    return message, lived.tries().get(message.id or 0, [])


def reset_message(lived: Lived) -> Message:
    return on(lived, RESET_AT.date(), RESET)[0]


def test_the_season_ends_submitted_with_every_task_accepted(channel_season: Lived) -> None:
    states = {
        row[0] for row in channel_season.rows(select(col(Task.state)).where(col(Task.state) != "cancelled"))
    }
    assert states == {"accepted"}
    house = channel_season.season.house
    with house.store.read() as session:
        where = house.bearings(session)
        assert journal.verify(session, where.commune_id) is None


def test_whoever_can_be_reached_is_reached_exactly_once_per_slot(channel_season: Lived) -> None:
    """By person and day: what stands in mail boxes, chats and telephones is what the ledger says, once each."""
    tries, told = channel_season.tries(), Counter()
    for message, person in channel_season.messages():
        if person != LOST:
            assert (
                message.state in {*SENT, "skipped", "missed"}
                or message.id == reset_message(channel_season).id
            )
        if message.state in {*SENT, "unknown"}:
            told[person, tries[message.id or 0][-1].started_at.astimezone(ZONE).date()] += 1
    assert Counter((one.person, one.at.date()) for one in channel_season.came) == told
    assert len(channel_season.came) == told.total() > 180


def test_each_message_came_under_its_own_number_and_only_once(channel_season: Lived) -> None:
    tries, tracking = (
        channel_season.tries(),
        {one.id: one.tracking_id for one, _ in channel_season.messages()},
    )
    numbers = Counter(one.number for one in channel_season.came)
    assert set(numbers.values()) == {1}
    sent = [sent_try(tries[one.id or 0]) for one, _ in channel_season.messages() if one.state in SENT]
    ours = {one.provider_id if one.channel.startswith("zalo") else tracking[one.message_id] for one in sent}
    # Of the one whose line was reset we never learnt the number.
    assert len(set(numbers) - ours) == 1
    assert ours <= set(numbers)


def test_everybody_got_every_open_task_told_and_no_reminder_is_left_over(channel_season: Lived) -> None:
    tasks = {
        row[0] for row in channel_season.rows(select(col(Task.id)).where(col(Task.state) != "cancelled"))
    }
    query = select(col(Reminder.task_id)).join(Message, col(Message.id) == col(Reminder.message_id)).where(
        col(Reminder.kind) == "assigned", col(Message.state).in_(SENT)
    )  # fmt: skip
    assert {row[0] for row in channel_season.rows(query)} == tasks
    waiting = select(func.count()).where(col(Message.state).in_(("pending", "sending")))
    assert channel_season.rows(waiting)[0][0] == 0


def test_the_report_of_channels_adds_up_and_agrees_with_the_receivers(channel_season: Lived) -> None:
    house = channel_season.season.house
    with house.store.read() as session:
        where = house.bearings(session)
        report = season_report(session, where.commune_id, house.clock.now(), house.settings.delivery.channels)
    states = Counter(one.state for one, _ in channel_season.messages())
    tries = channel_season.tries()
    print(
        {one.name: (one.tries, one.sent, one.delivered, one.taken_over) for one in report.lines}, dict(states)
    )
    assert report.messages == states.total() == report.sent + report.failed + report.unknown + report.dropped
    assert (report.sent, report.failed, report.unknown, report.waiting) == (
        states["sent"] + states["delivered"], states["failed"], states["unknown"], 0,
    )  # fmt: skip
    came = Counter(one.channel for one in channel_season.came)
    # The bot brought one message more than we know of.
    assert {one.name: one.sent + (one.name == "zalo_bot") for one in report.lines if one.name} == dict(came)
    assert report.tries == sum(one.tries for one in report.lines) == sum(map(len, tries.values()))
    fallbacks = Counter(
        sent_try(tries[one.id or 0]).channel
        for one, _ in channel_season.messages()
        if one.state in SENT and sent_try(tries[one.id or 0]).channel != tries[one.id or 0][0].channel
    )
    # How many workers met the closed channel before it was known to be closed is a matter of moments.
    assert fallbacks.total() == report.taken_over >= 5
    assert {one.name: one.taken_over for one in report.lines if one.taken_over} == dict(fallbacks)


def test_who_is_out_of_reach_on_the_first_way_is_reached_by_the_second(channel_season: Lived) -> None:
    first = {
        key: outcomes(on(channel_season, FIRST, key)[1]) for key in (reach.NOT_IN_ZALO, reach.BOT_BLOCKED)
    }
    assert first == {
        reach.NOT_IN_ZALO: [("zalo_oa", "permanent"), ("sms", "sent")],
        reach.BOT_BLOCKED: [("zalo_bot", "payload"), ("email", "sent")],
    }
    came = defaultdict(set)
    for one in channel_season.came:
        came[one.person].add(one.channel)
    assert (came[reach.NOT_IN_ZALO], came[reach.BOT_BLOCKED]) == ({"sms"}, {"email"})
    assert "email" not in came[reach.MAILBOX_GONE]


def test_whom_nothing_reaches_is_listed_as_failed_and_told_to_the_coordinator(channel_season: Lived) -> None:
    failed = [one for one, key in channel_season.messages() if one.state == "failed"]
    assert {key for one, key in channel_season.messages() if one.state == "failed"} == {LOST}
    assert len(failed) == sum(key == LOST for _, key in channel_season.messages()) >= 3
    assert LOST not in {one.person for one in channel_season.came}
    told = select(col(Reminder.subject)).join(Person, col(Person.id) == col(Reminder.person_id)).join(
        Message, col(Message.id) == col(Reminder.message_id)
    ).where(col(Reminder.kind) == "undelivered", col(Person.key) == "vhxh", col(Message.state).in_(SENT))  # fmt: skip
    assert {row[0] for row in channel_season.rows(told)} >= {f"message:{one.id}" for one in failed}


def test_the_tokens_never_ran_out_and_none_was_asked_with_twice(channel_season: Lived) -> None:
    tokens, season = channel_season.tokens, channel_season.season
    hours = (season.until - season.start) / HOUR
    assert hours / 25 <= tokens["refreshes"] <= hours / 21
    assert tokens["consumed_reuse"] == 0
    (row,) = channel_season.rows(select(ZaloToken))
    assert (row[0].version, row[0].trouble) == (tokens["refreshes"] + 1, "")
    assert row[0].access_token == tokens["access"]


def test_what_the_quota_held_back_came_the_next_morning(channel_season: Lived) -> None:
    for key in OA_PEOPLE:
        message, tries = on(channel_season, FIRST, key)
        assert outcomes(tries) == [("zalo_oa", "defer"), ("zalo_oa", "sent")], key
        assert [one.started_at.astimezone(ZONE).date() for one in tries] == [FIRST, NEXT]
        (came,) = [one for one in channel_season.came if one.person == key and one.at.date() <= NEXT]
        assert came.at.date() == NEXT and came.at.hour == 8
        assert message.state in SENT


def test_an_hour_of_gateway_pages_leaves_nothing_doubled_and_nothing_lost(channel_season: Lived) -> None:
    tries = [tried for tried in channel_season.tries().values() if in_hour(tried, HTML_AT)]
    first = Counter(outcome for tried in tries for outcome in [in_hour(tried, HTML_AT)])
    # What may have left is unknown until the coordinator sends it again; what surely did not is tried again by itself.
    assert first["unknown"] >= 9 and first["retry"] >= 5
    zalo = {"zalo_bot", "zalo_oa"}
    assert not [
        one for one in channel_season.came if one.channel in zalo and HTML_AT <= one.at < HTML_AT + HOUR
    ]
    assert all(tried[-1].outcome == "sent" for tried in tries)
    again = [tried[-1].started_at.astimezone(ZONE) for tried in tries if in_hour(tried, HTML_AT) != "sent"]
    assert set(again) == {HTML_AT + HOUR}
    assert any("cho gửi lại 12 thư chưa rõ" in sentence for _, sentence in channel_season.story.lines)


def in_hour(tries: list[Attempt], hour: datetime) -> str:
    """How the try of that hour ended, "" where there was none."""
    return next((one.outcome for one in tries if hour <= one.started_at < hour + HOUR), "")


def test_a_line_that_is_reset_after_the_message_was_taken_on_is_listed_and_not_sent_again(
    channel_season: Lived,
) -> None:
    message, tries = on(channel_season, RESET_AT.date(), RESET)
    assert (message.state, outcomes(tries)) == ("unknown", [("zalo_bot", "unknown")])
    assert [one for one in channel_season.came if one.person == RESET and one.at.date() == RESET_AT.date()]
    assert [one.state for one, _ in channel_season.messages() if one.state == "unknown"] == ["unknown"]
    told = select(col(Reminder.state)).where(col(Reminder.subject) == f"message:{message.id}")
    assert channel_season.rows(told) == [("wanted",)]


def test_templates_that_are_disabled_close_the_channel_and_the_next_way_takes_over(
    channel_season: Lived,
) -> None:
    day = CLOSED[0].date()
    asked = {
        key for one, key in channel_season.messages() if one.slot.astimezone(ZONE).date() == day
    } & OA_PEOPLE
    assert len(asked) >= 6
    others = asked - {WAITED}
    ways = {key: outcomes(on(channel_season, day, key)[1]) for key in others}
    assert {channel for way in ways.values() for channel, outcome in way if outcome == "sent"} == {
        "email",
        "sms",
    }
    assert all(one.at.date() == day for one in came_on(channel_season, others, day))
    assert {one.person for one in came_on(channel_season, others, day)} == others


def came_on(lived: Lived, people: set[str], day: date) -> list[Came]:
    return [one for one in lived.came if one.person in people and one.at.date() == day]


def test_a_closed_channel_is_told_once_and_carries_again_what_waited_for_it(channel_season: Lived) -> None:
    told = (
        select(col(Person.key), col(Message.state))
        .select_from(Reminder)
        .join(Person, col(Person.id) == col(Reminder.person_id))
        .join(Message, col(Message.id) == col(Reminder.message_id))
        .where(col(Reminder.kind) == "channel_closed")
    )
    assert channel_season.rows(told) == [("vhxh", "sent")]
    message, tries = on(channel_season, CLOSED[0].date(), WAITED)
    kinds = Counter(one.outcome for one in tries)
    # Looked at once an hour, for two days; then a moment's trouble, which is no reason to give up.
    assert kinds["config"] >= 15 and (kinds["retry"], kinds["sent"]) == (1, 1)
    assert message.state in SENT
    (came,) = [
        one
        for one in channel_season.came
        if one.person == WAITED and CLOSED[0] <= one.at < CLOSED[1] + 24 * HOUR
    ]
    assert (came.channel, came.at.date()) == ("zalo_oa", CLOSED[1].date())
    probing = [one for one in channel_season.refused if one["error"] == -131]
    # One message looks; in the first moment each worker may have met the trouble.
    assert len(probing) <= kinds["config"] + 4
    states = channel_season.rows(select(ChannelState))
    assert not [row[0].name for row in states if row[0].closed_at is not None]
    sentences = [sentence for _, sentence in channel_season.story.lines if sentence.startswith("Kênh")]
    assert [sentence.partition(" dừng")[0].partition(" chạy")[0] for sentence in sentences] == [
        "Kênh Zalo OA"
    ] * 2


def test_an_error_of_the_programs_own_costs_nobody_a_message(channel_season: Lived) -> None:
    tried = [
        one for one in channel_season.tries().values() if any("Lỗi chương trình" in a.detail for a in one)
    ]
    assert [outcomes(one) for one in tried] == [[("zalo_bot", "retry"), ("zalo_bot", "sent")]]
    assert (
        len(
            [
                one
                for one in channel_season.came
                if one.person == TRIPPED and one.at.date() == date(2024, 11, 1)
            ]
        )
        == 1
    )
    (kept,) = channel_season.rows(select(IncomingMessage).where(col(IncomingMessage.text) == TALE))
    assert (kept[0].understood, kept[0].answer_state) == ("unknown", "sent")
    assert {one.person for one in came_on(channel_season, {RESET, TRIPPED}, date(2024, 11, 7))} == {
        RESET,
        TRIPPED,
    }


def test_messages_by_number_are_known_to_have_arrived(channel_season: Lived) -> None:
    query = select(col(Message.state), col(Attempt.delivered_at), col(Attempt.started_at)).join(
        Attempt, col(Attempt.message_id) == col(Message.id)
    ).where(col(Attempt.address).startswith("phone:"), col(Attempt.outcome) == "sent")  # fmt: skip
    found = channel_season.rows(query)
    assert len(found) > 10
    for state, delivered_at, started_at in found:
        assert state == "delivered"
        assert started_at <= delivered_at <= started_at + timedelta(hours=4)


def test_who_wrote_was_answered_once(channel_season: Lived) -> None:
    rows = channel_season.rows(
        select(col(IncomingMessage.answer_state), func.count()).group_by(IncomingMessage.answer_state)
    )
    assert dict(rows) == {"sent": len(channel_season.answers)}
    assert len(channel_season.answers) == 9 + 5 + 3 + 2 + 1 + 1
    assert defaults.BOT_TOKEN not in "".join(channel_season.answers)
