"""What the council gives each criterion: members' votes, the agreed score, reached or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from db.errors import Missing
from db.tables import CouncilScore, CouncilVote, Plan
from tasks import council_desk as desk
from tasks.actor import Actor
from tasks.council_findings import Ballot, Finding, tidied, wrong_fields
from tasks.council_members import members_of, present_members
from tasks.score_sheet import score_sheet


@dataclass(frozen=True)
class Stored:
    """A finding with its version (0: nothing stored) and who saved it when (UTC)."""

    finding: Finding = field(default_factory=Finding)
    version: int = 0
    by_name: str = ""
    updated_at: datetime | None = None


def findings_of(session: Session, plan_id: int) -> dict[int, Stored]:
    """Criterion -> what is stored; one query."""
    rows: dict[int, CouncilScore] = {}
    ballots: dict[int, list[Ballot]] = defaultdict(list)
    query = select(CouncilScore, CouncilVote).outerjoin(
        CouncilVote, col(CouncilVote.score_id) == col(CouncilScore.id)
    )
    mine = query.where(col(CouncilScore.plan_id) == plan_id)
    for row, vote in session.execute(
        mine.order_by(col(CouncilScore.criterion_no), col(CouncilVote.member_id))
    ):
        rows[row.criterion_no] = row
        if vote is not None:
            ballots[row.criterion_no].append(Ballot(vote.member_id, vote.points, vote.remark))
    return {no: _stored(row, ballots[no]) for no, row in rows.items()}


def agreed_points(found: Mapping[int, Stored]) -> dict[int, int]:
    """Criterion -> the points that were agreed on."""
    return {no: one.finding.points for no, one in sorted(found.items()) if one.finding.points is not None}


def save_finding(
    session: Session, plan_id: int, no: int, finding: Finding, *, seen: int, by: Actor, now: datetime
) -> bool:
    """Write what the council finds of a criterion, votes and all; False when that changes nothing.

    `seen`: the version it was made from, 0 for none. Raises WrongFields (fields "points", "reason",
    "points.<member>", "remark.<member>"), Missing, Outdated, Refusal.
    """
    plan = desk.open_desk(session, plan_id, by)
    there = findings_of(session, plan_id)
    before = there.get(no, Stored())
    if before.version != seen:
        raise desk.outdated(before.by_name)
    clean = tidied(finding)
    _check(session, plan, no, clean, there)
    if clean == before.finding:
        return False
    number = _put(session, plan, no, clean, seen, by, now)
    _vote(session, plan, number, before.finding.ballots, clean.ballots, by, now)
    desk.note(
        session, plan, "council.scored", by, now, criterion=no, points=clean.points, before=before.finding.points,
        reached=clean.reached, votes=len(clean.ballots),
    )  # fmt: skip
    return True


def _stored(row: CouncilScore, ballots: Sequence[Ballot]) -> Stored:
    finding = Finding(row.points, row.reached, row.reason, tuple(ballots))
    return Stored(finding, row.version, row.by_name, row.updated_at)


def _check(session: Session, plan: Plan, no: int, clean: Finding, there: Mapping[int, Stored]) -> None:
    whole = score_sheet(session, plan)
    sheet = next((one for one in whole.criteria if one.criterion.no == no), None)
    if sheet is None:
        raise Missing(f"Bộ quy tắc của kế hoạch này không có tiêu chí {no}.")
    # Who left keeps the vote that was given before.
    voted = {one.member_id for one in there.get(no, Stored()).finding.ballots}
    voters = voted | {one.id or 0 for one in present_members(members_of(session, plan.id or 0))}
    texts = {f"remark.{one.member_id}": [one.remark] for one in clean.ballots}
    wrong = wrong_fields(sheet, whole, clean, agreed_points(there), voters)
    desk.require_printable({"reason": [clean.reason], **texts}, wrong)


def _put(session: Session, plan: Plan, no: int, clean: Finding, seen: int, by: Actor, now: datetime) -> int:
    values = {"points": clean.points, "reached": clean.reached, "reason": clean.reason}
    if not seen:
        place = {"commune_id": plan.commune_id, "plan_id": plan.id, "criterion_no": no}
        return desk.first(session, CouncilScore, values | place, by, now)
    mine = select(CouncilScore).where(
        col(CouncilScore.plan_id) == plan.id, col(CouncilScore.criterion_no) == no
    )
    row = session.execute(mine).scalar_one()
    desk.replace(session, row, values, seen, by, now)
    return row.id or 0


def _vote(
    session: Session,
    plan: Plan,
    score: int,
    before: Sequence[Ballot],
    after: Sequence[Ballot],
    by: Actor,
    now: datetime,
) -> None:
    """Votes that stay as they were keep who noted them when."""
    gone = {one.member_id for one in before if one not in after}
    if gone:
        mine = delete(CouncilVote).where(col(CouncilVote.score_id) == score)
        session.execute(mine.where(col(CouncilVote.member_id).in_(gone)))
    rows = [
        {"commune_id": plan.commune_id, "score_id": score, "member_id": one.member_id, "points": one.points,
         "remark": one.remark, "by_name": by.name, "noted_at": now}
        for one in after if one not in before
    ]  # fmt: skip
    if rows:
        session.execute(insert(CouncilVote), rows)
