"""Every step of a message between the claim and the record of its outcome, in the order in which it meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CHANNELS = ("email", "zalo_bot", "zalo_oa", "sms")
PEOPLE, WORKERS, BATCH = 6, 2, 3
# At which passings of a step a process dies, by turns: there are two batches of three messages, and as many
# transactions as two workers need at least. Two of three receivers of the OA get a template.
_BATCHES, _TRANSACTIONS, _MESSAGES, _TEMPLATES = (1, 2), (1, 3, 2), (1, 4, 2, 6, 3, 5), (1, 4, 2, 3)
_OA, _MAIL = ("zalo_oa",), ("email",)


@dataclass(frozen=True)
class Step:
    """`row`: what the database must say of the messages at hand when the process is dead: "pending", "claimed", "handed
    over" (from there on nobody can tell whether it left) or "sent". `channels`: those that have the step at all.
    """  # fmt: skip

    name: str
    row: str
    passings: Sequence[int]
    what: str
    channels: Sequence[str] = CHANNELS


STEPS = (
    Step("claim written", "pending", _BATCHES, "The claim of a batch stands in a transaction that is not committed."),
    Step("claim committed", "claimed", _BATCHES, "A batch is claimed; nothing of it is composed."),
    Step("composed", "claimed", _BATCHES, "What each message of the batch says and by which ways it may go is known."),
    Step("line", "claimed", _MESSAGES, "The worker has its line for the message."),
    Step("form", "claimed", _MESSAGES, "The message is put into the form that its channel speaks."),
    Step("template", "claimed", _TEMPLATES, "What Zalo's template may be filled with is known.", _OA),
    Step("token", "claimed", _MESSAGES, "The access token was looked up.", _OA),
    Step("envelope", "claimed", _MESSAGES, "The mail server took the sender and the recipient.", _MAIL),
    Step("connected", "claimed", _MESSAGES, "The connection stands and the hand-over is about to be noted."),
    Step("note queued", "claimed", _MESSAGES, "The note of the hand-over waits for its transaction."),
    Step("note written", "claimed", _TRANSACTIONS, "The note stands in a transaction that is not committed."),
    Step("note committed", "handed over", _TRANSACTIONS, "The note is committed and its worker has not heard of it."),
    Step("handed over", "handed over", _MESSAGES, "The worker may begin to write; not a byte has left."),
    Step("first half", "handed over", _MESSAGES, "Half of the first write is out: of DATA, or of a request's head."),
    Step("first whole", "handed over", _MESSAGES, "All of the first write is out."),
    Step("second half", "handed over", _MESSAGES, "Half of the second write is out: of the mail, or of the body."),
    Step("second whole", "handed over", _MESSAGES, "All of the second and last write is out."),
    Step("answered", "handed over", _MESSAGES, "The receiver said that it took the message; nothing is posted."),
    Step("outcome queued", "handed over", _MESSAGES, "The note of the outcome waits for its transaction."),
    Step("quota noted", "handed over", _TEMPLATES, "Zalo's word of its quota is committed before the outcome.", _OA),
    Step("outcome written", "handed over", _TRANSACTIONS, "The outcome stands in a transaction, not committed."),
    Step("outcome committed", "sent", _TRANSACTIONS, "The outcome is committed and its worker has not heard of it."),
    Step("worker done", "sent", _BATCHES, "All that a worker took is sent and noted."),
)  # fmt: skip


def steps_of(channel: str) -> list[Step]:
    """The steps that a channel has."""
    return [step for step in STEPS if channel in step.channels]


def turn(channel: str, round_: int) -> tuple[Step, int]:
    """The step of a channel's n-th round, from 1 on, and at which passing of it the process dies."""
    steps = steps_of(channel)
    visit, number = divmod(round_ - 1, len(steps))
    step = steps[number]
    return step, step.passings[visit % len(step.passings)]
