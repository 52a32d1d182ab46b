"""What must hold of a world after every step, and once its channel works again. Each function lists what does not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from recording_channel import Arrival
from reminder_world import COMMUNE, OFFICER, VIETNAM, World, rungs_due
from sqlmodel import col

from db import journal
from db.tables import (
    ContactPoint,
    ExtensionRequest,
    Member,
    Message,
    Person,
    Plan,
    Reminder,
    ReminderHold,
    Report,
    Review,
    Task,
)
from notifications import holding
from notifications.holds import Hold, Holds
from tasks.lifecycle import ARROWS, OPEN_STATES
from workflow.definition import procedure_of

ENDED = ("sent", "unknown", "failed")
ABOUT_REQUESTS = {"requested", "extension_granted", "extension_refused"}
STATES_TOLD_OF = {"review": ("submitted",), "cancelled": ("cancelled",)}


def at_arrival(world: World, arrival: Arrival) -> list[str]:
    """Nobody is written to outside office hours, or of a task that is not as the message says."""
    local = arrival.begun.astimezone(VIETNAM)
    found = []
    if not time(8) <= local.time() < time(18) or not world.calendar.is_workday(local.date()):
        found.append(f"sent at {local}")
    if paused_at(world, arrival):
        found.append(f"sent at {local} to somebody who is paused")
    tasks = {task.id: task for task in world.rows(Task)}
    granted = {
        (one.task_id, one.wanted_on)
        for one in world.rows(ExtensionRequest, col(ExtensionRequest.state) == "granted")
    }
    for kind, number in arrival.told:
        if number is not None:
            found += _untrue(kind, tasks[number], world, granted)
    return found


def paused_at(world: World, arrival: Arrival) -> bool:
    """Whether its receiver was on pause when the message began to leave."""
    day = arrival.begun.astimezone(VIETNAM).date()
    points = world.rows(ContactPoint, col(ContactPoint.address) == arrival.address)
    people = {None, *(row.person_id for row in points)}
    return any(
        hold.mode == "pause" and hold.person_id in people and hold.from_on <= day < hold.until_on
        for hold in world.rows(ReminderHold, col(ReminderHold.lifted_at).is_(None))
    )


def _untrue(kind: str, task: Task, world: World, granted: set[tuple[int, Any]]) -> Iterator[str]:
    if task.state not in STATES_TOLD_OF.get(kind, OPEN_STATES):
        yield f"{kind} was told of {task.key}, which is {task.state}"
    early = task.last_valid_on is not None and world.today <= task.last_valid_on
    if kind in {"before", "overdue", "escalated"} and early != (kind == "before"):
        yield f"{kind} was told of {task.key} on {world.today}, due {task.last_valid_on}"
    if kind == "moved" and (task.id, task.last_valid_on) in granted:
        yield f"the time granted for {task.key} was told again as a moved deadline"


def after_each_step(world: World) -> Iterator[str]:
    """Nothing is claimed, sent or told twice; what the tables say of a message is what became of it."""
    yield from world.channel.objections
    messages = {row.id: row for row in world.rows(Message)}
    reminders = world.rows(Reminder)
    yield from _doubled("claimed", ((row.person_id, row.subject, row.rung) for row in reminders))
    yield from _doubled("message", ((row.person_id, row.slot) for row in messages.values()))
    counted = [one for one in world.channel.arrivals if not one.excused]
    yield from _doubled("told", (rung for one in counted for rung in one.rungs))
    copies = Counter(one.message_id for one in counted)
    for number, message in messages.items():
        if copies[number] > 1:
            yield f"message {number} arrived {copies[number]} times"
        if copies[number] and message.state not in {"sent", "unknown", "sending"}:
            yield f"message {number} arrived and is {message.state}"
        if message.state == "sent" and not copies[number]:
            yield f"message {number} is called sent and nobody has it"
    yield from _said_twice_in_one(world)
    with world.store.read() as session:
        if broken := journal.verify(session, COMMUNE):
            yield f"journal: {broken}"


def _said_twice_in_one(world: World) -> Iterator[str]:
    """A message says one thing of a task, whoever it is for; what it says of requests for time is apart."""
    for arrival in world.channel.arrivals:
        spoken = Counter(number for kind, number in arrival.told if number and kind not in ABOUT_REQUESTS)
        for number, times in spoken.items():
            if times > 1:
                yield f"message {arrival.message_id} speaks of task {number} {times} times"


def _doubled(what: str, keys: Any) -> Iterator[str]:
    yield from (f"{what} {times} times: {key}" for key, times in Counter(keys).items() if times > 1)


def stages(world: World) -> dict[str, str]:
    """Where each task and the plan stand."""
    return {task.key: task.state for task in world.rows(Task)} | {"": world.rows(Plan)[0].stage}


def not_in_the_tables(world: World, before: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    """Moves between two steps that no arrow allows."""
    steps = {(a, step.to) for step in procedure_of(world.rows(Plan)[0].rule_set).steps for a in step.origins}
    arrows = {(a, to) for _, origins, to in ARROWS for a in origins}
    for key, state in now.items():
        old = before.get(key, state)
        if state != old and (old, state) not in (arrows if key else steps):
            yield f"{key or 'plan'} went from {old} to {state}"


def settle(world: World, latest: datetime) -> None:
    """The channel works again, pauses end, and time goes on past whatever the clock ever showed: three working days."""
    world.channel.fates.clear()
    world.clock.set(max(world.now, latest))
    for hold in world.rows(ReminderHold, col(ReminderHold.mode) == "pause"):
        world.do(
            lambda session, number=hold.id: holding.lift(
                session, COMMUNE, number, by=OFFICER, now=world.now, today=world.today
            )
        )
    for _ in range(3):
        day = world.now.astimezone(VIETNAM).date() + timedelta(days=1)
        while not world.calendar.is_workday(day):
            day += timedelta(days=1)
        for hour in (time(8), time(8, 10), time(14)):
            world.clock.set(datetime.combine(day, hour, VIETNAM))
            world.tick()


def forgotten(world: World) -> Iterator[str]:
    """Whatever is due for an open task and was neither told nor is listed as failed or unknown."""
    messages = {row.id: row for row in world.rows(Message)}
    for message in messages.values():
        if message.state in {"pending", "sending"}:
            yield f"message {message.id} is still {message.state}"
    ledger = {(row.person_id, row.subject, row.rung): row for row in world.rows(Reminder)}
    for person, subject, rungs in _owed(world):
        rows = [ledger.get((person, subject, rung)) for rung in rungs]
        yield from (
            f"never claimed: {person} {subject} {rung}"
            for rung, row in zip(rungs, rows, strict=True)
            if row is None
        )
        if rows[-1] and (problem := _silent(rows[-1], messages, list(ledger.values()))):
            yield f"silently missing: {person} {subject} {rungs[-1]}: {problem}"


def _silent(row: Reminder, messages: dict[int, Message], ledger: Sequence[Reminder]) -> str:
    state = messages[row.message_id].state
    if row.state == "dropped" or state not in ENDED:
        return f"{row.state} in a message that is {state}"
    spoken = any(
        one.message_id == row.message_id and one.task_id == row.task_id and one.state == "wanted"
        for one in ledger
    )
    return "" if spoken else "covered by nothing"


def _owed(world: World) -> Iterator[tuple[int, str, list[str]]]:
    """(person, subject, rungs in order of their day) that must be in the ledger; the last one must have been told."""
    plan = world.rows(Plan)[0]
    if not procedure_of(plan.rule_set).stage(plan.stage).reminds:
        return
    members = world.rows(Member)
    quiet = {row.id for row in world.rows(Person) if row.digest_opt_out}
    let_go = Holds(
        tuple(
            Hold(row.id, row.mode, row.person_id, row.from_on, row.until_on, "", "", row.lifted_at)
            for row in world.rows(ReminderHold)
        )
    )
    roles: dict[str, list[int]] = defaultdict(list)
    for row in members:
        roles[row.role].append(row.person_id)
    decisions = {row.report_id: row.decision for row in world.rows(Review)}
    for task in world.rows(Task):
        reports = world.rows(Report, col(Report.task_id) == task.id)
        newest = max(reports, key=lambda row: row.number).id if reports else None
        contacts = [row.person_id for row in members if row.unit_id == task.unit_id and row.role == "contact"]
        if task.state in OPEN_STATES:
            yield from _owed_for_open(world, task, contacts, roles["leadership"], quiet, let_go)
            if decisions.get(newest or 0) == "returned":
                yield from ((person, f"report:{newest}", ["returned"]) for person in contacts)
        elif task.state == "submitted":
            yield from ((person, f"report:{newest}", ["review"]) for person in roles["coordinator"])


def _owed_for_open(
    world: World, task: Task, contacts: Sequence[int], leaders: Sequence[int], quiet: set[int], holds: Holds
) -> Iterator[tuple[int, str, list[str]]]:
    subject = f"task:{task.id}"
    due = rungs_due(task, world)
    for person in contacts:
        yield person, subject, ["assigned"]
        mine = [
            rung
            for day, kind, rung in due
            if kind != "escalated"
            and not (kind == "before" and person in quiet)
            and not holds.lets_go(person, day, world.today)
        ]
        if mine:
            yield person, subject, mine
    for person in leaders:
        told = [
            rung
            for day, kind, rung in due
            if kind == "escalated" and not holds.lets_go(person, day, world.today)
        ]
        if told:
            yield person, subject, told
