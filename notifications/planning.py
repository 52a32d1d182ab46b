"""From what is wanted to who is told what in this slot. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from notifications.candidates import Candidate
from notifications.kinds import KINDS

LONGEST_CHAIN = 3
Group = tuple[int, int | str]


@dataclass(frozen=True)
class Claim:
    """A candidate to be written into the ledger; a covered one is spoken for by another in the message."""

    candidate: Candidate
    covered: bool


def plan(
    wanted: Iterable[Candidate],
    claimed: Collection[tuple[int, str, str]],
    away: Mapping[int, int],
    active: Collection[int],
    resting: Collection[int] = (),
) -> dict[int, list[Claim]]:
    """Receiver -> claims for one message, most urgent first. Receivers with nothing new or `resting` are left out.

    Of several rungs of one task for one person only the most urgent, newest one is said: that is the single
    catch-up after an outage. The rest is claimed as covered, so it never comes later.
    """
    groups: dict[Group, list[Candidate]] = defaultdict(list)
    for one in wanted:
        if one.key not in claimed and _makes_sense(one, claimed):
            groups[told_together(one)].append(one)
    by_receiver: dict[int, list[Claim]] = defaultdict(list)
    for (person_id, _), group in groups.items():
        first, *rest = sorted(group, key=urgency)
        claims = [Claim(first, covered=False), *(Claim(one, covered=True) for one in rest)]
        by_receiver[receiver(person_id, away, active)].extend(claims)
    return {
        person: sorted(claims, key=lambda c: urgency(c.candidate))
        for person, claims in by_receiver.items()
        if person not in resting
    }


def receiver(person_id: int, away: Mapping[int, int], active: Collection[int]) -> int:
    """Who reads for a person today: the substitute, or the substitute's own, at most three steps on."""
    reader = person_id
    for _ in range(LONGEST_CHAIN):
        following = away.get(reader)
        if following is None or following == person_id or following not in active:
            break
        reader = following
    return reader


def _makes_sense(one: Candidate, claimed: Collection[tuple[int, str, str]]) -> bool:
    """Nobody is told that an assignment is withdrawn who was never told of it."""
    return one.kind != "cancelled" or (one.person_id, one.subject, "assigned") in claimed


def told_together(one: Candidate) -> Group:
    """What only one thing is said of in a message: a task, or whatever else it is about, for a person.

    The answer to a request is a thing of its own: an overdue notice of the same task does not speak for it.
    """
    own = one.task_id is None or one.subject.startswith("extension:")
    return (one.person_id, one.subject if own else one.task_id or one.subject)


def urgency(one: Candidate) -> tuple[int, int, str]:
    """What is said of several goes first: the kind that presses most, of one kind the newest."""
    return (KINDS.index(one.kind), -one.on.toordinal(), one.subject)
