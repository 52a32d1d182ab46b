"""The page of one task, with whatever was typed on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request
from fastapi.responses import Response

from tasks.drafting import typed_in
from tasks.report_form import NOTE, Filled, fields_of, labels_of, typed_figure
from web.rendering import page
from web.unit.proofs import FIELDS, FILE
from web.unit.reading import TaskView


@dataclass(frozen=True)
class Asked:
    """The form that asks for more time, as typed, and what is wrong with it."""

    until: str = ""
    reason: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class Others:
    """A draft that somebody else saved meanwhile: who, when (UTC), and label -> what they typed."""

    by_name: str
    at: datetime
    typed: Mapping[str, str]


@dataclass(frozen=True)
class Shown:
    """What a task's page shows beside the task. `wrong`: sentences by field of the evidence part."""

    filled: Filled = field(default_factory=Filled)
    proof: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    asked: Asked = field(default_factory=Asked)
    conflict: bool = False
    others: Others | None = None


def task_page(request: Request, view: TaskView, shown: Shown, status: int = 200) -> Response:
    """The page of a task."""
    return page(
        request, "unit/task.html", status, view=view, shown=shown, filled=shown.filled, NOTE=NOTE, PROOF=FIELDS,
        FILE=FILE,
    )  # fmt: skip


def first_shown(view: TaskView) -> Shown:
    """What the form holds when it is opened: the draft, or what a returned report said."""
    if view.draft is not None:
        typed = typed_in(view.draft)
        return Shown(Filled(typed), {name: typed.get(name, "") for name in FIELDS.values()})
    if view.mine and view.task.state == "returned":
        return Shown(Filled(_last_report(view)))
    return Shown()


def others_draft(view: TaskView) -> Others | None:
    """The saved draft of a task, to be read beside one's own."""
    if view.draft is None:
        return None
    typed, labels = typed_in(view.draft), labels_of(view.criterion)
    told = {labels[name]: typed[name] for name in fields_of(view.criterion) if typed.get(name)}
    return Others(view.draft.by_name, view.draft.updated_at, told)


def _last_report(view: TaskView) -> dict[str, str]:
    report = view.past.last_report
    if report is None:
        return {}
    typed = {NOTE: report.note}
    for value in view.past.figures_of(report):
        indicator = view.criterion.indicator(value.indicator) if view.criterion else None
        typed |= typed_figure(indicator, value.numerator, value.denominator, value.value) if indicator else {}
    return typed
