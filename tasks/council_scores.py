"""What the council gives each criterion: members' votes, the agreed score, reached or not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from db.errors import Missing, Refusal
from db.tables import CouncilMember, CouncilScore, CouncilVote, Plan
from tasks import council_desk as desk
from tasks.actor import Actor
from tasks.council import Agreed, unfounded
from tasks.council_members import members_of
from tasks.score_sheet import score_sheet
from tasks.scoring import ScoreSheet
from tasks.verdict import suppose

HIGHEST = 10_000


@dataclass(frozen=True)
class Ballot:
    """What one member would give. `points` None: nothing given, which a remark may not go with."""

    member_id: int
    points: int | None = None
    remark: str = ""


@dataclass(frozen=True)
class Finding:
    """What the council finds of a criterion; None: not yet. `reason`: why it is not the self-assessment's score."""

    points: int | None = None
    reached: bool | None = None
    reason: str = ""
    ballots: tuple[Ballot, ...] = ()


@dataclass(frozen=True)
class Stored:
    """A finding with its version (0: nothing stored) and who saved it when (UTC)."""

    finding: Finding = Finding()
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
    clean = _tidy(finding)
    _check(plan, score_sheet(session, plan), members_of(session, plan_id), no, clean, agreed_points(there))
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


def _tidy(finding: Finding) -> Finding:
    tidy = (replace(one, remark=desk.line(one.remark)) for one in finding.ballots)
    given = sorted(
        (one for one in tidy if one.points is not None or one.remark), key=lambda one: one.member_id
    )
    return replace(finding, reason=desk.line(finding.reason), ballots=tuple(given))


def _check(
    plan: Plan,
    sheet: ScoreSheet,
    members: Sequence[CouncilMember],
    no: int,
    finding: Finding,
    agreed: Mapping[int, int],
) -> None:
    most = next((one.score.max_points for one in sheet.criteria if one.criterion.no == no), None)
    if most is None:
        raise Missing(f"Bộ quy tắc của kế hoạch này không có tiêu chí {no}.")
    wrong = {"points": _impossible(finding.points, most), "reason": None}
    if finding.points is not None and not wrong["points"]:
        wrong = _unfounded(sheet, no, finding) | {"points": _too_much(sheet, {**agreed, no: finding.points})}
    wrong |= _wrong_ballots(finding.ballots, most, {one.id for one in members})
    texts = {f"remark.{one.member_id}": [one.remark] for one in finding.ballots}
    desk.require_printable({"reason": [finding.reason], **texts}, wrong)


def _impossible(points: int | None, most: int) -> str | None:
    if points is None or 0 <= points <= (most or HIGHEST):
        return None
    return f"{points} điểm không thể có; hãy ghi từ 0 đến {most or HIGHEST}."


def _unfounded(sheet: ScoreSheet, no: int, finding: Finding) -> dict[str, str | None]:
    """What the rules of the council's scores say of the agreed one; votes are looked at by themselves."""
    faults = unfounded(sheet, [Agreed(no, finding.points or 0, finding.reason)], ())
    return {"reason": faults[0] if faults else None}


def _too_much(sheet: ScoreSheet, agreed: Mapping[int, int]) -> str | None:
    try:
        suppose(sheet.projection, agreed)
    except Refusal as refusal:
        return str(refusal)
    return None


def _wrong_ballots(
    ballots: Sequence[Ballot], most: int, members: Collection[int | None]
) -> dict[str, str | None]:
    """Sentences by field."""
    voted = [one.member_id for one in ballots]
    twice = {one for one in voted if voted.count(one) > 1}
    told = {f"points.{one.member_id}": _wrong_ballot(one, most, members) for one in ballots}
    return told | {f"points.{one}": "Thành viên này có hai phiếu; hãy giữ một." for one in twice}


def _wrong_ballot(one: Ballot, most: int, members: Collection[int | None]) -> str | None:
    if one.member_id not in members:
        return "Người này không phải thành viên Hội đồng."
    if one.points is None:
        return "Có nhận xét mà chưa có điểm. Xin ghi điểm, hoặc xoá nhận xét."
    return _impossible(one.points, most)


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
