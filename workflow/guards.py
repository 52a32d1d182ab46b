"""Guards: named rules that answer with reasons, not booleans. Pure; a definition uses them by name.

A guard says what stands in the way of a step, each in one Vietnamese sentence that names who owes what.
Whether a blocker is hard or may be overridden is the definition's choice, not the guard's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from workflow.view import PlanView, TaskView

TaskKind = Literal["criterion", "report", "duty", "stage"]
TaskState = Literal["assigned", "acknowledged", "in_progress", "submitted", "returned", "accepted"]


@dataclass(frozen=True)
class Blocker:
    """One reason why a step cannot go. `task_key` names the task to open, if it is about one."""

    guard: str
    text: str
    hard: bool = True
    task_key: str | None = None


class Params(BaseModel):
    """What a guard is told by the definition; an unknown or missing item is refused when it is read."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TaskChoice(Params):
    """Tasks of these kinds must be in one of these states."""

    kinds: Annotated[tuple[TaskKind, ...], Field(min_length=1)]
    states: Annotated[tuple[TaskState, ...], Field(min_length=1)]


class DocumentChoice(Params):
    """Documents of these kinds must have been recorded."""

    kinds: Annotated[tuple[str, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Guard:
    """A registered guard: what it must be told, and the rule itself."""

    params: type[Params]
    rule: Callable[[PlanView, Any], list[Blocker]]

    def __call__(self, view: PlanView, params: Mapping[str, Any]) -> list[Blocker]:
        return self.rule(view, self.params.model_validate(params))


def plan_is_signed(view: PlanView, _params: Params) -> list[Blocker]:
    """The plan has its number and its date has come."""
    if not view.number[:1].isdigit():
        return [_blocker("plan_is_signed", "Kế hoạch chưa có số. Hãy nhập số, ngày của bản đã ký.")]
    if view.issued_on > view.today:
        day = view.issued_on.strftime("%d/%m/%Y")
        return [_blocker("plan_is_signed", f"Kế hoạch ghi ngày ban hành {day}, chưa đến ngày đó.")]
    return []


def every_criterion_has_owner(view: PlanView, _params: Params) -> list[Blocker]:
    """Each criterion of the rule set has a unit that leads it."""
    owned = {task.criterion_no for task in view.live_tasks() if task.part == "lead"}
    return [
        _blocker("every_criterion_has_owner", f"Tiêu chí {number} ({name}): chưa có đơn vị chủ trì.")
        for number, name in view.criteria.items()
        if number not in owned
    ]


def tasks_generated(view: PlanView, _params: Params) -> list[Blocker]:
    """The plan has been turned into assignments."""
    if view.live_tasks():
        return []
    return [
        _blocker("tasks_generated", "Kế hoạch chưa giao nhiệm vụ nào. Hãy tạo nhiệm vụ từ kế hoạch trước.")
    ]


def units_reachable(view: PlanView, _params: Params) -> list[Blocker]:
    """Everybody who owes work can be written to."""
    return [
        _blocker("units_reachable", f"{name}: chưa có người đầu mối với địa chỉ nhận tin dùng được.")
        for name in view.unreachable
    ]


def tasks_in_states(view: PlanView, params: TaskChoice) -> list[Blocker]:
    """All live tasks of the given kinds have come as far as the given states."""
    return [
        Blocker("tasks_in_states", f"{_subject(task)}: {_owed(task)}.", task_key=task.key)
        for task in view.live_tasks()
        if task.kind in params.kinds and task.state not in params.states
    ]


def documents_present(view: PlanView, params: DocumentChoice) -> list[Blocker]:
    """The given kinds of document have been recorded at some time."""
    return _missing("documents_present", view, params, view.documents)


def documents_new(view: PlanView, params: DocumentChoice) -> list[Blocker]:
    """The given kinds of document have been recorded since the present stage began, or come with the step."""
    return _missing("documents_new", view, params, view.fresh_documents)


def no_pending_extension(view: PlanView, _params: Params) -> list[Blocker]:
    """Every request for more time has had its answer."""
    if not view.pending_extensions:
        return []
    return [
        _blocker("no_pending_extension", f"Còn {view.pending_extensions} đề nghị gia hạn chưa được trả lời.")
    ]


GUARDS: dict[str, Guard] = {
    "plan_is_signed": Guard(Params, plan_is_signed),
    "every_criterion_has_owner": Guard(Params, every_criterion_has_owner),
    "tasks_generated": Guard(Params, tasks_generated),
    "units_reachable": Guard(Params, units_reachable),
    "tasks_in_states": Guard(TaskChoice, tasks_in_states),
    "documents_present": Guard(DocumentChoice, documents_present),
    "documents_new": Guard(DocumentChoice, documents_new),
    "no_pending_extension": Guard(Params, no_pending_extension),
}


def _blocker(guard: str, text: str) -> Blocker:
    return Blocker(guard, text)


def _missing(guard: str, view: PlanView, params: DocumentChoice, there: frozenset[str]) -> list[Blocker]:
    names = [view.document_names.get(kind, kind) for kind in params.kinds if kind not in there]
    return [_blocker(guard, f"Chưa ghi nhận văn bản: {name} (số, ngày, nơi giữ).") for name in names]


def _subject(task: TaskView) -> str:
    return task.title if task.criterion_no is None else f"Tiêu chí {task.criterion_no}"


def _owed(task: TaskView) -> str:
    words = {
        "submitted": f"báo cáo của {task.unit_name} đang chờ duyệt",
        "returned": f"{task.unit_name} chưa nộp lại báo cáo đã trả về",
        "accepted": f"báo cáo của {task.unit_name} đã duyệt",
    }
    return words.get(task.state, f"{task.unit_name} chưa nộp báo cáo")
