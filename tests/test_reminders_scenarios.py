"""Stories in which a reminder could be told twice, too late, or never; each was found by the stateful test once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from reminder_world import DATA_BY, LEASE, OFFICER, REPORT_BY, START, VIETNAM, World, build, plan_file, rules
from sqlmodel import col

from db import journal
from db.tables import Message
from notifications import outbox
from notifications.delivery import recover
from notifications.in_hand import InHand
from notifications.noting import Ending, HandOver, Note, write_notes
from notifications.outbox import LeaseLost
from notifications.rounds import Round, Tally
from notifications.routes import Address
from tasks import extending, reporting, reviewing
from tasks.actor import Actor
from tasks.importing import import_plan

UNIT = Actor("Đầu mối", "unit")
HEAD = "truong-thon@xa-thu.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The commune after its first morning: everybody knows the assignments."""
    build(tmp_path / "template.db")
    world = World.copied(tmp_path / "template.db", tmp_path / "world.db")
    world.tick()
    yield world
    world.close()


def morning(world: World, day: date, hour: time = time(8), *, of: str = "nv.loa") -> list[str]:
    """Tick at that local time; the kinds of what the village head is told of a task."""
    world.clock.set(datetime.combine(day, hour, VIETNAM))
    before = len(world.channel.arrivals)
    world.tick()
    number = world.task(of).id
    mine = [one for one in world.channel.arrivals[before:] if one.address == HEAD]
    return [kind for one in mine for kind, told in one.told if told == number]


def submit(world: World, key: str) -> None:
    """The unit hands in its report."""
    number = world.task(key).id or 0
    assert world.do(
        lambda session: reporting.submit_report(
            session, number, figures=[], note="Xong.", by=UNIT, now=world.now
        )
    )


def send_back(world: World, key: str) -> None:
    """The office returns it."""
    number = world.task(key).id or 0
    assert world.do(
        lambda session: reviewing.send_back(session, number, reason="Thiếu.", by=OFFICER, now=world.now)
    )


def change_plan(world: World, *, report_by: date = REPORT_BY, duty: bool = True) -> None:
    """The commune brings in a changed plan."""
    plan = plan_file(DATA_BY, report_by, duty=duty)
    assert world.do(
        lambda session: import_plan(session, plan, rules(), first_stage="draft", by=OFFICER, now=world.now)
    )


def test_more_time_that_was_granted_is_not_told_again_weeks_later_as_a_moved_deadline(world: World) -> None:
    number = world.task("bc.thon").id or 0
    assert world.do(
        lambda session: extending.extend(
            session, number, wanted_on=date(2024, 6, 14), reason="Mưa lũ.", by=OFFICER, now=world.now
        )
    )
    assert morning(world, date(2024, 4, 17), of="bc.thon") == ["extension_granted"]
    for days in range(2, 30):
        assert "moved" not in morning(world, START.date() + timedelta(days=days), of="bc.thon")


def test_a_returned_report_is_still_told_when_a_reminder_falls_due_before_the_message_left(
    world: World,
) -> None:
    submit(world, "nv.loa")
    send_back(world, "nv.loa")
    world.channel.fates.extend(["retry"] * 8)
    assert morning(world, date(2024, 4, 19)) == []
    world.channel.fates.clear()
    assert morning(world, date(2024, 4, 22)) == ["returned"], "a seventh day before has come as well"


def test_a_reminder_whose_day_a_calendar_edit_puts_off_while_it_waits_is_told_on_the_new_day(
    world: World,
) -> None:
    morning(world, date(2024, 4, 26))
    world.channel.fates.extend(["retry"] * 8)
    assert morning(world, DATA_BY) == [], "the last day's reminder waits, for the server is down"
    world.channel.fates.clear()
    world.overrides[DATA_BY + timedelta(days=1)] = "off"
    world.overrides[DATA_BY] = "off"
    world.restart()
    assert morning(world, DATA_BY, time(9)) == [], "now it is a day off"
    del world.overrides[DATA_BY]
    world.restart()
    assert morning(world, DATA_BY, time(10)) == ["before"]


def test_a_task_reported_while_its_reminder_waits_is_not_in_the_message(world: World) -> None:
    morning(world, date(2024, 4, 26))
    world.channel.fates.extend(["retry"] * 8)
    assert morning(world, date(2024, 5, 2)) == []
    world.channel.fates.clear()
    submit(world, "nv.loa")
    assert morning(world, date(2024, 5, 2), time(9)) == []


def test_a_task_withdrawn_a_second_time_is_told_a_second_time(world: World) -> None:
    change_plan(world, duty=False)
    assert morning(world, date(2024, 4, 17)) == ["cancelled"]
    change_plan(world)
    assert morning(world, date(2024, 4, 19)) == ["assigned"]
    change_plan(world, duty=False)
    assert morning(world, date(2024, 4, 22)) == ["cancelled"]
    assert morning(world, date(2024, 4, 23)) == []


def test_a_server_so_slow_that_the_day_ends_meanwhile_leaves_the_rest_for_the_next_morning(
    world: World,
) -> None:
    change_plan(world, report_by=date(2024, 5, 17))
    world.channel.fates.extend(["slow"] * 8)
    morning(world, date(2024, 4, 17), time(17, 58))
    assert all(one.begun.astimezone(VIETNAM).hour < 18 for one in world.channel.arrivals)
    world.channel.fates.clear()
    morning(world, date(2024, 4, 19))
    moved = [one.address for one in world.channel.arrivals if "moved" in dict(one.told)]
    assert sorted(moved) == ["tram-pho@xa-thu.example", "tram-truong@xa-thu.example", HEAD]


def test_a_worker_that_lost_its_lease_cannot_hand_over_even_before_anybody_took_the_message(
    world: World,
) -> None:
    change_plan(world, report_by=date(2024, 5, 17))
    world.channel.fates.extend(["killed"] * 8)
    morning(world, date(2024, 4, 17))
    world.channel.fates.clear()
    late = world.now + LEASE
    with world.store.read() as session:
        abandoned = outbox.expired(session, late)[0]
    [row] = world.rows(Message, col(Message.id) == abandoned.id)
    slow = outbox.Claimed(abandoned.id, 1, row.person_id, row.tracking_id, 0, 0, row.lease_owner)
    # Another process has just read that nothing was handed over, and is about to send it again.
    with world.store.write() as session:
        seq = journal.head_of(session, 1).seq
        note = HandOver(slow, Address(1, "email", HEAD), seq)
        [answer] = write_notes(session.connection(), [note], now=late, lease=LEASE)
    assert isinstance(answer, LeaseLost)
    with world.store.write() as session:
        assert outbox.release_expired(session, slow.id, state="pending", reason="", now=late)


def test_a_worker_that_held_a_message_too_long_cannot_put_it_back_while_a_colleague_sends_it(
    world: World,
) -> None:
    change_plan(world, report_by=date(2024, 5, 17))
    world.clock.set(datetime.combine(date(2024, 4, 17), time(8), VIETNAM))
    world.channel.fates.extend(["killed"] * 8)
    world.tick()
    world.clock.set(world.now + LEASE)
    hands = InHand(Round(world.delivery, Tally()))
    recover(world.delivery, lapsed(world), Tally())
    assert hands.claim()
    slow = hands.next("email")
    assert slow is not None
    # Meanwhile another process frees what was held too long, and this one takes it once more.
    world.clock.set(world.now + LEASE)
    recover(world.delivery, lapsed(world), Tally())
    while hands.claim():
        pass
    again = [item.message for item in iter(lambda: hands.next("email"), None)]
    quick = next(one for one in reversed(again) if one.id == slow.message.id)
    where = Address(1, "email", HEAD)
    with world.store.write() as session:
        seq = journal.head_of(session, 1).seq
        notes: list[Note] = [HandOver(quick, where, seq)]
        assert write_notes(session.connection(), notes, now=world.now, lease=LEASE) == [None]
    with world.store.write() as session:
        notes = [Ending(slow.message, "pending")]
        [answer] = write_notes(session.connection(), notes, now=world.now, lease=LEASE)
    assert isinstance(answer, LeaseLost)


def lapsed(world: World) -> list[outbox.Lost]:
    """What nobody holds any more."""
    with world.store.read() as session:
        return outbox.expired(session, world.now)
