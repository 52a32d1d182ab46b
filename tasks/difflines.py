"""A changed plan, told line by line: what a person says yes to. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass
from typing import Literal

from tasks.deadline import short_date
from tasks.generation import ExistingTask, TaskChange, TaskDraft
from tasks.importing import Imported
from tasks.sections import section_of

Kind = Literal["header", "new", "moved", "reworded", "withdrawn", "restored"]
NO_DEADLINE = "không có hạn"


@dataclass(frozen=True)
class DiffLine:
    """One change. `before`, `after`: in words; either may be empty. `state`: of a task that is withdrawn."""

    kind: Kind
    title: str
    unit: str
    before: str
    after: str
    state: str = ""


def diff_lines(found: Imported, units: Mapping[str, str]) -> tuple[DiffLine, ...]:
    """Every change in words. `units`: key -> name, of the units known so far."""
    return tuple(_lines(found, units))


def seal_of(lines: tuple[DiffLine, ...]) -> str:
    """Stands for exactly these lines."""
    return hashlib.sha256(json.dumps([astuple(line) for line in lines]).encode()).hexdigest()


def _lines(found: Imported, units: Mapping[str, str]) -> Iterator[DiffLine]:
    diff = found.diff
    for one in found.header:
        yield DiffLine("header", one.what, "", one.before, one.after)
    for draft in diff.new:
        yield DiffLine("new", draft.title, units.get(draft.unit, draft.unit), "", _due(draft))
    for change in diff.moved:
        yield _moved(change, units)
    for change in diff.reworded:
        yield _reworded(change, units)
    for gone in diff.withdrawn:
        yield DiffLine("withdrawn", gone.title, units.get(gone.unit, gone.unit), _due(gone), "", gone.state)
    for change in diff.restored:
        unit = units.get(change.after.unit, change.after.unit)
        yield DiffLine("restored", change.after.title, unit, "", _due(change.after))


def _moved(change: TaskChange, units: Mapping[str, str]) -> DiffLine:
    old, new = change.before, change.after
    was, will = units.get(old.unit, old.unit), units.get(new.unit, new.unit)
    before = [was] * change.handed_over + [_due(old)] * change.redated
    after = [will] * change.handed_over + [_due(new)] * change.redated
    return DiffLine("moved", new.title, was, ", ".join(before), ", ".join(after))


def _reworded(change: TaskChange, units: Mapping[str, str]) -> DiffLine:
    old, new = change.before, change.after
    pairs = [(old.title, new.title), (old.wording, new.wording), (_place(old.source), _place(new.source))]
    pairs += [(old.due_wording, new.due_wording), (_part(old.part), _part(new.part))]
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    before, after = ("; ".join(pair[side] for pair in differing) for side in (0, 1))
    return DiffLine("reworded", new.title, units.get(new.unit, new.unit), before, after)


def _place(source: str) -> str:
    return section_of(source) or f"{source} của văn bản"


def _part(part: str) -> str:
    return {"lead": "chủ trì", "coop": "phối hợp"}.get(part, part)


def _due(task: ExistingTask | TaskDraft) -> str:
    return short_date(task.last_valid_on) if task.last_valid_on else NO_DEADLINE
