"""The one place that speaks to `transitions`: tables of states and triggers, built once, fired without models.

A machine holds no state of its own. Each firing gets a context of its own, so any number of threads may share
a machine; nothing is ever registered with it (rows of the database cannot carry triggers, and would be kept).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from transitions import Machine, MachineError

Arrow = tuple[str, tuple[str, ...], str]
"""A trigger, the states it may be pulled in, and the state it leads to."""


class NotAllowed(Exception):
    """The trigger does not exist in that state. Callers turn it into a Refusal in their own words."""

    def __init__(self, state: str, trigger: str) -> None:
        super().__init__(f"{trigger!r} is not allowed in {state!r}")
        self.state = state
        self.trigger = trigger


@dataclass
class _Context:
    state: str


def build(states: Iterable[str], transitions: Iterable[Arrow]) -> Machine:
    """A machine with exactly these arrows: no model, no automatic ones that would skip the procedure.

    Raises ValueError when an arrow names a state that is not listed.
    """
    known, arrows = list(states), list(transitions)
    for name, sources, to in arrows:
        # `transitions` notices a wrong destination only when fired, and reads "*" and "=" as patterns.
        if missing := {*sources, to} - {*known}:
            raise ValueError(f"{name!r} speaks of unknown states: {sorted(missing)}")
    return Machine(
        model=None,
        states=known,
        transitions=[{"trigger": name, "source": list(sources), "dest": to} for name, sources, to in arrows],
        initial=None,
        auto_transitions=False,
    )


def fire(machine: Machine, state: str, trigger: str) -> str:
    """The state that `trigger` leads to. Raises NotAllowed, also for a state or trigger nobody knows."""
    if state not in machine.states or trigger not in machine.events:
        raise NotAllowed(state, trigger)
    context = _Context(state)
    try:
        machine.events[trigger].trigger(context)
    except MachineError as error:
        raise NotAllowed(state, trigger) from error
    return context.state


def allowed(machine: Machine, state: str) -> list[str]:
    """The triggers that may be pulled in `state`, in the order in which they were given."""
    return machine.get_triggers(state) if state in machine.states else []
