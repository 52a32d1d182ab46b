"""What a plan's documents are written from, read from the database: scores, papers by number, files, what is late.

No child's data: free-text notes are not read at all, figures are sums over the commune, and the evidence of a
restricted criterion is a count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Commune, Evidence, Plan, PlanDocument, Task
from tasks.confirming import bar_of, rules_of_plan
from tasks.deadline import short_date
from tasks.evidence import quoted
from tasks.gathering import gather
from tasks.listing import TaskLine, list_tasks
from tasks.privacy import names_a_child
from tasks.ruleset import RuleSet
from tasks.scoring import ScoreSheet, score
from tasks.verdict import CommuneClass
from tasks.workdays import WorkCalendar


@dataclass(frozen=True)
class Proof:
    """One piece of evidence that may be listed. `sha256`: "" for a paper that stays with its holder."""

    criterion_no: int
    words: str
    file_name: str = ""
    sha256: str = ""


@dataclass(frozen=True)
class PlanFacts:
    """A plan on the local date `today`. `withheld`: criterion -> how many pieces of evidence stay with their holder.

    `papers`: recorded documents of the procedure by number, date and holder.
    """

    plan: Plan
    commune: Commune
    rules: RuleSet
    scores: ScoreSheet
    lines: Sequence[TaskLine]
    proofs: Sequence[Proof]
    withheld: Mapping[int, int]
    papers: Sequence[str]
    today: date

    @property
    def live(self) -> list[TaskLine]:
        """All tasks but the withdrawn ones."""
        return [line for line in self.lines if line.state != "cancelled"]

    def owners(self, no: int) -> list[str]:
        """The units that answer for a criterion."""
        return list(dict.fromkeys(line.unit_name for line in self.live if line.criterion_no == no))

    def state_of(self, no: int) -> str:
        """Whether a criterion's reports were accepted, in words."""
        states = {line.state for line in self.live if line.criterion_no == no}
        if not states:
            return "chưa có đơn vị chủ trì"
        if states == {"accepted"}:
            return "đã duyệt"
        return "đã nộp, chờ duyệt" if states <= {"accepted", "submitted"} else "chưa đủ báo cáo"


def read_facts(session: Session, plan_id: int, today: date, calendar: WorkCalendar) -> PlanFacts:
    """Read them; seven queries."""
    plan = session.get_one(Plan, plan_id)
    commune = session.get_one(Commune, plan.commune_id)
    rules, lines = rules_of_plan(plan), list_tasks(session, plan_id, today, calendar)
    gathered = gather(session, plan_id, lines, commune.time_zone)
    proofs, withheld = proofs_of(session, plan_id, rules)
    return PlanFacts(
        plan,
        commune,
        rules,
        score(rules, gathered.reported),
        lines,
        proofs,
        withheld,
        _papers(session, plan),
        today,
    )


def class_of(rules: RuleSet, bar: str | None, document: str) -> CommuneClass | None:
    """The class that was chosen, None for none. Raises Refusal for a bar that the rules do not have."""
    return CommuneClass(bar_of(rules, bar), document) if bar else None


def _papers(session: Session, plan: Plan) -> list[str]:
    names = {one["key"]: one["name"] for one in plan.rule_set["procedure"].get("document", ())}
    query = select(PlanDocument).where(col(PlanDocument.plan_id) == plan.id).order_by(col(PlanDocument.id))
    return [
        f"{names.get(one.kind, one.kind)} số {one.number} ngày {short_date(one.dated_on)} (giữ tại: {one.holder})"
        for one in session.execute(query).scalars()
    ]


def proofs_of(session: Session, plan_id: int, rules: RuleSet) -> tuple[list[Proof], dict[int, int]]:
    """Evidence that may be listed, and how many pieces of each criterion may not; one query.

    Evidence of accepted criterion reports only; what people wrote about it is checked once more.
    """
    secret = {one.no for one in rules.criteria if one.restricted_evidence}
    query = (
        select(Evidence, col(Task.criterion_no))
        .join(Task, col(Task.id) == col(Evidence.task_id))
        .where(
            col(Task.plan_id) == plan_id, col(Task.criterion_no).is_not(None), col(Task.state) == "accepted"
        )
        .where(col(Evidence.removed_at).is_(None), col(Evidence.report_id).is_not(None))
        .order_by(col(Task.criterion_no), col(Evidence.id))
    )
    proofs: list[Proof] = []
    withheld: dict[int, int] = defaultdict(int)
    for row, no in session.execute(query):
        proof = _proof(row, no)
        if no in secret or names_a_child(f"{proof.words} {proof.file_name}"):
            withheld[no] += 1
        else:
            proofs.append(proof)
    return proofs, dict(withheld)


def _proof(row: Any, no: int) -> Proof:
    if row.kind == "reference":
        return Proof(no, quoted(row))
    return Proof(no, row.title or row.file_name, row.file_name, row.sha256)
