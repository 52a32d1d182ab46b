"""The figures of the channels add up, whatever happened to the messages, and are those that were counted by hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

import pytest
from hoang_dong import World, found
from sqlalchemy import event, insert, select
from sqlmodel import Session, col

from db.store import Store
from db.tables import Attempt, ChannelState, Message, Person
from db.tables.outbox import MESSAGE_STATES
from db.tables.people import CHANNELS
from notifications.channel_report import NOWHERE, ChannelLine, ChannelReport, channel_report
from tasks.clock import ManualClock

FIGURES = ("tries", "sent", "delivered", "taken_over", "failed", "unknown", "waiting")
Try = tuple[str, str, bool]
"""Channel, outcome, whether its delivery was told."""


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock, issued=False)


def write(world: World, messages: Sequence[tuple[str, datetime, Sequence[Try]]]) -> None:
    """Messages with their state, slot and tries."""

    def deed(session: Session) -> None:
        person = session.execute(select(col(Person.id))).scalars().first()
        for number, (state, slot, tries) in enumerate(messages, 1):
            row: dict[str, Any] = {
                "id": number, "commune_id": world.commune_id, "person_id": person, "slot": slot, "tracking_id": f"m{number}",
                "state": state, "reason": "Lý do", "attempts": len(tries), "not_before": slot, "created_at": slot,
                "updated_at": slot, "lease_until": slot if state == "sending" else None,
            }  # fmt: skip
            session.execute(insert(Message).values(row))
            for place, (channel, outcome, delivered) in enumerate(tries, 1):
                session.execute(
                    insert(Attempt).values(
                        commune_id=world.commune_id, message_id=number, number=place, channel=channel, address="x",
                        started_at=slot, outcome=outcome, delivered_at=slot if delivered else None,
                    )
                )  # fmt: skip

    world.do(deed)


def report(world: World, in_use: Sequence[str] = ("email", "zalo_bot")) -> ChannelReport:
    with world.store.read() as session:
        return channel_report(session, world.commune_id, world.clock.now(), in_use)


def line(seen: ChannelReport, name: str) -> ChannelLine:
    return next(one for one in seen.lines if one.name == name)


def figures(one: ChannelLine | ChannelReport) -> tuple[int, ...]:
    return tuple(getattr(one, name) for name in FIGURES)


def test_a_message_counts_where_it_was_sent_and_otherwise_where_it_was_tried_last(world: World) -> None:
    at = world.clock.now()
    slots = (at - timedelta(hours=number) for number in range(99))
    write(
        world,
        [
            ("sent", next(slots), [("email", "sent", False)]),
            ("sent", next(slots), [("zalo_bot", "permanent", False), ("email", "sent", True)]),
            ("sent", next(slots), [("zalo_bot", "retry", False), ("zalo_bot", "sent", True)]),
            ("delivered", next(slots), [("zalo_bot", "sent", False)]),
            ("failed", next(slots), [("zalo_bot", "payload", False), ("sms", "permanent", False)]),
            ("failed", next(slots), []),
            ("unknown", next(slots), [("email", "unknown", False)]),
            ("pending", next(slots), [("zalo_bot", "defer", False)]),
            ("pending", next(slots), []),
            ("missed", next(slots), []),
            ("sent", at - timedelta(days=31), [("email", "sent", False)]),
            ("pending", at + timedelta(days=1), []),
        ],
    )
    seen = report(world)
    assert {one.name: figures(one) for one in seen.lines} == {
        "email": (3, 2, 1, 1, 0, 1, 0),
        "zalo_bot": (6, 2, 2, 0, 0, 0, 1),
        "sms": (1, 0, 0, 0, 1, 0, 0),
        NOWHERE: (0, 0, 0, 0, 1, 0, 1),
    }
    assert (seen.messages, seen.dropped, figures(seen)) == (10, 1, (10, 4, 3, 1, 2, 1, 2))


def test_a_message_that_came_back_counts_where_it_arrived_in_the_end(world: World) -> None:
    write(
        world,
        [
            (
                "sent",
                world.clock.now(),
                [("email", "sent", False), ("sms", "bounced", False), ("email", "sent", True)],
            )
        ],
    )
    assert figures(line(report(world), "email")) == (2, 1, 1, 0, 0, 0, 0)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happened_the_lines_add_up_to_what_was_counted_by_hand(world: World, seed: int) -> None:
    dice = random.Random(seed)
    outcomes = ["sent", "retry", "permanent", "payload", "unknown", "defer", "config", "bounced"]

    def tries(state: str) -> list[Try]:
        found = [
            (dice.choice(CHANNELS), dice.choice(outcomes), dice.random() < 0.3)
            for _ in range(dice.randint(0, 5))
        ]
        return [*found, (dice.choice(CHANNELS), "sent", True)] if state in {"sent", "delivered"} else found

    now = world.clock.now()
    states = [dice.choice(MESSAGE_STATES) for _ in range(200)]
    messages = [(state, now - timedelta(hours=5 * place), tries(state)) for place, state in enumerate(states)]
    write(world, messages)
    inside = [one for one in messages if one[1] >= now - timedelta(days=30)]
    by_state = Counter(state for state, _, _ in inside)
    seen = report(world, ["zalo_bot"])
    assert (seen.messages, seen.tries) == (len(inside), sum(len(tried) for _, _, tried in inside))
    assert seen.sent == by_state["sent"] + by_state["delivered"]
    assert seen.sent + seen.failed + seen.unknown + seen.waiting + seen.dropped == seen.messages
    for place, name in enumerate(FIGURES):
        assert sum(figures(one)[place] for one in seen.lines) == getattr(seen, name), name
    for channel in CHANNELS:
        arrived = [tried for state, _, tried in inside if state in {"sent", "delivered"}]
        last = [[one for one in tried if one[1] == "sent"][-1] for tried in arrived]
        mine = [tried for tried, (where, _, _) in zip(arrived, last, strict=True) if where == channel]
        assert line(seen, channel).sent == len(mine)
        assert line(seen, channel).taken_over == sum(tried[0][0] != channel for tried in mine)


def test_a_closed_channel_says_since_when_why_and_what_it_may_still_carry(world: World) -> None:
    now = world.clock.now()
    state = {"closed_at": now, "closed_because": "Mã hết hạn.", "try_again_at": now + timedelta(minutes=5)}
    world.do(
        lambda s: s.execute(insert(ChannelState).values(name="zalo_bot", quota_left=7, quota_at=now, **state))
    )
    shut, fine = line(report(world), "zalo_bot"), line(report(world), "email")
    assert (shut.closed_at, shut.closed_because, shut.try_again_at) == tuple(state.values())
    assert (shut.quota_left, shut.in_use) == (7, True)
    assert (fine.closed_at, fine.closed_because, fine.quota_left) == (None, "", None)
    world.do(lambda s: s.get_one(ChannelState, "zalo_bot").__setattr__("closed_at", None))
    assert (line(report(world), "zalo_bot").closed_because, line(report(world), "zalo_bot").try_again_at) == (
        "",
        None,
    )


def test_it_takes_four_queries_however_much_there_is(world: World) -> None:
    now = world.clock.now()
    write(world, [("sent", now - timedelta(hours=one), [("email", "sent", False)]) for one in range(50)])
    said: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("SELECT"):
            said.append(statement)

    event.listen(world.store.engine, "before_cursor_execute", note)
    try:
        assert astuple(report(world))[3] == 50
    finally:
        event.remove(world.store.engine, "before_cursor_execute", note)
    assert len(said) == 4
