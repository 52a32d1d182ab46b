"""One person with several ways: what happens where one is closed, in doubt or out of reach for a while."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from recording_channel import Killed, RecordingChannel
from reminder_world import COMMUNE, LEASE, PLAN, START, World, build, crowd
from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import col

from db import journal
from db.errors import StorageRefusal
from db.tables import Announcement, ContactPoint, Heartbeat, Message, Person
from notifications import committing, outbox, pacing
from notifications.channels.base import HandOver as HandingOver
from notifications.channels.base import Outgoing, Receipt
from notifications.delivery import deliver
from notifications.noting import Ending, HandOver, Note
from notifications.retry import RetryPolicy
from notifications.routes import Address
from notifications.sending import Delivery
from notifications.tick import plan_due, tick

WHO = "truong-thon"
BOT, MAIL, SMS = ("zalo_bot", "user:c1"), ("email", "thon@xa-thu.example"), ("sms", "84912345678")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ways") / "mangnon.db"
    build(path)
    return path


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    """One message waits, to one person."""
    world = World.copied(template, tmp_path / "mangnon.db")
    plan_due(world.delivery)
    with world.store.write() as session:
        who = session.execute(select(col(Person.id)).where(col(Person.key) == WHO)).scalar_one()
        others = update(Message).where(col(Message.person_id) != who)
        session.execute(others.values(state="missed", reason="Không thuộc phép thử."))
    yield world
    world.close()


def reached_by(world: World, *points: tuple[str, str]) -> dict[str, RecordingChannel]:
    """Give the person these addresses; a channel for each."""
    with world.store.write() as session:
        who = session.execute(select(col(Person.id)).where(col(Person.key) == WHO)).scalar_one()
        session.execute(delete(ContactPoint).where(col(ContactPoint.person_id) == who))
        for position, (channel, address) in enumerate(points):
            session.execute(
                insert(ContactPoint).values(
                    commune_id=COMMUNE, person_id=who, position=position, channel=channel, address=address
                )
            )
    return {name: RecordingChannel(world.clock, name, repeatable=name == "sms") for name, _ in points}


def by(world: World, channels: dict[str, RecordingChannel]) -> Delivery:
    return replace(world.delivery, channels=channels, retry=RetryPolicy())


def message_of(world: World) -> Message:
    return next(row for row in world.rows(Message) if row.state != "missed")


def go_on(world: World, delivery: Delivery, until: datetime) -> None:
    """A round whenever something is due, up to an instant; many rounds without end are a mistake of the program."""
    for _ in range(60):
        asyncio.run(deliver(delivery))
        message = message_of(world)
        if message.state != "pending" or message.not_before >= until:
            return
        world.clock.set(max(world.now + timedelta(seconds=1), message.not_before))
    pytest.fail("it never comes to rest")


def test_who_refuses_while_another_way_is_closed_is_reached_once_that_is_open(world: World) -> None:
    channels = reached_by(world, BOT, MAIL)
    channels["zalo_bot"].fates.extend(["config"] * 2)
    channels["email"].fates.append("permanent")
    go_on(world, by(world, channels), START + timedelta(hours=1))
    assert (message_of(world).state, len(channels["zalo_bot"].arrivals)) == ("sent", 1)


def test_who_was_out_of_reach_a_while_is_tried_again_though_the_other_way_stays_closed(world: World) -> None:
    channels = reached_by(world, BOT, MAIL)
    channels["zalo_bot"].fates.extend(["config"] * 500)
    channels["email"].fates.extend(["retry"] * 4)
    go_on(world, by(world, channels), START + timedelta(hours=3))
    assert (message_of(world).state, len(channels["email"].arrivals)) == ("sent", 1)


def test_when_the_last_way_refuses_one_that_was_out_of_reach_is_tried_again(world: World) -> None:
    channels = reached_by(world, BOT, MAIL)
    channels["zalo_bot"].fates.extend(["retry"] * 4 + ["permanent"])
    channels["email"].fates.extend(["retry"] * 4)
    go_on(world, by(world, channels), START + timedelta(hours=9))
    assert (message_of(world).state, len(channels["email"].arrivals)) == ("sent", 1)


def test_who_knows_messages_again_and_refuses_for_sure_gives_way_to_the_next(world: World) -> None:
    channels = reached_by(world, SMS, MAIL)
    channels["sms"].fates.extend(["killed_marked", "permanent"])
    delivery = by(world, channels)
    with pytest.raises(Killed):
        asyncio.run(deliver(delivery))
    channels["sms"].killed = False
    world.clock.set(START + timedelta(minutes=6))
    go_on(world, delivery, START + timedelta(hours=3))
    assert (message_of(world).state, len(channels["email"].arrivals)) == ("sent", 1)


def test_what_may_have_arrived_by_sms_is_not_told_again_in_the_next_slots_message(world: World) -> None:
    channels = reached_by(world, SMS)
    channels["sms"].fates.append("killed_arrived")
    delivery = by(world, channels)
    with pytest.raises(Killed):
        asyncio.run(deliver(delivery))
    channels["sms"].killed = False
    channels["sms"].fates.extend(["retry"] * 12)
    world.clock.set(START + timedelta(minutes=6))
    go_on(world, delivery, START + timedelta(hours=9))
    channels["sms"].fates.clear()
    world.clock.set(START + timedelta(days=1))
    announce(world)
    plan_due(delivery)
    asyncio.run(deliver(delivery))
    told = {(one.tracking_id, line) for one in channels["sms"].arrivals for line in one.told if line[1]}
    assert len(told) == len({line for _, line in told}), "eSMS knows a message again by its number only"


def announce(world: World) -> None:
    """Something new for everybody."""
    with world.store.write() as session:
        session.add(
            Announcement(
                commune_id=COMMUNE, plan_id=PLAN, text="Họp lúc 14 giờ.", roles=["contact"], made_at=world.now
            )
        )


def test_told_to_stop_while_it_waits_for_its_turn_it_puts_the_message_back_at_once(world: World) -> None:
    channels = reached_by(world, BOT)
    delivery = replace(by(world, channels), paces={"zalo_bot": 1})
    with world.store.write() as session:
        pacing.reserve(session, "zalo_bot", 1, 1, world.now)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        delivery.stopping.set()
        world.clock.set(world.now + timedelta(seconds=seconds))

    asyncio.run(deliver(replace(delivery, sleep=sleep)))
    assert (message_of(world).state, channels["zalo_bot"].arrivals) == ("pending", [])
    assert sum(slept) <= 2


def test_that_a_message_left_is_written_down_though_the_database_was_busy_for_a_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels, write, busy = reached_by(world, MAIL), committing.write_notes, [True, True]

    def writes(connection: Connection, notes: Sequence[Note], **more: Any) -> list[Any]:
        if busy and any(isinstance(one, Ending) for one in notes):
            busy.pop()
            raise StorageRefusal("bận")
        return write(connection, notes, **more)

    monkeypatch.setattr(committing, "write_notes", writes)
    with suppress(StorageRefusal):
        asyncio.run(deliver(by(world, channels)))
    assert (message_of(world).state, len(channels["email"].arrivals)) == ("sent", 1)


def test_a_database_that_stays_busy_stops_the_round_and_leaves_what_left_as_unknown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels, write = reached_by(world, MAIL), committing.write_notes

    def writes(connection: Connection, notes: Sequence[Note], **more: Any) -> list[Any]:
        if any(isinstance(one, Ending) for one in notes):
            raise StorageRefusal("bận")
        return write(connection, notes, **more)

    delivery = by(world, channels)
    with monkeypatch.context() as patch:
        patch.setattr(committing, "write_notes", writes)
        with pytest.raises(StorageRefusal):
            asyncio.run(deliver(delivery))
    world.clock.set(START + timedelta(minutes=6))
    asyncio.run(deliver(delivery))
    assert (message_of(world).state, len(channels["email"].arrivals)) == ("unknown", 1)


def test_a_worker_that_is_cancelled_before_its_hand_over_is_written_handed_nothing_over(world: World) -> None:
    with world.store.write() as session:
        [message] = outbox.claim(session, "may/0", limit=9, now=world.now, lease=LEASE, today=world.today)
        seq = journal.head_of(session, COMMUNE).seq

    async def play() -> None:
        committer = committing.Committer(world.store, world.clock, LEASE)
        with committer.worker(), committer.worker():
            handing = asyncio.ensure_future(committer.note(HandOver(message, Address(1, *MAIL), seq)))
            await asyncio.sleep(0)
            handing.cancel()
            await asyncio.gather(handing, return_exceptions=True)

    asyncio.run(play())
    assert message_of(world).handed_over_at is None
    world.clock.set(START + timedelta(minutes=6))
    channels = reached_by(world, MAIL)
    asyncio.run(deliver(by(world, channels)))
    assert (message_of(world).state, len(channels["email"].arrivals)) == ("sent", 1)


def test_who_is_put_off_again_and_again_is_reached_by_the_next_way(world: World) -> None:
    channels = reached_by(world, BOT, MAIL)
    channels["zalo_bot"].fates.extend(["defer"] * 100)
    delivery = by(world, channels)
    for hours in range(5 * 24):
        world.clock.set(START + timedelta(hours=hours))
        asyncio.run(deliver(delivery))
    assert (message_of(world).state, len(channels["email"].arrivals)) == ("sent", 1)


def test_an_outcome_that_cannot_be_written_takes_no_other_along(world: World) -> None:
    with world.store.write() as session:
        session.execute(update(Message).values(state="pending", reason=""))
    channel = OddNumber(world.clock)
    asyncio.run(deliver(replace(world.delivery, channels={"email": channel}, workers=1, batch=20)))
    states = Counter(row.state for row in world.rows(Message))
    assert states == {"sent": 4, "sending": 1}, "which ends as unknown"


def test_a_round_that_takes_long_at_the_channels_rate_is_seen_to_be_alive(tmp_path: Path) -> None:
    crowd(tmp_path / "mangnon.db", 203)
    world, silent = World(tmp_path / "mangnon.db"), [timedelta()]

    async def sleep(seconds: float) -> None:
        world.clock.set(world.now + timedelta(seconds=seconds))
        silent.extend(world.now - one.at for one in world.rows(Heartbeat))
        await asyncio.sleep(0)

    ticked = asyncio.run(tick(replace(world.delivery, paces={"email": 60}, workers=4, batch=20, sleep=sleep)))
    assert (ticked.tally.states, world.now - START > timedelta(minutes=3)) == ({"sent": 203}, True)
    assert len(silent) > 100
    assert max(silent) < timedelta(seconds=30)
    world.close()


class OddNumber(RecordingChannel):
    """Its second message gets a number that no database keeps."""

    async def carry(self, message: Outgoing, handing_over: HandingOver) -> Receipt:
        receipt = await super().carry(message, handing_over)
        return replace(receipt, provider_id="\ud800") if len(self.arrivals) == 2 else receipt
