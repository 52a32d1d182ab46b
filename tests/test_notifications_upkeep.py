"""Between messages the OA's tokens stay fresh, its quota is known, and Zalo is asked what became of messages by number."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from channel_world import MORNING, PHONE, enter_first_pair, keeper, oa_channel
from reminder_world import COMMUNE, ZONE, build, calendar_with
from sqlalchemy import delete, insert, select, update
from sqlmodel import col
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.store import Store
from db.tables import Attempt, ChannelState, ContactPoint, Message, Person, Reminder, ZaloToken
from notifications.breakers import closed_channels
from notifications.channels.zalo_oa import ZaloOaChannel
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.retry import RetryPolicy
from notifications.rungs import Ladders
from notifications.sending import Delivery
from notifications.tick import tick
from notifications.upkeep import MOST_ASKED, Upkeep, upkeep_of
from tasks.clock import ManualClock

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
WHO = "truong-thon"


@pytest.fixture(scope="module")
def process() -> Iterator[ZaloFake]:
    with ZaloFake(clock=MORNING) as fake:
        yield fake


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a commune in which everything that was to be said has been said."""
    path = tmp_path_factory.mktemp("upkeep") / "mangnon.db"
    build(path)
    return path


class World:
    """One commune whose village head is reached by number, its delivery, and who looks after the OA."""

    def __init__(self, fake: ZaloFake, store: Store) -> None:
        self.fake, self.store = fake, store
        self.clock = ManualClock(MORNING)
        fake.reset()
        fake.set_clock(MORNING)
        calendar = calendar_with(frozenset())
        channel = oa_channel(fake.url, keeper(fake.url, store, clock=self.clock), clock=self.clock)
        self.delivery = Delivery(
            store=store, clock=self.clock, channels={"zalo_oa": channel}, policy=Policy(), retry=RetryPolicy(),
            desk=Desk(calendar, Ladders(Policy(), calendar), "http://mangnon.example"), owner="may", time_zone=ZONE,
        )  # fmt: skip
        found = upkeep_of(self.delivery)
        assert isinstance(found, Upkeep)
        self.upkeep = found

    def pass_(self, time: timedelta) -> None:
        """Let time pass, here and at Zalo."""
        self.clock.set(self.clock.now() + time)
        self.fake.set_clock(self.clock.now())

    def look_after(self) -> None:
        asyncio.run(self.upkeep.run())

    def tick(self) -> None:
        asyncio.run(tick(self.delivery))

    def row(self, of: type[ZaloToken | ChannelState], key: str) -> ZaloToken | ChannelState | None:
        with self.store.read() as session:
            return session.get(of, key)

    def closed(self) -> list[str]:
        with self.store.read() as session:
            return list(closed_channels(session))

    def sent(self, count: int, at: datetime, number: str = "x") -> None:
        """Messages that Zalo took on at an instant, as delivery leaves them."""
        with self.store.write() as session:
            who = session.execute(select(col(Person.id)).where(col(Person.key) == WHO)).scalar_one()
            for place in range(count):
                slot = at - HOUR + timedelta(microseconds=place)
                row = {
                    "commune_id": COMMUNE, "person_id": who, "slot": slot, "tracking_id": f"{number}-{place}",
                    "state": "sent", "attempts": 1, "not_before": slot, "created_at": slot, "updated_at": at, "sent_at": at,
                }  # fmt: skip
                message = session.execute(insert(Message).values(row).returning(col(Message.id))).scalar_one()
                tried = {
                    "commune_id": COMMUNE, "message_id": message, "number": 1, "channel": "zalo_oa", "started_at": at,
                    "address": f"phone:{PHONE}", "outcome": "sent", "provider_id": f"{number}-{place}",
                }  # fmt: skip
                session.execute(insert(Attempt).values(tried))

    def asks(self) -> int:
        """How many questions about messages Zalo gets while the OA is looked after once."""
        before = self._unused("status")
        self.look_after()
        return before - self._unused("status")

    def quota_reads(self) -> int:
        """The same of questions about the quota."""
        before = self._unused("quota")
        self.look_after()
        return before - self._unused("quota")

    def _unused(self, endpoint: str) -> int:
        return sum(len(one["fates"]) for one in self.fake.unused_fates() if one["channel"] == endpoint)

    def told_of_closing(self) -> int:
        """How many notices of a closed channel were planned."""
        with self.store.read() as session:
            return len(session.execute(select(Reminder).where(col(Reminder.kind) == "channel_closed")).all())


@pytest.fixture
def world(process: ZaloFake, told: Path, tmp_path: Path) -> Iterator[World]:
    path = tmp_path / "mangnon.db"
    shutil.copyfile(told, path)
    store = Store(f"sqlite:///{path}")
    enter_first_pair(store)
    yield World(process, store)
    store.close()


def test_a_pair_is_refreshed_before_it_runs_out_and_only_then(world: World) -> None:
    world.look_after()
    world.pass_(21 * HOUR)
    world.look_after()
    assert world.fake.tokens()["refreshes"] == 0
    world.pass_(2 * HOUR)
    world.look_after()
    world.look_after()
    tokens, row = world.fake.tokens(), world.row(ZaloToken, defaults.APP_ID)
    assert (tokens["refreshes"], tokens["consumed_reuse"]) == (1, 0)
    assert isinstance(row, ZaloToken) and row.access_token == tokens["access"]


def test_through_a_fortnight_the_tokens_never_run_out(world: World) -> None:
    for _ in range(15 * 8):
        world.pass_(3 * HOUR)
        world.look_after()
        row = world.row(ZaloToken, defaults.APP_ID)
        assert isinstance(row, ZaloToken) and row.expires_at > world.clock.now() + MINUTE
    tokens = world.fake.tokens()
    assert 15 * 24 / 25 <= tokens["refreshes"] <= 15 * 24 / 21
    assert tokens["consumed_reuse"] == 0


def test_where_permission_is_needed_the_channel_is_closed_and_somebody_told_once_though_no_message_waits(
    world: World,
) -> None:
    for hours in (0, 23, 24):
        # Until all that is older has been said, or could not be.
        world.pass_(hours * HOUR)
        world.tick()
        if hours == 23:
            world.look_after()
    world.fake.set_tokens(consume_refresh=True)
    for _ in range(8):
        world.look_after()
        world.tick()
        world.pass_(20 * MINUTE)
    assert world.closed() == ["zalo_oa"]
    assert world.told_of_closing() == 1
    enter_first_pair(world.store, "truy-cap-moi-0000", "lam-moi-moi-0000")
    world.fake.set_tokens(pair=("truy-cap-moi-0000", "lam-moi-moi-0000"))
    with world.store.write() as session:
        # Entered now, not on the test's first morning.
        session.execute(
            update(ZaloToken).values(expires_at=world.clock.now() + 25 * HOUR, changed_at=world.clock.now())
        )
    world.look_after()
    assert world.closed() == []
    assert world.fake.tokens()["refreshes"] == 1


def test_where_there_never_was_a_pair_the_channel_is_closed(world: World) -> None:
    with world.store.write() as session:
        session.execute(delete(ZaloToken))
    world.look_after()
    assert world.closed() == ["zalo_oa"]
    with world.store.read() as session:
        assert "mangnon zalo token" in closed_channels(session)["zalo_oa"].because


def test_a_refresh_that_zalo_is_too_busy_for_closes_nothing_and_is_made_up_for(world: World) -> None:
    world.pass_(23 * HOUR)
    world.fake.fate("oauth", "status:503", "html")
    for _ in range(2):
        world.look_after()
        assert (world.closed(), world.fake.tokens()["refreshes"]) == ([], 0)
        world.pass_(MINUTE)
    world.look_after()
    assert world.fake.tokens()["refreshes"] == 1


def test_the_quota_is_read_once_an_hour_and_kept(world: World) -> None:
    world.fake.fate("quota", *["ok"] * 20)
    world.fake.quota(daily=77)
    assert [world.quota_reads() for _ in range(3)] == [1, 0, 0]
    row = world.row(ChannelState, "zalo_oa")
    assert isinstance(row, ChannelState)
    assert (row.quota_left, row.quota_at) == (77, world.clock.now())
    world.pass_(59 * MINUTE)
    assert world.quota_reads() == 0
    world.pass_(MINUTE)
    assert world.quota_reads() == 1


def test_a_quota_that_a_message_just_told_of_is_not_asked_for(world: World) -> None:
    with world.store.write() as session:
        session.execute(
            insert(ChannelState).values(name="zalo_oa", closed_because="", quota_left=5, quota_at=MORNING)
        )
    world.fake.fate("quota", *["ok"] * 20)
    world.pass_(30 * MINUTE)
    assert world.quota_reads() == 0
    world.pass_(30 * MINUTE)
    assert world.quota_reads() == 1


def reach_by_number(world: World) -> None:
    with world.store.write() as session:
        who = session.execute(select(col(Person.id)).where(col(Person.key) == WHO)).scalar_one()
        session.execute(delete(ContactPoint))
        point = {
            "commune_id": COMMUNE,
            "person_id": who,
            "position": 0,
            "channel": "zalo_oa",
            "address": f"phone:{PHONE}",
        }
        session.execute(insert(ContactPoint).values(**point))


def states(world: World) -> list[tuple[str, datetime | None]]:
    query = select(col(Message.state), col(Attempt.delivered_at)).join(
        Attempt, col(Attempt.message_id) == Message.id
    )
    with world.store.read() as session:
        return [(row[0], row[1]) for row in session.execute(query)]


def test_a_message_by_number_counts_as_delivered_once_zalo_says_so(world: World) -> None:
    reach_by_number(world)
    world.tick()
    assert states(world) == [("sent", None)]
    world.fake.fate("status", *["ok"] * 20)
    world.pass_(9 * MINUTE)
    assert (world.asks(), states(world)) == (0, [("sent", None)])
    world.pass_(2 * MINUTE)
    assert world.asks() == 1
    ((state, at),) = states(world)
    assert state == "delivered"
    assert at is not None and MORNING <= at <= world.clock.now()
    world.pass_(HOUR)
    assert world.asks() == 0


def test_one_that_nobody_got_yet_is_asked_about_every_half_hour_for_two_days(world: World) -> None:
    reach_by_number(world)
    world.fake.fate("template_phone", "lost")
    world.tick()
    world.fake.fate("status", *["ok"] * 200)
    asked = []
    for minutes in [*range(0, 120, 10), *range(120, 60 * 50, 60)]:
        world.pass_(MORNING + minutes * MINUTE - world.clock.now())
        if world.asks():
            asked.append(minutes)
    assert asked == [*range(10, 120, 30), *range(180, 48 * 60 + 1, 60)]
    assert states(world) == [("sent", None)]


def test_twenty_are_asked_about_at_a_time_and_all_have_their_turn(world: World) -> None:
    world.sent(45, MORNING)
    world.fake.fate("status", *["ok"] * 200)
    world.pass_(11 * MINUTE)
    assert [world.asks() for _ in range(4)] == [MOST_ASKED, MOST_ASKED, 5, 0]
    world.pass_(30 * MINUTE)
    assert [world.asks() for _ in range(4)] == [MOST_ASKED, MOST_ASKED, 5, 0]


def test_a_question_that_zalo_refuses_keeps_no_other_from_being_asked(world: World) -> None:
    world.sent(3, MORNING)
    world.fake.fate("status", "error:-107", *["ok"] * 20)
    world.pass_(11 * MINUTE)
    assert world.asks() == 3


def test_where_zalo_is_down_it_is_asked_once_and_not_twenty_times(world: World) -> None:
    world.sent(30, MORNING)
    world.fake.fate("status", *["html"] * 20)
    world.pass_(11 * MINUTE)
    assert [world.asks() for _ in range(2)] == [1, 1]
    assert world.closed() == []


def test_there_is_nothing_to_look_after_where_no_oa_is_in_use(world: World) -> None:
    assert isinstance(world.delivery.channels["zalo_oa"], ZaloOaChannel)
    object.__setattr__(world.delivery, "channels", {})
    assert upkeep_of(world.delivery) is None
