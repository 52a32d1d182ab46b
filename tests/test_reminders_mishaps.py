"""Mishaps that each once silenced, doubled or falsified a reminder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from recording_channel import RecordingChannel
from reminder_world import COMMUNE, OFFICER, VIETNAM, World, build, contact_rows
from sqlalchemy import insert, update
from sqlmodel import Session, col

from db.tables import Attempt, Commune, ExtensionRequest, Message, Nudge, Person, Plan, Task
from notifications import desk_work, nudging
from notifications.channels.base import ChannelError, HandOver, Outgoing, Receipt
from notifications.policy import Policy
from tasks import extending, people, reporting, reviewing
from tasks.membership import remove_person
from tasks.substituting import name_substitute

EVERYBODY = {"can-bo", "tram-truong", "tram-pho", "truong-thon", "chu-tich"}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mishaps") / "mangnon.db"
    build(path)
    return path


@pytest.fixture
def world(template: Path, tmp_path: Path) -> Iterator[World]:
    world = World.copied(template, tmp_path / "mangnon.db")
    yield world
    world.close()


def at(day: date, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VIETNAM)


def on(world: World, *days: date) -> None:
    for day in days:
        world.clock.set(at(day))
        world.tick()


def report(world: World, key: str) -> Callable[[Session], object]:
    number = world.task(key).id or 0
    return lambda s: reporting.submit_report(s, number, figures=[], note="Xong.", by=OFFICER, now=world.now)


def meddle(monkeypatch: pytest.MonkeyPatch, before: Callable[[Outgoing], None]) -> None:
    """Let something happen right before each message goes its way."""
    carry = RecordingChannel.carry

    async def meddled(self: RecordingChannel, message: Outgoing, handing_over: HandOver) -> Receipt:
        before(message)
        return await carry(self, message, handing_over)

    monkeypatch.setattr(RecordingChannel, "carry", meddled)


def told(world: World, since: int) -> list[tuple[str, tuple[tuple[str, int | None], ...]]]:
    return [(one.address.partition("@")[0], one.told) for one in world.channel.arrivals[since:]]


def test_a_coordinator_of_two_units_is_told_once_and_stops_nobody(world: World) -> None:
    coordinator = next(row for row in contact_rows() if row.role == "coordinator")
    rows = [*contact_rows(), replace(coordinator, unit="tram-y-te")]
    world.do(lambda s: people.bring_contacts(s, COMMUNE, rows, by=OFFICER, now=world.now))
    on(world, date(2024, 4, 16))
    assert world.do(report(world, "bc.thon"))
    since = len(world.channel.arrivals)
    on(world, date(2024, 4, 17))
    assert ("can-bo", (("review", world.task("bc.thon").id),)) in told(world, since)


def test_what_a_clock_that_ran_ahead_put_off_leaves_once_the_clock_is_right(world: World) -> None:
    world.channel.fates.extend(["config"] * 10)
    world.clock.set(at(date(2025, 4, 16)))
    world.tick()
    assert {row.state for row in world.rows(Message)} == {"pending"}
    world.channel.fates.clear()
    on(world, date(2024, 4, 16))
    assert {address for address, _ in told(world, 0)} == EVERYBODY
    assert {row.state for row in world.rows(Message)} == {"sent", "skipped"}, "nobody is late in 2024"


def test_a_process_killed_under_a_clock_that_ran_ahead_does_not_keep_its_messages(world: World) -> None:
    world.channel.fates.append("killed")
    world.clock.set(at(date(2025, 4, 16)))
    world.tick()
    assert "sending" in {row.state for row in world.rows(Message)}
    on(world, date(2024, 4, 16))
    assert {address for address, _ in told(world, 0)} == EVERYBODY
    assert {row.state for row in world.rows(Message)} == {"sent", "skipped"}, "nobody is late in 2024"


def test_a_recipient_for_whom_the_server_will_not_relay_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(message: Outgoing) -> None:
        if message.address.startswith("can-bo@"):
            raise ChannelError("config", "554 Relay access denied")

    meddle(monkeypatch, refuse)
    on(world, date(2024, 4, 16))
    world.clock.set(at(date(2024, 4, 16), 8, 5))
    world.tick()
    states = {row.person_id: row.state for row in world.rows(Message)}
    blocked = [row.id for row in world.rows(Person) if row.key == "can-bo"]
    assert {person for person, state in states.items() if state != "sent"} == set(blocked)


def test_the_answer_to_a_request_is_told_even_in_the_slot_of_an_overdue_notice(world: World) -> None:
    on(world, date(2024, 4, 16))
    number = world.task("bc.thon").id or 0
    world.clock.set(at(date(2024, 5, 10), 9))
    world.do(
        lambda s: extending.request(
            s, number, wanted_on=date(2024, 5, 31), reason="Bận.", by=OFFICER, now=world.now
        )
    )
    world.clock.set(at(date(2024, 5, 13), 7, 30))
    [asked] = world.rows(ExtensionRequest)
    world.do(
        lambda s: extending.decide(
            s, asked.id or 0, granted=False, reason="Cần đúng hạn.", by=OFFICER, now=world.now
        )
    )
    since = len(world.channel.arrivals)
    on(world, date(2024, 5, 13))
    mine = dict(told(world, since))["truong-thon"]
    assert {kind for kind, _ in mine} == {"extension_refused", "overdue"}


def test_a_deputy_who_stands_in_for_the_head_of_the_same_unit_reads_each_task_once(world: World) -> None:
    head, deputy = (
        next(row for row in world.rows(Person) if row.key == key) for key in ("tram-truong", "tram-pho")
    )
    window = {"from_on": date(2024, 4, 15), "until_on": date(2024, 4, 30)}
    world.do(
        lambda s: name_substitute(s, head, deputy, **window, reason="Nghỉ phép", by=OFFICER, now=world.now)
    )
    on(world, date(2024, 4, 16))
    [tasks] = [lines for address, lines in told(world, 0) if address == "tram-pho"]
    assert len(tasks) == len(set(tasks)) == 2


def test_a_report_that_comes_in_while_a_batch_is_under_way_silences_its_reminder(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(world, date(2024, 4, 16))
    world.delivery = replace(world.delivery, workers=1, batch=20)
    first: list[str] = []

    def hand_in(message: Outgoing) -> None:
        if not first:
            first.append(message.address)
            assert world.do(report(world, "bc.thon"))

    meddle(monkeypatch, hand_in)
    since = len(world.channel.arrivals)
    on(world, date(2024, 5, 10))
    spoken = {task for address, lines in told(world, since)[1:] for _, task in lines}
    assert first
    assert world.task("bc.thon").id not in spoken


def test_a_person_who_decides_to_try_again_lets_a_refused_mailbox_be_used_again(world: World) -> None:
    world.channel.fates.extend(["permanent"] * 10)
    on(world, date(2024, 4, 16))
    assert [row for row in world.rows(Message) if row.state == "failed"]
    world.channel.fates.clear()
    world.do(lambda s: desk_work.retry_failed(s, COMMUNE, by=OFFICER, now=world.now))
    world.tick()
    assert not [row for row in world.rows(Message) if row.state == "failed"]


def test_a_message_of_unknown_fate_that_comes_back_is_noted_and_goes_to_the_next_address(
    world: World,
) -> None:
    world.channel.fates.extend(["accepted", "silent", "accepted"])
    on(world, date(2024, 4, 16))
    [unknown] = [row for row in world.rows(Message) if row.state == "unknown"]
    assert world.do(
        lambda s: desk_work.bounced(s, COMMUNE, unknown.id or 0, reason="Trả về", by=OFFICER, now=world.now)
    )
    outcomes = [row.outcome for row in world.rows(Attempt, col(Attempt.message_id) == unknown.id)]
    assert outcomes == ["bounced"]


def test_one_commune_whose_data_are_broken_stops_neither_the_others_nor_delivery(world: World) -> None:
    commune = {
        "key": "hong",
        "name": "UBND xã Hỏng",
        "place": "Hỏng",
        "superior": "UBND huyện",
        "time_zone": "Asia/Ho_Chi_Minh",
    }

    def bring(session: Session) -> None:
        session.execute(insert(Commune).values(id=2, **commune))
        [plan] = session.execute(Plan.__table__.select()).mappings().all()
        session.execute(insert(Plan).values({**plan, "id": 2, "commune_id": 2, "stage": "lạ"}))

    with world.store.write() as session:
        bring(session)
    ticked = world.tick()
    assert ticked is not None
    assert ticked.broken == (2,)
    assert ticked.tally.states["sent"] > 0


def test_a_task_given_again_is_told_as_an_assignment_not_as_a_moved_deadline(world: World) -> None:
    on(world, date(2024, 4, 16))
    given = world.task("bc.thon").last_valid_on
    with world.store.write() as session:
        session.execute(update(Task).where(col(Task.key) == "bc.thon").values(due_no=2, previous_on=given))
    world.restart()
    since = len(world.channel.arrivals)
    on(world, date(2024, 4, 17))
    kinds = {
        kind
        for address, lines in told(world, since)
        if address == "truong-thon"
        for kind, task in lines
        if task == world.task("bc.thon").id
    }
    assert kinds == {"assigned"}


def test_a_rung_written_twice_in_the_policy_is_one_rung(world: World) -> None:
    world.policy = Policy(before=(7, 7, 3))
    world.restart()
    on(world, date(2024, 4, 16), date(2024, 4, 26))
    assert len(world.channel.arrivals) > 4


def test_a_report_in_time_that_is_returned_late_is_not_called_overdue_at_once(world: World) -> None:
    on(world, date(2024, 4, 16))
    world.clock.set(at(date(2024, 5, 10), 9))
    world.do(report(world, "bc.thon"))
    number = world.task("bc.thon").id or 0
    world.clock.set(at(date(2024, 5, 22), 9))
    world.do(lambda s: reviewing.send_back(s, number, reason="Thiếu.", by=OFFICER, now=world.now))
    since = len(world.channel.arrivals)
    on(world, date(2024, 5, 23))
    mine = [
        (address, kind) for address, lines in told(world, since) for kind, task in lines if task == number
    ]
    assert mine == [("truong-thon", "returned")]


def test_a_stand_in_who_left_reads_nothing_any_more_and_whom_they_stood_in_for_is_told(world: World) -> None:
    head, deputy = (
        next(row for row in world.rows(Person) if row.key == key) for key in ("tram-truong", "tram-pho")
    )
    window = {"from_on": date(2024, 4, 15), "until_on": date(2024, 4, 30)}
    world.do(
        lambda s: name_substitute(s, head, deputy, **window, reason="Nghỉ phép", by=OFFICER, now=world.now)
    )
    world.channel.fates.extend(["retry"] * 10)
    on(world, date(2024, 4, 16))
    assert not world.channel.arrivals
    world.channel.fates.clear()
    assert world.do(lambda s: remove_person(s, COMMUNE, "tram-pho", by=OFFICER, now=world.now))
    for minute in (10, 11):
        world.clock.set(at(date(2024, 4, 16), 8, minute))
        world.tick()
    readers = dict(told(world, 0))
    assert "tram-pho" not in readers
    assert {kind for kind, _ in readers["tram-truong"]} == {"assigned"}


def test_a_nudge_made_by_a_clock_that_ran_ahead_does_not_hide_the_one_of_the_day_it_was_put_back_to(
    world: World,
) -> None:
    on(world, date(2024, 4, 16))
    number = world.task("bc.thon").id or 0
    for day in (date(2024, 4, 18), date(2024, 4, 22), date(2024, 4, 18)):
        world.clock.set(at(day, 9))
        rehearsed = nudging.rehearse(
            world.store, COMMUNE, [number], "", desk=world.delivery.desk, by=OFFICER, now=world.now
        )
        if rehearsed.left_out:
            break
        with world.store.write() as session:
            session.execute(
                insert(Nudge).values(
                    commune_id=COMMUNE,
                    task_id=number,
                    on_date=day,
                    words="",
                    by_name="Cán bộ",
                    made_at=world.now,
                )
            )
    assert rehearsed.left_out == {number: "Hôm nay đã nhắc việc này."}
