"""The states of a task, and which step leads from one to another.

"Overdue" and "due soon" are no states: they follow from the deadline and the day, and are never stored.
"""

from __future__ import annotations

from db.errors import Refusal
from db.tables.work import TASK_STATES
from tasks.machine import Arrow, NotAllowed, allowed, build, fire

OPEN_STATES = ("assigned", "acknowledged", "in_progress", "returned")
"""The unit still owes something; only these are reminded of."""

CLOSED_STATES = ("accepted", "cancelled")

STATE_NAMES = {
    "assigned": "đã giao",
    "acknowledged": "đã nhận",
    "in_progress": "đang thực hiện",
    "submitted": "đã nộp, chờ duyệt",
    "returned": "trả lại để bổ sung",
    "accepted": "đã duyệt",
    "cancelled": "đã huỷ",
}

TRIGGER_NAMES = {
    "acknowledge": "xác nhận đã nhận việc",
    "start": "bắt đầu thực hiện",
    "submit": "nộp báo cáo",
    "accept": "duyệt báo cáo",
    "return": "trả lại báo cáo",
    "cancel": "huỷ nhiệm vụ",
    "reopen": "mở lại để bổ sung",
    "restore": "giao lại nhiệm vụ đã rút",
}

# `restore`: a withdrawn task that the plan has again. `reopen`: when the superior level sends the dossier back, only the reports it named are asked for again.
ARROWS: tuple[Arrow, ...] = (
    ("acknowledge", ("assigned",), "acknowledged"),
    ("start", ("assigned", "acknowledged", "returned"), "in_progress"),
    ("submit", OPEN_STATES, "submitted"),
    ("accept", ("submitted",), "accepted"),
    ("return", ("submitted",), "returned"),
    ("cancel", (*OPEN_STATES, "submitted"), "cancelled"),
    ("reopen", ("accepted",), "returned"),
    ("restore", ("cancelled",), "assigned"),
)

_MACHINE = build(TASK_STATES, ARROWS)


def next_state(state: str, trigger: str) -> str:
    """The state after `trigger` (see `TRIGGER_NAMES`). Raises Refusal, naming the state and what is possible."""
    try:
        return fire(_MACHINE, state, trigger)
    except NotAllowed as error:
        raise Refusal(_sentence(state, trigger)) from error


def possible(state: str) -> list[str]:
    """The triggers that a task in `state` allows."""
    return allowed(_MACHINE, state)


def _sentence(state: str, trigger: str) -> str:
    wanted = TRIGGER_NAMES.get(trigger, f"làm bước “{trigger}”")
    choices = ", ".join(TRIGGER_NAMES[name] for name in possible(state))
    said = STATE_NAMES.get(state, state)
    return f"Nhiệm vụ đang ở trạng thái “{said}” nên không {wanted} được. Lúc này có thể: {choices}."
