"""Kill -9 at every step between a message's claim and the record of its outcome: none is lost, none is doubled.

The steps are listed in kill_steps.py. What arrived is told by the receivers, which are processes of their own.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import killing
import pytest
from kill_receivers import Arrivals, receiver
from kill_rounds import address, bare, everybody, form
from kill_steps import CHANNELS, PEOPLE, STEPS, Step, steps_of, turn
from killing import REHEARSED, WARM

from notifications.delivery import BROKEN_OFF

ROUNDS = 100
STEP = {step.name: step for step in STEPS}
_NAMES = list(STEP)
SURELY_NOT = _NAMES[_NAMES.index("note committed") : _NAMES.index("second whole")]
"""Steps at which the note of the hand-over is committed, and yet the receiver cannot have the message."""
SURELY = _NAMES[_NAMES.index("answered") : _NAMES.index("outcome committed")]
"""Steps at which it has the message, and nothing of that is recorded."""
LEAST_OF_A_FORM = ROUNDS // 10
Told = dict[str, Any]
"""What the killing program prints about a round."""


@dataclass(frozen=True)
class Fate:
    """One message of one round. `row`: how it stood when the process was dead; `at_hand`: it died over this message.

    `form`: of its address. `copies` are at the receiver; `again`: eSMS was asked once more for what it had.
    """

    step: Step
    number: str
    form: str
    row: str
    at_hand: bool
    state: str
    reason: str
    outcomes: list[str]
    copies: int
    again: int

    @property
    def left_open(self) -> bool:
        """The process died between the committed hand-over and the committed outcome."""
        return self.row == "handed over"


@pytest.mark.slow
@pytest.mark.parametrize("channel", CHANNELS)
def test_kill_9_at_each_step_between_claim_and_record_loses_nothing_and_doubles_nothing(
    channel: str, tmp_path: Path
) -> None:
    begun, numbers = time.monotonic(), range(1, ROUNDS + 1)
    with receiver(channel, tmp_path, (*numbers, WARM, REHEARSED)) as (where, arrivals):
        command = [sys.executable, killing.__file__, channel, where, str(ROUNDS), str(tmp_path)]
        program = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=1_200, check=True)
        arrived = arrivals()
    rehearsed, *rounds = (json.loads(line) for line in program.stdout.splitlines())
    assert [told["round"] for told in rounds] == list(numbers)
    for told in rounds:
        check_death(channel, told)
    fates = [fate for told in rounds for fate in fates_of(told, arrived)]
    print(f"\n{summary(channel, fates)} {time.monotonic() - begun:.0f} s\n{table(channel, fates)}")

    check_rehearsal(channel, rehearsed, arrived)
    for told in rounds:
        check_heirs(told)
    for fate in fates:
        check_fate(channel, fate)
    check_addresses(channel, [rehearsed, *rounds], arrived)
    check_forms(channel, fates)


def fates_of(told: Told, arrived: Arrivals) -> list[Fate]:
    """What became of the messages of a round."""
    note, dead = told["note"], told["rows"][0]
    return [
        Fate(
            step=STEP[note["step"]], number=one["id"], form=form(one["addresses"][0]), row=dead[one["id"]],
            at_hand=one["id"] in note["messages"], state=one["state"], reason=one["reason"], outcomes=one["outcomes"],
            copies=sum(arrived.copies[bare(where)] for where in one["addresses"]), again=arrived.again[one["id"]],
        )
        for one in told["messages"]
    ]  # fmt: skip


def check_rehearsal(channel: str, told: Told, arrived: Arrivals) -> None:
    """Without a kill every step that the channel has is passed often enough to be killed at, and no other one."""
    passed = told["passed"]
    assert told["status"] == 0
    assert set(passed) == {step.name for step in steps_of(channel)}
    for step in steps_of(channel):
        assert passed[step.name] >= max(step.passings), step.name
    assert [(one["state"], one["outcomes"]) for one in told["messages"]] == [("sent", ["sent"])] * PEOPLE
    assert [arrived.copies[bare(one["addresses"][0])] for one in told["messages"]] == [1] * PEOPLE


def check_death(channel: str, told: Told) -> None:
    """It died by SIGKILL at the step that was meant, and left the rows of the messages at hand as the step says."""
    step, passing = turn(channel, told["round"])
    note, number = told["note"], (told["round"], step.name, passing)
    assert (told["status"], note.get("step")) == (-signal.SIGKILL, step.name), number
    assert note["messages"], number
    assert {told["rows"][0][one] for one in note["messages"]} == {step.row}, number
    which, _, part = step.name.partition(" ")
    if which in {"first", "second"}:
        assert note["bytes"] == (note["of"] // 2 if part == "half" else note["of"]) > 0, number
        assert (note["begin"] in {"DATA", "POST"}) == (which == "first"), number


def check_heirs(told: Told) -> None:
    """Who comes while the lease stands leaves alone what the dead one had; who comes afterwards brings it to an end."""
    dead, early, late = told["rows"]
    mine = {"claimed", "handed over"}
    assert told["heirs"] == [0, 0]
    assert early == {one: row if row in mine else "sent" for one, row in dead.items()}, told["round"]
    assert late == {one["id"]: one["state"] for one in told["messages"]}
    assert len(late) == PEOPLE


def check_fate(channel: str, fate: Fate) -> None:
    """A message is unknown if and only if it was handed over without a recorded outcome, and is sent otherwise.

    A text message is sent in any case: eSMS knows it again.
    """
    repeatable = channel == "sms"
    unknown = fate.left_open and not repeatable
    tries = ["unknown"] * fate.left_open + ["sent"] * (not unknown)
    assert (fate.state, fate.outcomes) == ("unknown" if unknown else "sent", tries), fate
    assert fate.reason == (BROKEN_OFF if unknown else ""), fate
    assert fate.copies in ({0, 1} if unknown else {1}), fate
    assert fate.again <= int(fate.left_open and repeatable), fate
    if fate.at_hand and fate.left_open:
        there = fate.again if repeatable else fate.copies
        assert not (there and fate.step.name in SURELY_NOT), fate
        assert there or fate.step.name not in SURELY, fate


def check_addresses(channel: str, rounds: list[Told], arrived: Arrivals) -> None:
    """Nothing went to the address to fall back on or to a stranger, and each receiver was told the message's own number."""
    first = {bare(one["addresses"][0]): one["id"] for told in rounds for one in told["messages"]}
    warm = set(everybody(channel, WARM))
    assert {to for to, copies in arrived.copies.items() if copies} - warm <= set(first)
    assert {(to, number) for to, number in arrived.named if to not in warm} <= set(first.items())


def check_forms(channel: str, fates: list[Fate]) -> None:
    """Processes died over handed-over messages to every form of address."""
    over = Counter(fate.form for fate in fates if fate.at_hand and fate.left_open)
    assert min(over[one] for one in forms_of(channel)) >= LEAST_OF_A_FORM, over


def forms_of(channel: str) -> list[str]:
    """The forms of a channel's addresses."""
    return list(dict.fromkeys(form(address(channel, 0, place, 0)) for place in range(PEOPLE)))


def summary(channel: str, fates: list[Fate]) -> str:
    """One line about all rounds."""
    states = Counter(fate.state for fate in fates)
    ended = {"sent", "unknown"}
    lost = sum(fate.state not in ended or fate.copies < (fate.state == "sent") for fate in fates)
    doubled = sum(fate.copies > 1 for fate in fates)
    there = sum(fate.copies for fate in fates if fate.state == "unknown")
    again = [fate.again for fate in fates if fate.state == "sent" and fate.left_open]
    return (
        f"{channel}: {ROUNDS} rounds, {len(fates)} messages: {states['sent']} sent "
        f"({len(again)} of them asked for again, {sum(again)} of which the receiver had), {states['unknown']} unknown "
        f"({there} arrived, {states['unknown'] - there} did not), {lost} lost, {doubled} doubled."
    )


def table(channel: str, fates: list[Fate]) -> str:
    """A line a step, then the unknown messages as round-place."""
    lines = ["died at            kills  sent  of them again  unknown: arrived  did not  over"]
    lines += [line(channel, step, [fate for fate in fates if fate.step == step]) for step in STEPS]
    for what, there in (("arrived", 1), ("did not", 0)):
        numbers = [fate.number for fate in fates if (fate.state, fate.copies) == ("unknown", there)]
        lines.append(f"unknown, {what}: {' '.join(one.removeprefix('mn-') for one in numbers) or '-'}")
    return "\n".join(lines)


def line(channel: str, step: Step, fates: list[Fate]) -> str:
    """What came of the rounds that ended at one step; `over` how many messages of which form."""
    if channel not in step.channels:
        return f"{step.name:18}     -  no such step on this channel"
    sent = [fate for fate in fates if fate.state == "sent"]
    again = sum(fate.left_open for fate in sent)
    unknown = Counter(bool(fate.copies) for fate in fates if fate.state == "unknown")
    over = Counter(fate.form for fate in fates if fate.at_hand)
    forms = " ".join(f"{over[one]} {one}" for one in forms_of(channel)).strip()
    kills = len(fates) // PEOPLE
    return f"{step.name:18}{kills:6}{len(sent):6}{again:15}{unknown[True]:18}{unknown[False]:9}  {forms}"
