"""Where the council stands: its people, its meetings, what it found so far, and what that comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from db.errors import Refusal
from db.tables import CouncilMember, Dossier, Plan
from tasks.confirming import bar_of, rules_of_plan
from tasks.council import Agreed, Vote, agreed_total, quorum
from tasks.council_meetings import Meeting, meetings_of
from tasks.council_members import members_of, present_members
from tasks.council_scores import Stored, agreed_points, findings_of
from tasks.dossier_facts import dossier_of
from tasks.projection import Projection
from tasks.ruleset import RuleSet
from tasks.score_sheet import Carried, carried, score_sheet
from tasks.scoring import ScoreSheet
from tasks.verdict import CommuneClass, Verdict, bar_sentence, judge, scenario, suppose

_NOTHING = Stored()


@dataclass(frozen=True)
class Standing:
    """All that is known of a plan's council. `members`: also those who left; `lines`: the plan's tasks."""

    plan: Plan
    rules: RuleSet
    sheet: ScoreSheet
    lines: Sequence[Carried]
    members: Sequence[CouncilMember]
    meetings: Sequence[Meeting]
    dossier: Dossier
    findings: Mapping[int, Stored]

    @property
    def present(self) -> list[CouncilMember]:
        """Who is a member now."""
        return present_members(self.members)

    @property
    def names(self) -> dict[int, str]:
        """Number -> name, also of those who left."""
        return {one.id or 0: one.name for one in self.members}

    def stored(self, no: int) -> Stored:
        """What is stored of a criterion."""
        return self.findings.get(no, _NOTHING)

    def owners(self, no: int) -> list[str]:
        """The units that answer for a criterion."""
        live = (one for one in self.lines if one.state != "cancelled" and one.criterion_no == no)
        return list(dict.fromkeys(one.unit_name for one in live))

    @property
    def agreed(self) -> tuple[Agreed, ...]:
        """The agreed scores in the order of the criteria."""
        found = sorted(self.findings.items())
        return tuple(
            Agreed(no, one.finding.points, one.finding.reason, self._votes(one))
            for no, one in found
            if one.finding.points is not None
        )

    @property
    def total_words(self) -> str:
        """The council's sum with how many criteria it covers."""
        return agreed_total(self.sheet, self.agreed)

    @property
    def reached(self) -> dict[int, bool]:
        """Criterion -> whether it was found reached."""
        found = {no: one.finding.reached for no, one in self.findings.items()}
        return {no: said for no, said in found.items() if said is not None}

    def verdict(self) -> Verdict:
        """The conditions of recognition; agreed scores take the place of the self-assessment's.

        Raises Refusal for a class or points that the rules no longer have.
        """
        supposed = suppose(self.sheet.projection, agreed_points(self.findings))
        return judge(supposed, self._class(), self.reached)

    def what_if(self, assumed: Mapping[int, int]) -> str:
        """What the total would be, and whether that reaches the bar. Raises Refusal for points that cannot be."""
        agreed = agreed_points(self.findings)
        told = scenario(self.sheet.projection, assumed, agreed)
        return f"{told} {self._bar_words(suppose(self.sheet.projection, {**agreed, **assumed}))}"

    def quorum_words(self, meeting: Meeting) -> str:
        """Who was at a meeting of how many, and whether that was enough."""
        members = present_members(self.members, meeting.row.held_at)
        there = [one for one in members if one.id in meeting.present]
        return quorum(len(members), len(there), self.dossier.quorum)

    def met(self, meeting: Meeting) -> bool | None:
        """Whether enough were there; None while nobody said how many are needed."""
        needed = self.dossier.quorum
        members = {one.id for one in present_members(self.members, meeting.row.held_at)}
        return None if needed is None else len(members & meeting.present) >= needed

    def _class(self) -> CommuneClass | None:
        """Raises Refusal for a class that the rules no longer have."""
        row = self.dossier
        return CommuneClass(bar_of(self.rules, row.class_bar), row.class_document) if row.class_bar else None

    def _bar_words(self, supposed: Projection) -> str:
        try:
            return bar_sentence(supposed, self._class())
        except Refusal as refusal:
            return f"Chưa biết có đạt mức quy định hay không. {refusal}"

    def _votes(self, one: Stored) -> tuple[Vote, ...]:
        names = self.names
        given = (it for it in one.finding.ballots if it.points is not None)
        return tuple(Vote(names.get(it.member_id, ""), it.points or 0, it.remark) for it in given)


def standing_of(session: Session, plan: Plan) -> Standing:
    """Read it; seven queries."""
    number = plan.id or 0
    lines = carried(session, number)
    return Standing(
        plan,
        rules_of_plan(plan),
        score_sheet(session, plan, lines),
        lines,
        members_of(session, number),
        meetings_of(session, number),
        dossier_of(session, number),
        findings_of(session, number),
    )


def verdict_or_why(standing: Standing) -> tuple[Verdict | None, str]:
    """The verdict; where what is stored does not fit the rules any more, a sentence in its place."""
    try:
        return standing.verdict(), ""
    except Refusal as refusal:
        return None, str(refusal)
