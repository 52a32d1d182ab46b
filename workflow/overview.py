"""Where a plan stands, at a glance: the row of stages and the days left. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from workflow.definition import Procedure
from workflow.soundness import reachable

Status = Literal["done", "present", "ahead"]


@dataclass(frozen=True)
class StepperItem:
    """One stage in the row."""

    key: str
    name: str
    status: Status


def main_path(procedure: Procedure) -> list[str]:
    """The stages of an undisturbed plan: from the start, always the step that the file lists first."""
    path = [procedure.start]
    while ahead := [step.to for step in procedure.steps_from(path[-1]) if step.to not in path]:
        path.append(ahead[0])
    return path


def stepper(procedure: Procedure, stage: str) -> list[StepperItem]:
    """The row of stages for a plan in `stage`. Raises Refusal when there is no such stage.

    In a stage off the main path (cancelled, not recognised) the row shows the stages that every way there
    passes through, for only those were surely done, and ends with the stage itself.
    """
    path = main_path(procedure)
    if procedure.stage(stage).key not in path:
        path = [*(key for key in path if stage not in reachable(procedure, without=key)), stage]
    here = path.index(stage)
    return [
        StepperItem(key, procedure.stage(key).name, _status(index, here)) for index, key in enumerate(path)
    ]


def stage_deadline(procedure: Procedure, stage: str, deadlines: Mapping[str, date]) -> date | None:
    """The last valid local date of a stage, looked up by its key among the plan's; None: the plan sets none."""
    key = procedure.stage(stage).deadline
    return deadlines.get(key) if key else None


def days_left(last_valid_on: date, today: date) -> int:
    """Calendar days that are still in time after `today`; 0 on the last valid day, negative when it is over."""
    return (last_valid_on - today).days


def _status(index: int, here: int) -> Status:
    if index == here:
        return "present"
    return "done" if index < here else "ahead"
