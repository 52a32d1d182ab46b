"""The plan as its page shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from db.tables import Plan, PlanProposal
from tasks.clock import local_date
from tasks.current import current_plan
from tasks.difflines import DiffLine
from tasks.listing import TaskLine, list_tasks
from tasks.planfile import PlanFile
from tasks.proposing import proposals
from web.site import Site
from web.visitor import Visitor
from workflow.definition import procedure_of

GROUPS = {
    "criterion": "Theo tiêu chí", "report": "Báo cáo của các đơn vị", "duty": "Việc khác của kế hoạch",
    "stage": "Việc theo giai đoạn",
}  # fmt: skip


KINDS = {
    "header": ("±", "Thay đổi chung"), "new": ("+", "Việc mới"), "moved": ("→", "Đổi hạn hoặc chuyển đơn vị"),
    "reworded": ("≈", "Đổi lời văn"), "withdrawn": ("–", "Rút"), "restored": ("↩", "Giao lại"),
}  # fmt: skip
MANY = 12
"""From so many lines on, a section begins with its lines counted by what changes."""


@dataclass(frozen=True)
class Section:
    """The lines of one kind. `alike`: (before, after, how many), when there are many lines."""

    kind: str
    sign: str
    words: str
    lines: tuple[DiffLine, ...]

    @property
    def alike(self) -> list[tuple[str, str, int]]:
        """What changes in how many lines, the most frequent first; empty for a short section."""
        if len(self.lines) < MANY:
            return []
        counted = Counter((line.before, line.after) for line in self.lines)
        return [(before, after, count) for (before, after), count in counted.most_common()]


def sections(lines: Sequence[DiffLine]) -> list[Section]:
    """The lines by kind, in the order of `KINDS`."""
    by_kind = {kind: tuple(line for line in lines if line.kind == kind) for kind in KINDS}
    return [Section(kind, *KINDS[kind], found) for kind, found in by_kind.items() if found]


@dataclass(frozen=True)
class PlanView:
    """The plan with its file, its stage in words, its tasks by kind, and the proposals, the newest first."""

    plan: Plan
    file: PlanFile
    stage: str
    groups: tuple[tuple[str, tuple[TaskLine, ...]], ...]
    proposals: Sequence[PlanProposal]

    @property
    def waiting(self) -> list[PlanProposal]:
        """The proposals that wait for a yes."""
        return [one for one in self.proposals if one.state == "waiting"]

    @property
    def decided(self) -> list[PlanProposal]:
        """The proposals that were applied or dropped."""
        return [one for one in self.proposals if one.state != "waiting"]


def plan_view(session: Session, site: Site, visitor: Visitor) -> PlanView:
    """Raises Missing when the commune has no plan yet."""
    plan = current_plan(session, visitor.commune_id)
    today = local_date(site.clock.now(), visitor.time_zone)
    lines = [
        line for line in list_tasks(session, plan.id or 0, today, site.calendar) if line.state != "cancelled"
    ]
    groups = ((words, tuple(line for line in lines if line.kind == kind)) for kind, words in GROUPS.items())
    return PlanView(
        plan=plan,
        file=PlanFile.model_validate(plan.source),
        stage=procedure_of(plan.rule_set).stage(plan.stage).name,
        groups=tuple((words, found) for words, found in groups if found),
        proposals=proposals(session, visitor.commune_id),
    )
