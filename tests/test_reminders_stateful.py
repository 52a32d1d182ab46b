"""No reminder twice, none forgotten: any order of ticks, crashes, deeds, deadlines, calendars and clocks."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from recording_channel import FATES
from reminder_promises import after_each_step, at_arrival, forgotten, not_in_the_tables, settle, stages
from reminder_world import (
    CHAIR,
    COMMUNE,
    DATA_BY,
    OFFICER,
    PERSONS,
    PLAN,
    REPORT_BY,
    VIETNAM,
    World,
    build,
    contact_rows,
    plan_file,
    rules,
)
from sqlmodel import col

from db.tables import ExtensionRequest, Message, Person, Plan, ReminderHold
from notifications import desk_work, holding, nudging
from tasks import extending, people, reporting, reviewing
from tasks.actor import Actor
from tasks.importing import import_plan
from tasks.substituting import name_substitute
from workflow.definition import procedure_of
from workflow.effects import DocumentRef
from workflow.stepping import advance

TASKS = st.sampled_from(("tc02.vhxh", "tc05.tram-y-te", "bc.tram-y-te", "bc.thon", "nv.loa"))
PEOPLE = st.sampled_from(PERSONS)
MISHAPS = st.lists(st.sampled_from(FATES), max_size=3)
PICK = st.integers(0, 7)
STEPS = (
    "collect",
    "collect",
    "convene",
    "convene",
    "collect_again",
    "appraise",
    "council_again",
    "submit",
    "cancel",
)
MINUTES = st.sampled_from((0, 3, 6, 61, 300))
UNIT = Actor("Đầu mối", "unit")
QUIET = {"suppress_health_check": list(HealthCheck)}


class Commune(RuleBasedStateMachine):
    """One commune, its people and one reminding process, with whatever may befall them."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        world.channel.witness = lambda arrival: at_arrival(world, arrival)
        self.latest = world.now
        self.seen = stages(world)
        self.papers = count(1)

    # ---------------------------------------------------------------- time and machines

    @initialize(told=st.booleans())
    def first_morning(self, told: bool) -> None:
        if told:
            self.world.tick()

    @rule(days=st.integers(1, 2), fates=MISHAPS)
    def another_morning(self, days: int, fates: list[str]) -> None:
        self._tick_at(days, time(8), fates)

    @rule(days=st.integers(3, 9))
    def nothing_runs_for_days(self, days: int) -> None:
        self._tick_at(days, time(8))

    @rule(days=st.integers(0, 3), hour=st.sampled_from((7, 9, 13, 20)))
    def another_hour(self, days: int, hour: int) -> None:
        self._tick_at(days, time(hour))

    @rule(days=st.integers(0, 2), fates=MISHAPS)
    def shortly_before_closing(self, days: int, fates: list[str]) -> None:
        self._tick_at(days, time(17, 57), fates)

    @rule(minutes=MINUTES, fates=MISHAPS)
    def tick(self, minutes: int, fates: list[str]) -> None:
        self.world.channel.fates.extend(fates)
        self._set_clock(self.world.now + timedelta(minutes=minutes))
        self.world.tick()

    @rule(hours=st.integers(1, 60))
    def clock_jumps_back(self, hours: int) -> None:
        self._set_clock(self.world.now - timedelta(hours=hours))

    @rule()
    def restart(self) -> None:
        self.world.restart()

    @rule(fate=st.sampled_from(("retry", "killed", "config", "slow", "late")))
    def channel_is_bad_for_long(self, fate: str) -> None:
        self.world.channel.fates.extend([fate] * 12)

    @precondition(lambda self: self.world.channel.fates)
    @rule()
    def channel_recovers(self) -> None:
        self.world.channel.fates.clear()

    # ---------------------------------------------------------------- units and the office

    @rule(key=TASKS)
    def acknowledge(self, key: str) -> None:
        task = self.world.task(key)
        self.world.do(
            lambda session: reporting.acknowledge(session, task.id or 0, by=UNIT, now=self.world.now)
        )

    @rule(key=TASKS)
    def report(self, key: str) -> None:
        task = self.world.task(key)
        figures = self.world.figures.get(task.criterion_no or 0, [])
        self.world.do(
            lambda session: reporting.submit_report(
                session, task.id or 0, figures=figures, note="Xong.", by=UNIT, now=self.world.now
            )
        )

    @rule(key=TASKS, well=st.booleans())
    def review(self, key: str, well: bool) -> None:
        number, now = self.world.task(key).id or 0, self.world.now
        self.world.do(
            lambda session: (
                reviewing.accept(session, number, by=OFFICER, now=now)
                if well
                else reviewing.send_back(session, number, reason="Thiếu số liệu.", by=OFFICER, now=now)
            )
        )

    @rule(key=TASKS, days=st.integers(1, 12), at_once=st.booleans())
    def more_time(self, key: str, days: int, at_once: bool) -> None:
        task = self.world.task(key)
        wanted = (task.last_valid_on or self.world.today) + timedelta(days=days)
        service, by = (extending.extend, OFFICER) if at_once else (extending.request, UNIT)
        self.world.do(
            lambda session: service(
                session, task.id or 0, wanted_on=wanted, reason="Cần thêm.", by=by, now=self.world.now
            )
        )

    @rule(granted=st.booleans())
    def answer_request(self, granted: bool) -> None:
        for row in self.world.rows(ExtensionRequest, col(ExtensionRequest.state) == "pending")[:1]:
            self.world.do(
                lambda session, number=row.id or 0: extending.decide(
                    session, number, granted=granted, reason="Đã xem.", by=OFFICER, now=self.world.now
                )
            )

    @rule(data=st.integers(-5, 9), report=st.integers(-5, 9), duty=st.booleans())
    def plan_changes(self, data: int, report: int, duty: bool) -> None:
        plan = plan_file(DATA_BY + timedelta(days=data), REPORT_BY + timedelta(days=report), duty=duty)
        self.world.do(
            lambda session: import_plan(
                session, plan, rules(), first_stage="draft", by=OFFICER, now=self.world.now
            )
        )

    @rule(trigger=st.sampled_from(STEPS))
    def plan_steps(self, trigger: str) -> None:
        self.world.do(
            lambda session: advance(
                session, PLAN, trigger, actor=CHAIR, now=self.world.now, reason="Theo cuộc họp.",
                override="Lãnh đạo cho qua.", documents=list(self._papers(trigger)),
            )
        )  # fmt: skip

    @rule(ahead=st.integers(0, 12), kind=st.sampled_from(("off", "work", "")))
    def calendar_is_edited(self, ahead: int, kind: str) -> None:
        day = self.world.today + timedelta(days=ahead)
        self.world.overrides.pop(day, None)
        if kind:
            self.world.overrides[day] = kind
        self.world.restart()

    # ---------------------------------------------------------------- people and their addresses

    @rule(pick=PICK)
    def message_bounces(self, pick: int) -> None:
        sent = self.world.rows(Message, col(Message.state) == "sent")
        if sent:
            number = sent[pick % len(sent)].id
            if self.world.do(
                lambda session: desk_work.bounced(
                    session, COMMUNE, number, reason="Không có hộp thư.", by=OFFICER, now=self.world.now
                )
            ):
                self.world.excuse(number)

    @rule(pick=PICK)
    def somebody_retries(self, pick: int) -> None:
        stuck = self.world.rows(Message, col(Message.state).in_(("failed", "unknown")))
        if stuck:
            number = stuck[pick % len(stuck)].id
            assert self.world.do(
                lambda session: desk_work.retry(session, COMMUNE, number, by=OFFICER, now=self.world.now)
            )
            self.world.excuse(number)

    @rule(key=PEOPLE, number=st.integers(1, 3))
    def address_is_corrected(self, key: str, number: int) -> None:
        rows = contact_rows(**{key.replace("-", "_"): f"{key}.{number}@xa-thu.example"})
        self.world.do(
            lambda session: people.bring_contacts(session, COMMUNE, rows, by=OFFICER, now=self.world.now)
        )

    @rule(key=PEOPLE, quiet=st.booleans())
    def early_reminders_declined(self, key: str, quiet: bool) -> None:
        self.world.do(
            lambda session: people.set_quiet(
                session, COMMUNE, key, quiet=quiet, by=OFFICER, now=self.world.now
            )
        )

    @rule(key=PEOPLE, other=PEOPLE, ahead=st.integers(0, 2), days=st.integers(1, 5))
    def somebody_is_away(self, key: str, other: str, ahead: int, days: int) -> None:
        start = self.world.today + timedelta(days=ahead)
        self.world.do(
            lambda session: name_substitute(
                session, people.find_person(session, COMMUNE, key), people.find_person(session, COMMUNE, other),
                from_on=start, until_on=start + timedelta(days=days), reason="Nghỉ phép.", by=OFFICER,
                now=self.world.now,
            )
        )  # fmt: skip

    # ---------------------------------------------------------------- the reminder calendar

    @rule(key=st.one_of(st.none(), PEOPLE), ahead=st.integers(0, 2), days=st.integers(0, 4))
    def reminders_are_paused(self, key: str | None, ahead: int, days: int) -> None:
        first = self.world.today + timedelta(days=ahead)
        person = None if key is None else self.world.rows(Person, col(Person.key) == key)[0].id
        self.world.do(
            lambda session: holding.pause(
                session, COMMUNE, person, from_on=first, last_on=first + timedelta(days=days), reason="Nghỉ.", by=OFFICER,
                now=self.world.now, today=self.world.today,
            )
        )  # fmt: skip

    @rule(ahead=st.integers(0, 6), pick=PICK)
    def a_coming_message_is_let_go(self, ahead: int, pick: int) -> None:
        until = self.world.today + timedelta(days=ahead)
        mine = [one for one in self.world.coming(until) if holding.skippable(one)]
        if mine:
            one = mine[pick % len(mine)]
            assert self.world.do(
                lambda session: holding.skip(
                    session, COMMUNE, one, reason="Đã gọi điện.", by=OFFICER, now=self.world.now
                )
            )

    @rule(pick=PICK)
    def a_hold_is_lifted(self, pick: int) -> None:
        standing = self.world.rows(ReminderHold, col(ReminderHold.lifted_at).is_(None))
        if standing:
            number = standing[pick % len(standing)].id
            self.world.do(
                lambda session: holding.lift(
                    session, COMMUNE, number, by=OFFICER, now=self.world.now, today=self.world.today
                )
            )

    @rule(keys=st.sets(TASKS, min_size=1))
    def units_are_reminded_out_of_turn(self, keys: set[str]) -> None:
        world = self.world
        numbers = [world.task(key).id or 0 for key in sorted(keys)]
        desk, now = world.delivery.desk, world.now
        seen = nudging.rehearse(
            world.store, COMMUNE, numbers, "Mong sớm nhận.", desk=desk, by=OFFICER, now=now
        )
        sent = world.do(
            lambda session: nudging.send(
                session, COMMUNE, numbers, "Mong sớm nhận.", seal=seen.seal, desk=desk, by=OFFICER, now=now
            )
        )
        assert sent == bool(seen.letters)

    # ---------------------------------------------------------------- what must hold

    @invariant()
    def promises_hold(self) -> None:
        now = stages(self.world)
        problems = [*after_each_step(self.world), *not_in_the_tables(self.world, self.seen, now)]
        self.seen = now
        assert not problems, "\n".join(problems)

    def teardown(self) -> None:
        try:
            settle(self.world, self.latest)
            problems = [*after_each_step(self.world), *forgotten(self.world)]
            assert not problems, "\n".join(problems)
        finally:
            self.world.close()
            for path in self.world.path.parent.glob(f"{self.world.path.name}*"):
                path.unlink()

    def _tick_at(self, days: int, hour: time, fates: Sequence[str] = ()) -> None:
        self.world.channel.fates.extend(fates)
        self._set_clock(datetime.combine(self.world.today + timedelta(days=days), hour, VIETNAM))
        self.world.tick()

    def _set_clock(self, at: datetime) -> None:
        self.world.clock.set(at)
        self.latest = max(self.latest, at)
        note(f"# {at.astimezone(VIETNAM):%a %d/%m %H:%M}")

    def _papers(self, trigger: str) -> Iterator[DocumentRef]:
        procedure = procedure_of(self.world.rows(Plan)[0].rule_set)
        kinds = next(step.documents for step in procedure.steps if step.trigger == trigger)
        yield from (DocumentRef(kind, f"{next(self.papers)}/VB", self.world.today, "VHXH") for kind in kinds)


@pytest.fixture
def new_commune(tmp_path: Path) -> Iterator[Callable[[], Commune]]:
    """A commune in a fresh copy of a file that was built once; without the log, which would tell of every fate."""
    template, numbers = tmp_path / "template.db", count(1)
    build(template)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield lambda: Commune(World.copied(template, tmp_path / f"{next(numbers)}.db"))
    structlog.reset_defaults()


def test_no_reminder_is_told_twice_and_none_is_forgotten_whatever_happens(
    new_commune: Callable[[], Commune],
) -> None:
    profile = settings(max_examples=12, stateful_step_count=30, **QUIET)
    run_state_machine_as_test(new_commune, settings=profile)


@pytest.mark.slow
def test_no_reminder_is_told_twice_and_none_is_forgotten_in_long_lives(
    new_commune: Callable[[], Commune],
) -> None:
    rounds = int(os.environ.get("STATEFUL_EXAMPLES", "150"))
    run_state_machine_as_test(
        new_commune, settings=settings(max_examples=rounds, stateful_step_count=60, **QUIET)
    )
