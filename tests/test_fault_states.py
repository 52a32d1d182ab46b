"""The same faults through the whole of delivery: the message's state, and that in the end nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from channel_world import MORNING, enter_first_pair, fresh
from faults import ADDRESSES, OA, ROWS, Row, World
from reminder_world import COMMUNE, ZONE, build, calendar_with
from smtp_sink import Sink
from sqlalchemy import delete, insert, select, update
from sqlmodel import col
from zalo_fake.running import ZaloFake

from db.store import Store
from db.tables import Attempt, ContactPoint, Message, Person
from notifications.breakers import closed_channels
from notifications.delivery import deliver
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.retry import RetryPolicy
from notifications.rungs import Ladders
from notifications.sending import Delivery
from notifications.tick import plan_due
from tasks.clock import ManualClock

pytestmark = pytest.mark.slow

STATES = {
    "sent": "sent", "retry": "pending", "defer": "pending", "config": "pending", "permanent": "failed",
    "payload": "failed", "unknown": "unknown",
}  # fmt: skip
"""What one try makes of a message whose receiver has no other address."""
WHO = "truong-thon"


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file in which one message waits, to one person."""
    path = tmp_path_factory.mktemp("faults") / "mangnon.db"
    build(path)
    store = Store(f"sqlite:///{path}")
    plan_due(delivery_of(store, {}, ManualClock(MORNING - timedelta(minutes=30))))
    with store.write() as session:
        who = session.execute(select(col(Person.id)).where(col(Person.key) == WHO)).scalar_one()
        others = update(Message).where(col(Message.person_id) != who)
        session.execute(others.values(state="missed", reason="Không thuộc phép thử."))
        session.execute(delete(ContactPoint).where(col(ContactPoint.person_id) == who))
    store.close()
    return path


@pytest.fixture
def store(waiting: Path, tmp_path: Path) -> Iterator[Store]:
    path = tmp_path / "mangnon.db"
    shutil.copyfile(waiting, path)
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


@pytest.fixture
def world(process: ZaloFake, store: Store, row: Row) -> Iterator[World]:
    login = ("may-chu", "đúng") if (row.channel, row.fault) == ("email", "wrong token or log-in") else None
    with Sink(login=login) as sink:
        world = World(process, sink, store)
        yield world
        world.close()


def delivery_of(store: Store, channels: dict[str, object], clock: ManualClock) -> Delivery:
    calendar = calendar_with(frozenset())
    desk = Desk(calendar, Ladders(Policy(), calendar), "http://mangnon.example")
    return Delivery(
        store=store, clock=clock, channels=channels, desk=desk, policy=Policy(), retry=RetryPolicy(limit=4),  # type: ignore[arg-type]
        owner="may", time_zone=ZONE, workers=2, batch=3, lease=timedelta(minutes=5),
    )  # fmt: skip


def reach(store: Store, name: str, address: str) -> None:
    with store.write() as session:
        who = session.execute(select(col(Person.id)).where(col(Person.key) == WHO)).scalar_one()
        point = {"commune_id": COMMUNE, "person_id": who, "position": 0, "channel": name, "address": address}
        session.execute(insert(ContactPoint).values(**point))


def message_of(store: Store) -> Message:
    with store.read() as session:
        return session.execute(select(Message).where(col(Message.state) != "missed")).scalars().one()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_fault_leaves_the_message_in_its_state_and_in_the_end_nothing_is_lost_or_doubled(
    world: World, store: Store, row: Row
) -> None:
    name = "zalo_oa" if row.channel in OA else row.channel
    reach(store, name, ADDRESSES[row.channel])
    delivery = delivery_of(store, {name: world.lay(row)}, world.clock)
    asyncio.run(deliver(delivery))

    message, arrived = message_of(store), world.arrived(row.channel)
    assert (message.state, arrived) == (STATES[row.outcome], row.arrived), message.reason
    with store.read() as session:
        outcomes = list(session.execute(select(col(Attempt.outcome))).scalars())
        assert set(closed_channels(session)) == ({name} if row.outcome == "config" else set())
    assert "started" not in outcomes
    if row.outcome in {"defer", "retry"}:
        assert message.not_before > world.clock.now() or row.fault == "our own quiet hours"

    later = end_of_fault(world, store, row, delivery)
    message, arrived = message_of(store), arrived + later
    if row.outcome == "unknown":
        assert (message.state, arrived) == ("unknown", row.arrived), "never sent again by itself"
    elif row.outcome in {"permanent", "payload"}:
        assert (message.state, arrived) == ("failed", 0)
    else:
        assert (message.state, arrived) == ("sent", 1)


def end_of_fault(world: World, store: Store, row: Row, delivery: Delivery) -> int:
    """All is well again for a day and a half; how many more messages arrived. eSMS remembers what it had."""
    had = world.arrived(row.channel)
    if row.channel != "sms":
        fresh(world.fake)
        world.sink.messages.clear()
        had = 0
    world.fake.quota(daily=20_000)
    world.fake.sms(balance=1_000_000)
    world.fake.night(False)
    world.fake.set_tokens(pair=("truy-cap-moi-00000000", "lam-moi-moi-00000000"))
    enter_first_pair(store, "truy-cap-moi-00000000", "lam-moi-moi-00000000")
    well = world.lay(Row(row.channel, "all is well", "sent", 1))
    if row.channel == "email" and row.fault == "wrong token or log-in":
        well = world._email(port=world.sink.port, wrong=False)
        well._server = type(well._server)(**{**vars(well._server), "username": "may-chu", "password": "đúng"})
    object.__setattr__(delivery, "channels", {delivery_name(row): well})
    for hours in (1, 2, 3, 24, 26):
        world.clock.set(MORNING + timedelta(hours=hours))
        asyncio.run(deliver(delivery))
    return world.arrived(row.channel) - had


def delivery_name(row: Row) -> str:
    return "zalo_oa" if row.channel in OA else row.channel
