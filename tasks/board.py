"""The unit × criterion board: what each unit owes, at a glance. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from tasks.lifecycle import OPEN_STATES
from tasks.listing import TaskLine

REPORT = "report"
DUTY = "duty"


@dataclass(frozen=True)
class BoardRow:
    """One unit; `cells` maps a criterion number, "report" or "duty" to the tasks in that square."""

    unit_key: str
    unit_name: str
    cells: dict[int | str, tuple[TaskLine, ...]]


@dataclass(frozen=True)
class Board:
    """All units with tasks, the late ones apart, and counts by kind and by state (withdrawn ones left out)."""

    rows: tuple[BoardRow, ...]
    late: tuple[TaskLine, ...]
    by_kind: dict[str, int]
    by_state: dict[str, int]

    @property
    def done_share(self) -> float:
        """Accepted tasks of all, 0 to 1; 1 when there are none."""
        total = sum(self.by_state.values())
        return self.by_state.get("accepted", 0) / total if total else 1.0


def board(lines: Iterable[TaskLine]) -> Board:
    """Arrange the tasks of a plan; late ones by how late they are."""
    live = [line for line in lines if line.state != "cancelled"]
    units: dict[str, dict[int | str, tuple[TaskLine, ...]]] = {}
    names: dict[str, str] = {}
    for line in live:
        names[line.unit_key] = line.unit_name
        cells = units.setdefault(line.unit_key, {})
        column = line.criterion_no or (REPORT if line.kind == "report" else DUTY)
        cells[column] = (*cells.get(column, ()), line)
    late = sorted((line for line in live if line.late), key=lambda line: (line.days_left or 0, line.key))
    return Board(
        rows=tuple(BoardRow(key, names[key], cells) for key, cells in units.items()),
        late=tuple(late),
        by_kind=dict(Counter(line.kind for line in live)),
        by_state=dict(Counter(line.state for line in live)),
    )


def next_deadline(lines: Sequence[TaskLine], today: date) -> date | None:
    """The nearest deadline ahead of a task still owed; when all have passed, the last one; None when nothing is owed."""
    dates = sorted({line.last_valid_on for line in lines if line.last_valid_on and line.state in OPEN_STATES})
    ahead = [one for one in dates if one >= today]
    return ahead[0] if ahead else (dates[-1] if dates else None)
