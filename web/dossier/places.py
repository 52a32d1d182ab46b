"""Where what is missing is mended: an address for each gap, "" where the reader may do nothing about it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from documents.dossier.missing import Gap
from tasks.lifecycle import OPEN_STATES
from tasks.listing import TaskLine

WAITING = frozenset(OPEN_STATES) | {"submitted"}


def place_of(gap: Gap, lines: Sequence[TaskLine], *, may_write: bool) -> str:
    """The address. `lines`: the plan's tasks; `may_write`: whether the reader keeps the dossier's papers."""
    if gap.kind in {"report", "evidence", "file"}:
        return _tasks(gap, lines)
    return _PLACES[gap.kind](_only(gap), may_write)


def _tasks(gap: Gap, lines: Sequence[TaskLine]) -> str:
    no = _only(gap)
    wanted = [one.id for one in lines if one.criterion_no == no and one.state in WAITING]
    if no and gap.kind == "report" and len(wanted) == 1:
        return f"/viec/{wanted[0]}"
    return f"/bang?tieu_chi={no}" if no else "/bang"


def _only(gap: Gap) -> int:
    """The one criterion it concerns, 0 for none or several."""
    return gap.criteria[0] if len(gap.criteria) == 1 else 0


def _scores(no: int, _may_write: bool) -> str:
    return f"/hoi-dong/tieu-chi/{no}" if no else "/hoi-dong/cham-diem"


_PLACES: dict[str, Callable[[int, bool], str]] = {
    "points": lambda no, _: f"/quy-tac/{no}" if no else "/quy-tac",
    "class": lambda _, may_write: "/hoi-dong/dieu-kien" if may_write else "/hoi-dong#dieu-kien",
    "verdict": _scores,
    "score": _scores,
    "finding": _scores,
    "members": lambda _, may_write: "/hoi-dong/thanh-vien/moi" if may_write else "/hoi-dong#thanh-vien",
    "meeting": lambda _, __: "/hoi-dong#hop",
    "details": lambda _, may_write: "/ho-so/thong-tin" if may_write else "",
}
