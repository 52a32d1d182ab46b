"""Which reminder falls on which day, and what one person is told in one slot. No database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.audience import People
from notifications.candidates import Candidate, candidates
from notifications.kinds import KINDS
from notifications.planning import plan, receiver
from notifications.policy import Policy, slot_at
from notifications.rungs import Ladders, ladder
from notifications.snapshot import ExtensionFacts, Snapshot, TaskFacts
from tasks.workdays import WorkCalendar, load_calendar

DUE = date(2024, 11, 9)
ZONE = "Asia/Ho_Chi_Minh"
CALENDAR = load_calendar()
LADDERS = Ladders(Policy(), CALENDAR)
HEAD, OFFICER, CHAIR, DEPUTY = 1, 2, 3, 4
PEOPLE = People(
    active=frozenset({HEAD, OFFICER, CHAIR, DEPUTY}),
    opted_out=frozenset(),
    contacts={10: (HEAD,)},
    by_role={"coordinator": (OFFICER,), "leadership": (CHAIR,), "contact": (HEAD,)},
    away={},
    names={},
)
TASK = TaskFacts(7, "bc.thon-07", "report", 10, "assigned", DUE, date(2024, 4, 16), 1, None, False)


def look(
    today: date, *tasks: TaskFacts, people: People = PEOPLE, extensions: tuple[ExtensionFacts, ...] = ()
) -> list[Candidate]:
    snapshot = Snapshot(today, {task.id: task for task in tasks}, extensions, (), (), people)
    return candidates(snapshot, LADDERS)


def told(
    today: date, *tasks: TaskFacts, claimed: set[tuple[int, str, str]] = frozenset(), people: People = PEOPLE
) -> Mapping[int, list[str]]:
    found = plan(look(today, *tasks, people=people), claimed, people.away, people.active)
    return {
        person: [claim.candidate.kind for claim in claims if not claim.covered]
        for person, claims in found.items()
    }


def test_the_ladder_of_the_real_deadline_stands_on_the_right_working_days() -> None:
    rungs = {rung.name.partition("/")[2]: rung.on for rung in ladder(DUE, "report", Policy(), CALENDAR)}
    assert rungs["before-14"] == date(2024, 10, 21)
    assert rungs["before-7"] == date(2024, 10, 30)
    assert rungs["before-1"] == date(2024, 11, 7)
    assert rungs["before-0"] == date(2024, 11, 8)
    assert rungs["overdue-1"] == date(2024, 11, 11)
    assert rungs["escalated-3"] == date(2024, 11, 13)
    assert sum(name.startswith("overdue") for name in rungs) == 6


def test_a_new_assignment_is_told_once_and_a_deadline_says_nothing_until_its_first_rung() -> None:
    assert told(date(2024, 4, 16), TASK) == {HEAD: ["assigned"]}
    claimed = {(HEAD, "task:7", "assigned")}
    assert told(date(2024, 10, 18), TASK, claimed=claimed) == {}
    assert told(date(2024, 10, 21), TASK, claimed=claimed) == {HEAD: ["before"]}


def test_after_an_outage_only_the_newest_rung_is_said_and_the_older_ones_never_come() -> None:
    claimed = {(HEAD, "task:7", "assigned")}
    found = plan(look(date(2024, 11, 8), TASK), claimed, {}, PEOPLE.active)
    said = [claim.candidate.rung for claim in found[HEAD] if not claim.covered]
    covered = {claim.candidate.rung for claim in found[HEAD] if claim.covered}
    assert said == ["2024-11-09/before-0"]
    assert covered == {f"2024-11-09/before-{days}" for days in (14, 7, 3, 1)}
    assert (
        plan(
            look(date(2024, 11, 8), TASK), claimed | {c.candidate.key for c in found[HEAD]}, {}, PEOPLE.active
        )
        == {}
    )


@pytest.mark.parametrize("state", ["submitted", "accepted", "cancelled"])
def test_a_task_that_is_done_is_not_spoken_of_to_its_unit(state: str) -> None:
    today = date(2024, 11, 20)
    assert HEAD not in told(today, replace(TASK, state=state))


def test_an_overdue_task_reminds_the_unit_and_after_the_grace_tells_leadership() -> None:
    claimed = {(HEAD, "task:7", "assigned")}
    assert told(date(2024, 11, 11), TASK, claimed=claimed) == {HEAD: ["overdue"]}
    assert told(date(2024, 11, 13), TASK, claimed=claimed) == {HEAD: ["overdue"], CHAIR: ["escalated"]}


def test_a_returned_report_is_told_with_its_own_rung_so_a_second_return_is_told_again() -> None:
    claimed = {(HEAD, "task:7", "assigned")}
    first = replace(TASK, state="returned", report_id=31, returned=True)
    assert told(date(2024, 10, 1), first, claimed=claimed) == {HEAD: ["returned"]}
    claimed.add((HEAD, "report:31", "returned"))
    assert told(date(2024, 10, 1), first, claimed=claimed) == {}
    assert told(date(2024, 10, 1), replace(first, report_id=32), claimed=claimed) == {HEAD: ["returned"]}


def test_a_moved_deadline_is_told_and_gets_a_ladder_of_its_own() -> None:
    claimed = {key.key for key in look(date(2024, 11, 7), TASK)}
    moved = replace(TASK, last_valid_on=date(2024, 11, 22), due_set_on=date(2024, 11, 7), due_no=2)
    assert told(date(2024, 11, 7), moved, claimed=claimed) == {HEAD: ["moved"]}
    claimed |= {key.key for key in look(date(2024, 11, 7), moved)}
    assert told(date(2024, 11, 12), moved, claimed=claimed) == {}, (
        "the 14th and older rungs lie before the move"
    )
    assert told(date(2024, 11, 13), moved, claimed=claimed) == {HEAD: ["before"]}


def test_a_granted_extension_is_told_as_such_and_not_also_as_a_moved_deadline() -> None:
    moved = replace(TASK, last_valid_on=date(2024, 11, 15), due_set_on=date(2024, 11, 7), due_no=2)
    found = look(date(2024, 11, 7), moved, extensions=(ExtensionFacts(5, 7, "granted", date(2024, 11, 15)),))
    assert {one.kind for one in found} == {"assigned", "extension_granted"}


def test_the_coordinator_hears_of_reports_to_review_and_of_requests_for_time() -> None:
    waiting = replace(TASK, state="submitted", report_id=31)
    assert told(date(2024, 10, 1), waiting) == {OFFICER: ["review"]}
    asked = look(date(2024, 10, 1), TASK, extensions=(ExtensionFacts(5, 7, "pending", date(2024, 11, 15)),))
    assert [one.person_id for one in asked if one.kind == "requested"] == [OFFICER]


def test_whoever_opted_out_gets_no_early_reminder_but_every_formal_notice() -> None:
    quiet = replace(PEOPLE, opted_out=frozenset({HEAD}))
    claimed = {(HEAD, "task:7", "assigned")}
    assert told(date(2024, 11, 7), TASK, claimed=claimed, people=quiet) == {}
    assert told(date(2024, 11, 11), TASK, claimed=claimed, people=quiet) == {HEAD: ["overdue"]}
    assert told(date(2024, 4, 16), TASK, people=quiet) == {HEAD: ["assigned"]}


def test_a_substitute_reads_for_the_absent_and_the_rung_is_not_said_again_on_return() -> None:
    away = replace(PEOPLE, away={HEAD: DEPUTY})
    claimed = {(HEAD, "task:7", "assigned")}
    found = plan(look(date(2024, 11, 7), TASK), claimed, away.away, away.active)
    assert list(found) == [DEPUTY]
    assert all(claim.candidate.person_id == HEAD for claim in found[DEPUTY])
    claimed |= {claim.candidate.key for claim in found[DEPUTY]}
    assert told(date(2024, 11, 7), TASK, claimed=claimed) == {}


def test_a_chain_of_substitutes_is_followed_but_a_circle_ends() -> None:
    active = frozenset({1, 2, 3})
    assert receiver(1, {1: 2, 2: 3}, active) == 3
    assert receiver(1, {1: 2, 2: 1}, active) == 2
    assert receiver(1, {1: 9}, active) == 1, "an inactive substitute reads nothing"


def test_nobody_is_told_that_a_task_is_withdrawn_who_never_heard_of_it() -> None:
    gone = replace(TASK, state="cancelled")
    assert told(date(2024, 5, 1), gone) == {}
    assert told(date(2024, 5, 1), gone, claimed={(HEAD, "task:7", "assigned")}) == {HEAD: ["cancelled"]}


@pytest.mark.parametrize(
    ("local", "slot"),
    [
        ("2024-11-08 07:59", None), ("2024-11-08 08:00", "08:00"), ("2024-11-08 13:59", "08:00"),
        ("2024-11-08 14:30", "14:00"), ("2024-11-08 18:00", None), ("2024-11-08 23:00", None),
        ("2024-11-09 10:00", None), ("2024-11-10 10:00", None), ("2024-09-02 10:00", None),
        ("2025-01-29 10:00", None), ("2024-05-04 10:00", "08:00"),
    ],
)  # fmt: skip
def test_slots_are_open_in_working_hours_only(local: str, slot: str | None) -> None:
    policy = Policy(slots=(time(8), time(14)))
    now = datetime.fromisoformat(f"{local}:00+07:00")
    found = slot_at(now, policy, CALENDAR, ZONE)
    expected = datetime.fromisoformat(f"{local[:10]} {slot}:00+07:00").astimezone(UTC) if slot else None
    assert found == expected


@given(
    today=st.dates(date(2024, 4, 16), date(2025, 2, 1)),
    due=st.dates(date(2024, 4, 20), date(2024, 12, 31)),
    days=st.lists(st.integers(0, 30), max_size=6, unique=True),
)
def test_one_message_speaks_of_a_task_once_whatever_the_policy(
    today: date, due: date, days: list[int]
) -> None:
    ladders = Ladders(Policy(before=tuple(days)), CALENDAR)
    task = replace(TASK, last_valid_on=due)
    snapshot = Snapshot(today, {7: task}, (), (), (), PEOPLE)
    wanted = candidates(snapshot, ladders)
    found = plan(wanted, set(), {}, PEOPLE.active)
    for claims in found.values():
        assert sum(not claim.covered for claim in claims) == 1
        assert claims[0] == min(claims, key=lambda c: KINDS.index(c.candidate.kind))
    assert sum(len(claims) for claims in found.values()) == len({one.key for one in wanted})


@given(st.integers(0, 400))
def test_every_rung_falls_on_a_working_day(offset: int) -> None:
    due = date(2024, 6, 1) + timedelta(days=offset)
    assert all(CALENDAR.is_workday(rung.on) for rung in ladder(due, "report", Policy(), CALENDAR))


def test_a_calendar_override_moves_the_rungs() -> None:
    plain = {rung.name: rung.on for rung in ladder(date(2026, 1, 12), "report", Policy(), WorkCalendar())}
    shipped = {rung.name: rung.on for rung in ladder(date(2026, 1, 12), "report", Policy(), CALENDAR)}
    assert plain["2026-01-12/before-1"] == date(2026, 1, 9)
    assert shipped["2026-01-12/before-1"] == date(2026, 1, 10), "Saturday 10 January 2026 was a working day"
