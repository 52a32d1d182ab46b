"""Which reminders and notices are wanted right now, whoever was told before. Pure.

Both sides of a send ask here: planning takes what the ledger does not hold yet; the last look before
sending drops what is no longer in the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from notifications.rungs import Ladders
from notifications.snapshot import ExtensionFacts, Snapshot, TaskFacts
from tasks.lifecycle import OPEN_STATES

REMINDING = frozenset({"before", "overdue", "escalated"})
OPTIONAL = frozenset({"before"})
SKIPPABLE = REMINDING | {"weekly"}
"""What may be let go: reminders of what was told before. News is always told."""
NUDGE_LASTS = timedelta(days=7)
"""A reminder out of turn that could not leave for so long is not sent any more; the ordinary ones go on."""


@dataclass(frozen=True)
class Candidate:
    """One rung of one subject for one person; `key` is what the ledger keeps unique."""

    person_id: int
    subject: str
    rung: str
    kind: str
    task_id: int | None
    last_valid_on: date | None
    on: date

    @property
    def key(self) -> tuple[int, str, str]:
        return (self.person_id, self.subject, self.rung)


def candidates(snapshot: Snapshot, ladders: Ladders) -> list[Candidate]:
    """All that is wanted at the snapshot's date, each thing once, for active people; opt-outs and holds respected."""
    found = [
        *_of_tasks(snapshot, ladders),
        *_of_extensions(snapshot),
        *_of_news(snapshot),
        *_of_failures(snapshot),
        *_of_channels(snapshot),
        *_of_week(snapshot, ladders),
    ]
    # A person with the same role in two units is still one person.
    once = {one.key: one for one in found}
    resting = snapshot.resting
    return [one for one in once.values() if one.person_id not in resting and _wants(one, snapshot)]


def _wants(one: Candidate, snapshot: Snapshot) -> bool:
    people = snapshot.people
    if one.person_id not in people.active or (one.kind in OPTIONAL and one.person_id in people.opted_out):
        return False
    return one.kind not in SKIPPABLE or not snapshot.holds.lets_go(one.person_id, one.on, snapshot.today)


def _of_tasks(snapshot: Snapshot, ladders: Ladders) -> Iterator[Candidate]:
    granted = {(e.task_id, e.wanted_on) for e in snapshot.extensions if e.state == "granted"}
    for task in snapshot.tasks.values():
        contacts = snapshot.people.contacts.get(task.unit_id, ())
        if task.state in OPEN_STATES:
            yield from _each(contacts, _notices(task, snapshot.today, granted))
            yield from _rungs(task, snapshot, ladders)
        elif task.state == "submitted" and task.report_id is not None:
            note = _about(task, f"report:{task.report_id}", "review", "review", snapshot.today)
            yield from _each(snapshot.people.by_role.get("coordinator", ()), [note])
        elif task.state == "cancelled":
            # A task may be withdrawn again after it was given out again, which always sets a new deadline.
            rung = "cancelled" if task.due_no == 1 else f"cancelled-{task.due_no}"
            yield from _each(contacts, [_about(task, f"task:{task.id}", rung, "cancelled", snapshot.today)])


def _notices(task: TaskFacts, today: date, granted: set[tuple[int, date]]) -> Iterator[Candidate]:
    yield _about(task, f"task:{task.id}", "assigned", "assigned", today)
    if (
        task.nudged_on is not None
        and task.due_set_on <= task.nudged_on <= today < task.nudged_on + NUDGE_LASTS
    ):
        yield _about(task, f"nudge:{task.nudge_id}", "nudged", "nudged", task.nudged_on)
    if task.returned:
        yield _about(task, f"report:{task.report_id}", "returned", "returned", today)
    if task.due_no > 1 and (task.id, task.last_valid_on) not in granted:
        # The same date given anew: the task was withdrawn and is owed again.
        kind = "assigned" if task.previous_on == task.last_valid_on else "moved"
        yield _about(task, f"task:{task.id}", f"{kind}-{task.due_no}", kind, today)


def _rungs(task: TaskFacts, snapshot: Snapshot, ladders: Ladders) -> Iterator[Candidate]:
    if task.last_valid_on is None:
        return
    due = ladders.due(task.last_valid_on, task.kind, given_on=task.due_set_on, today=snapshot.today)
    for rung in due:
        leaders = snapshot.people.by_role.get("leadership", ())
        persons = leaders if rung.kind == "escalated" else snapshot.people.contacts.get(task.unit_id, ())
        yield from _each(persons, [_about(task, f"task:{task.id}", rung.name, rung.kind, rung.on)])


def _of_extensions(snapshot: Snapshot) -> Iterator[Candidate]:
    for extension in snapshot.extensions:
        task = snapshot.tasks.get(extension.task_id)
        if extension.recent and task is not None and task.state in OPEN_STATES:
            yield from _of_extension(extension, task, snapshot)


def _of_extension(extension: ExtensionFacts, task: TaskFacts, snapshot: Snapshot) -> Iterator[Candidate]:
    subject = f"extension:{extension.id}"
    if extension.state == "pending":
        asked = _about(task, subject, "requested", "requested", snapshot.today)
        yield from _each(snapshot.people.by_role.get("coordinator", ()), [asked])
        return
    kind = f"extension_{extension.state}"
    contacts = snapshot.people.contacts.get(task.unit_id, ())
    yield from _each(contacts, [_about(task, subject, extension.state, kind, snapshot.today)])


def _of_news(snapshot: Snapshot) -> Iterator[Candidate]:
    for number, roles in snapshot.announcements:
        persons = dict.fromkeys(person for role in roles for person in snapshot.people.by_role.get(role, ()))
        for person in persons:
            yield Candidate(
                person, f"announcement:{number}", "told", "announcement", None, None, snapshot.today
            )


def _of_failures(snapshot: Snapshot) -> Iterator[Candidate]:
    for message_id, receiver in snapshot.undelivered:
        for person in snapshot.people.by_role.get("coordinator", ()):
            # A coordinator who cannot be reached is not told so by the same road, message after message.
            if person != receiver:
                subject = f"message:{message_id}"
                yield Candidate(person, subject, "undelivered", "undelivered", None, None, snapshot.today)


def _of_channels(snapshot: Snapshot) -> Iterator[Candidate]:
    """A closed channel is told once to whoever runs the server, or to the coordinator where nobody does."""
    roles = snapshot.people.by_role
    for closed in snapshot.closed:
        subject = f"{closed.name}:{int(closed.outage_at.timestamp())}"
        for person in dict.fromkeys(roles.get("operator") or roles.get("coordinator", ())):
            yield Candidate(person, subject, "closed", "channel_closed", None, None, snapshot.today)


def _of_week(snapshot: Snapshot, ladders: Ladders) -> Iterator[Candidate]:
    """Leadership's weekly look at the plan; a plan that began after the week's day waits for the next week."""
    rung = ladders.weekly(snapshot.today)
    if snapshot.watched is None or rung is None or rung.on < snapshot.watched.issued_on:
        return
    for person in dict.fromkeys(snapshot.people.by_role.get("leadership", ())):
        yield Candidate(person, f"plan:{snapshot.watched.id}", rung.name, rung.kind, None, None, rung.on)


def _about(task: TaskFacts, subject: str, rung: str, kind: str, on: date) -> Candidate:
    return Candidate(0, subject, rung, kind, task.id, task.last_valid_on, on)


def _each(persons: Iterable[int], notices: Iterable[Candidate]) -> Iterator[Candidate]:
    listed = tuple(persons)
    for notice in notices:
        for person in listed:
            yield Candidate(
                person,
                notice.subject,
                notice.rung,
                notice.kind,
                notice.task_id,
                notice.last_valid_on,
                notice.on,
            )
