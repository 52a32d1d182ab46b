"""Whether a step may be taken, by whom, and what an override can do about it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from db.errors import Refusal
from tasks.actor import Actor
from workflow.definition import Step
from workflow.guards import Blocker, DocumentChoice, documents_new
from workflow.view import PlanView

MAY_OVERRIDE = "leadership"
SHOWN = 12

ROLE_NAMES = {
    "operator": "người vận hành",
    "coordinator": "cán bộ điều phối",
    "leadership": "lãnh đạo UBND",
    "unit": "đơn vị",
    "superior": "cấp trên",
    "system": "hệ thống",
}


class StepRefusal(Refusal):
    """A step that is declined; `blockers` are what stands in its way (none: it is not a matter of guards)."""

    def __init__(self, text: str, blockers: Sequence[Blocker] = ()) -> None:
        super().__init__(text)
        self.blockers = tuple(blockers)


def ask(step: Step, view: PlanView) -> list[Blocker]:
    """What all guards of a step, and the documents it needs, have to say of a plan. Hard ones come first."""
    found = documents_new(view, DocumentChoice(kinds=step.documents)) if step.documents else []
    for use in step.guards:
        found += [replace(one, hard=use.hard) for one in use.ask(view)]
    return sorted(found, key=lambda one: not one.hard)


def check_person(step: Step, actor: Actor, reason: str) -> None:
    """Refuse who may not take the step, and a step without the reason it asks for. Raises StepRefusal."""
    if actor.role not in step.who:
        may = " hoặc ".join(ROLE_NAMES[role] for role in step.who)
        raise StepRefusal(f"Bước “{step.name}” do {may} thực hiện. Hãy nhờ người có quyền này.")
    if step.reason_required and not reason:
        raise StepRefusal(f"Bước “{step.name}” cần ghi rõ lý do. Hãy viết lý do rồi làm lại.")


def settle(step: Step, blockers: Sequence[Blocker], actor: Actor, override: str) -> tuple[Blocker, ...]:
    """The soft blockers that leadership's written reason passes; empty when nothing stood in the way.

    Raises StepRefusal: a hard blocker always holds, a soft one unless leadership overrides it in writing.
    """
    if not blockers:
        return ()
    if any(one.hard for one in blockers):
        raise _blocked(step, blockers, "Các mục bắt buộc phải xong trước; không ai cho qua được.")
    if not override:
        raise _blocked(step, blockers, "Lãnh đạo UBND có thể cho qua nếu ghi rõ lý do.")
    if actor.role != MAY_OVERRIDE:
        raise _blocked(step, blockers, "Chỉ lãnh đạo UBND mới được cho qua; lý do đã ghi chưa được dùng.")
    return tuple(blockers)


def overtaken() -> StepRefusal:
    """Somebody moved the plan between reading and writing."""
    return StepRefusal(
        "Người khác vừa chuyển bước của kế hoạch này. Hãy tải lại trang, xem lại rồi làm tiếp."
    )


def _blocked(step: Step, blockers: Sequence[Blocker], advice: str) -> StepRefusal:
    lines = [f"- {'[bắt buộc] ' if one.hard else ''}{one.text}" for one in blockers[:SHOWN]]
    if len(blockers) > SHOWN:
        lines.append(f"- … và {len(blockers) - SHOWN} mục nữa.")
    text = "\n".join([f"Chưa thể thực hiện bước “{step.name}”:", *lines, advice])
    return StepRefusal(text, blockers)
