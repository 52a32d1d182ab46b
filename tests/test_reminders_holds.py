"""Reminders held back: paused and made up for in one message, or let go for good; news is always told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from reminder_world import COMMUNE, DATA_BY, OFFICER, VIETNAM, World, build
from sqlmodel import col

from db.errors import Outdated, Refusal
from db.tables import Message, Nudge, Person, Reminder, ReminderHold
from notifications import holding, nudging
from notifications.holds import Hold, Holds
from tasks.workdays import WorkCalendar

HEAD = "truong-thon"
MAIL = "truong-thon@xa-thu.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The commune after its first morning: everybody knows the assignments."""
    build(tmp_path / "template.db")
    world = World.copied(tmp_path / "template.db", tmp_path / "world.db")
    world.tick()
    yield world
    world.close()


def head(world: World) -> int:
    return world.rows(Person, col(Person.key) == HEAD)[0].id or 0


def told_on(world: World, day: date, hour: time = time(8)) -> list[str]:
    """Tick at that local time; the kinds of what the village head is told of the first deadline."""
    number = world.task("nv.loa").id
    world.clock.set(datetime.combine(day, hour, VIETNAM))
    before = len(world.channel.arrivals)
    world.tick()
    mine = [one for one in world.channel.arrivals[before:] if one.address == MAIL]
    return [kind for one in mine for kind, told in one.told if told == number]


def pause(world: World, first: date, last: date, person: int | None) -> None:
    assert world.do(
        lambda s: holding.pause(
            s, COMMUNE, person, from_on=first, last_on=last, reason="Nghỉ ốm.", by=OFFICER, now=world.now,
            today=world.today,
        )
    )  # fmt: skip


def back(calendar: WorkCalendar, days: int) -> date:
    """The working day so many days before the first deadline."""
    return calendar.back(DATA_BY, days)


@pytest.mark.parametrize("everybody", [True, False])
def test_what_falls_due_in_a_pause_is_told_in_one_message_afterwards(world: World, everybody: bool) -> None:
    first, last = back(world.calendar, 7), back(world.calendar, 3)
    pause(world, first, last, None if everybody else head(world))
    day = first
    while day <= last:
        assert told_on(world, day) == []
        day += timedelta(days=1)
    following = world.calendar.forward(last, 1)
    assert told_on(world, following) == ["before"]
    assert told_on(world, following, time(14)) == []


def test_a_pause_keeps_a_message_that_waits_to_be_sent(world: World) -> None:
    day = back(world.calendar, 3)
    world.channel.fates.extend(["retry"] * 9)
    assert told_on(world, day) == []
    world.channel.fates.clear()
    pause(world, day, day, None)
    assert told_on(world, day, time(11)) == []
    assert {row.state for row in world.rows(Message, col(Message.sent_at).is_(None))} == {"pending"}
    assert told_on(world, world.calendar.forward(day, 1)) == ["before"]


def test_a_pause_in_the_middle_of_sending_stops_the_messages_that_have_not_left(world: World) -> None:
    day = back(world.calendar, 3)
    counted: list[int] = []

    def once_sent(_arrival: object) -> list[str]:
        if not counted:
            counted.append(1)
            pause(world, day, day, None)
        return []

    world.channel.witness = once_sent
    world.delivery = replace(world.delivery, workers=1)  # several may have one in their hands each
    before = len(world.channel.arrivals)
    told_on(world, day)
    assert len(world.channel.arrivals) == before + 1
    told_on(world, world.calendar.forward(day, 1))
    reached = {one.address for one in world.channel.arrivals[before:]}
    assert len(reached) == len(world.channel.arrivals[before:]) > 1


def test_a_message_let_go_is_never_made_up_for_and_the_next_one_comes(world: World) -> None:
    day = back(world.calendar, 3)
    one = next(it for it in world.coming(day) if it.person_id == head(world) and it.at.date() == day)
    assert world.do(
        lambda s: holding.skip(s, COMMUNE, one, reason="Đã gọi điện.", by=OFFICER, now=world.now) is None
    )
    assert not [it for it in world.coming(day) if it.person_id == head(world) and it.at.date() == day]
    assert told_on(world, day) == []
    assert told_on(world, world.calendar.forward(day, 1)) == []
    assert told_on(world, back(world.calendar, 1)) == ["before"]


def test_a_message_let_go_stays_so_when_the_server_was_down_that_day(world: World) -> None:
    day = back(world.calendar, 3)
    one = next(it for it in world.coming(day) if it.person_id == head(world) and it.at.date() == day)
    world.do(lambda s: holding.skip(s, COMMUNE, one, reason="Đã gọi điện.", by=OFFICER, now=world.now))
    assert told_on(world, world.calendar.forward(day, 1)) == []


def test_news_cannot_be_let_go(tmp_path: Path) -> None:
    build(tmp_path / "new.db")
    world = World(tmp_path / "new.db")
    first = world.coming(world.today)[0]
    assert {item.kind for item in first.items} == {"announcement", "assigned"}
    with pytest.raises(Outdated), world.store.write() as session:
        holding.skip(session, COMMUNE, first, reason="x", by=OFFICER, now=world.now)
    assert world.rows(ReminderHold) == []
    world.close()


def test_a_pause_taken_back_lets_reminders_go_on_at_once(world: World) -> None:
    day = back(world.calendar, 3)
    pause(world, day, day + timedelta(days=4), None)
    assert told_on(world, day) == []
    number = world.rows(ReminderHold)[0].id or 0
    for ended in (False, True):
        try:
            with world.store.write() as session:
                holding.lift(session, COMMUNE, number, by=OFFICER, now=world.now, today=world.today)
        except Outdated:
            assert ended
    assert told_on(world, day, time(9)) == ["before"]


def test_news_of_the_first_day_of_a_long_pause_is_still_told_after_it(world: World) -> None:
    from tasks import extending  # noqa: PLC0415

    first = date(2024, 4, 17)
    pause(world, first, first + timedelta(days=20), None)
    told_on(world, first)
    number = world.task("nv.loa").id or 0
    assert world.do(
        lambda s: extending.extend(
            s, number, wanted_on=date(2024, 6, 14), reason="Mưa lũ.", by=OFFICER, now=world.now
        )
    )
    assert "extension_granted" in told_on(world, date(2024, 5, 8))


@pytest.mark.parametrize(
    ("first", "last", "reason", "said"),
    [
        (-1, 2, "Nghỉ.", "đã qua"),
        (3, 2, "Nghỉ.", "từ ngày bắt đầu"),
        (0, 30, "Nghỉ.", "tối đa 30"),
        (0, 1, "  ", "lý do"),
        (0, 1, "x" * 301, "301 ký tự"),
    ],
)
def test_a_pause_that_makes_no_sense_is_refused(
    world: World, first: int, last: int, reason: str, said: str
) -> None:
    with pytest.raises(Refusal, match=said), world.store.write() as session:
        holding.pause(
            session, COMMUNE, None, from_on=world.today + timedelta(first), last_on=world.today + timedelta(last),
            reason=reason, by=OFFICER, now=world.now, today=world.today,
        )  # fmt: skip
    assert world.rows(ReminderHold) == []


def test_only_the_person_named_rests_and_a_lifted_hold_holds_nothing() -> None:
    day = date(2024, 5, 6)
    own = Hold(1, "pause", 7, day, day + timedelta(days=1), "x", "y")
    lifted = Hold(
        2, "pause", None, day, day + timedelta(days=1), "x", "y", datetime(2024, 5, 6, tzinfo=VIETNAM)
    )
    holds = Holds((own, lifted))
    assert holds.resting(day, (7, 8)) == {7}
    assert holds.resting(day + timedelta(days=1), (7, 8)) == frozenset()
    assert holds.waited(day) == timedelta(days=2)


def test_the_ledger_holds_a_skipped_reminder_nowhere(world: World) -> None:
    day = back(world.calendar, 3)
    one = next(it for it in world.coming(day) if it.person_id == head(world) and it.at.date() == day)
    world.do(lambda s: holding.skip(s, COMMUNE, one, reason="Đã gọi điện.", by=OFFICER, now=world.now))
    told_on(world, day)
    rungs = {row.rung for row in world.rows(Reminder, col(Reminder.person_id) == head(world))}
    assert not any(rung.endswith("before-3") for rung in rungs)


def test_a_nudge_that_reaches_nobody_in_a_pause_does_not_come_up_later(world: World) -> None:
    number, day = world.task("nv.loa").id or 0, back(world.calendar, 5)
    told_on(world, day)
    pause(world, day, day, head(world))
    desk = world.delivery.desk
    seen = nudging.rehearse(world.store, COMMUNE, [number], "", desk=desk, by=OFFICER, now=world.now)
    assert (seen.letters, seen.left_out) == ((), {number: nudging.UNREACHED})
    both = [number, world.task("bc.tram-y-te").id or 0]
    seen = nudging.rehearse(world.store, COMMUNE, both, "", desk=desk, by=OFFICER, now=world.now)
    assert world.do(
        lambda s: nudging.send(s, COMMUNE, both, "", seal=seen.seal, desk=desk, by=OFFICER, now=world.now)
    )
    assert [row.task_id for row in world.rows(Nudge)] == both[1:]
    assert "nudged" not in told_on(world, world.calendar.forward(day, 1))
