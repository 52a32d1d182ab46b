"""A procedure's arrows as one shared machine. Guards are asked before it is fired, never by it."""

from __future__ import annotations

from functools import lru_cache

from transitions import Machine

from tasks.machine import allowed, build, fire
from workflow.definition import Procedure


@lru_cache(maxsize=64)
def machine_of(procedure: Procedure) -> Machine:
    """The machine of a procedure, built once for each content."""
    return build(
        (stage.key for stage in procedure.stages),
        ((step.trigger, step.origins, step.to) for step in procedure.steps),
    )


def destination(procedure: Procedure, stage: str, trigger: str) -> str:
    """The stage that `trigger` leads to from `stage`. Raises tasks.machine.NotAllowed."""
    return fire(machine_of(procedure), stage, trigger)


def triggers(procedure: Procedure, stage: str) -> list[str]:
    """The triggers that leave `stage`, in the file's order."""
    return allowed(machine_of(procedure), stage)
