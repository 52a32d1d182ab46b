"""Where what is missing is mended: an address for each gap, "" where the reader may do nothing about it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from documents.dossier.missing import Gap
from tasks.lifecycle import OPEN_STATES
from tasks.listing import TaskLine

WAITING = frozenset(OPEN_STATES) | {"submitted"}


@dataclass(frozen=True)
class Mending:
    """A gap with the address where it is mended; `each`: those of its criteria, where they have their own."""

    gap: Gap
    place: str
    each: tuple[tuple[int, str], ...]


def mending(gaps: Sequence[Gap], lines: Sequence[TaskLine], *, may_write: bool) -> list[Mending]:
    """All gaps with their addresses. `lines`: the plan's tasks; `may_write`: whether the reader keeps the papers."""
    return [_mending(one, lines, may_write) for one in gaps]


def _mending(gap: Gap, lines: Sequence[TaskLine], may_write: bool) -> Mending:
    general = _place(gap, lines, may_write)
    alone = ((no, _place(replace(gap, criteria=(no,)), lines, may_write)) for no in gap.criteria)
    return Mending(gap, general, tuple((no, place) for no, place in alone if place != general))


def _place(gap: Gap, lines: Sequence[TaskLine], may_write: bool) -> str:
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
    "points": lambda no, may_write: f"/quy-tac/{no}" if no and may_write else "/quy-tac",
    "class": lambda _, may_write: "/hoi-dong/dieu-kien" if may_write else "/hoi-dong#dieu-kien",
    "verdict": _scores,
    "score": _scores,
    "finding": _scores,
    "members": lambda _, may_write: "/hoi-dong/thanh-vien/moi" if may_write else "/hoi-dong#thanh-vien",
    "meeting": lambda _, __: "/hoi-dong#hop",
    "details": lambda _, may_write: "/ho-so/thong-tin" if may_write else "",
}
