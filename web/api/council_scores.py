"""What the council gives each criterion, and what if."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import Field
from sqlmodel import Session

from db.errors import Missing
from documents.writing.contexts import told_proofs
from documents.writing.facts import proofs_of
from tasks.council_findings import HIGHEST, Ballot, Finding
from tasks.council_scores import agreed_points, save_finding
from tasks.council_standing import Standing, standing_of
from tasks.current import current_plan
from tasks.verdict import suppose
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, RowNumber, ShortWords, Taken
from web.api.versions import IfMatch, PlanVersion, put_tag, require_match
from web.council.saving import READ, WRITER
from web.visitor import TheSite, Visitor

router = APIRouter(prefix="/council", tags=["council"])
No = Annotated[int, Path(ge=1, le=99)]
Awarded = Annotated[int, Field(ge=0, le=HIGHEST)]
Assumed = Annotated[
    str,
    Query(
        pattern=r"^[0-9]{1,2}:[0-9]{1,5}(,[0-9]{1,2}:[0-9]{1,5}){0,29}$",
        max_length=300,
        description="Tiêu chí:điểm, cách nhau bằng dấu phẩy, ví dụ 8:40,9:30.",
    ),
]


class PointsOut(Given):
    """From the points that are certain to those still possible."""

    low: int
    high: int


class VoteOut(Given):
    """What one member would give."""

    member_id: int
    member: str
    points: int
    remark: str


class CouncilCriterionOut(Given):
    """One criterion. `self_points`, `max_points` null: nobody has confirmed them. `arithmetic`: each figure with its line.

    `evidence` of a restricted criterion is only counted. `points`, `reached` null: the council has not come to it.
    """

    no: int
    name: str
    self_points: PointsOut | None
    max_points: int | None
    arithmetic: list[str]
    evidence: list[str]
    votes: list[VoteOut]
    points: int | None
    reached: bool | None
    reason: str
    saved_by: str
    saved_at: datetime | None
    version: int


class VoteIn(Taken):
    """What one member would give."""

    member_id: RowNumber
    points: Awarded
    remark: ShortWords = ""


class CouncilCriterionIn(Taken):
    """What the council finds. `reason` is needed where the points are not those of the self-assessment."""

    points: Awarded | None
    reached: bool | None
    reason: ShortWords = ""
    votes: Annotated[tuple[VoteIn, ...], Field(max_length=100)] = ()

    def finding(self) -> Finding:
        """For the service."""
        ballots = tuple(Ballot(one.member_id, one.points, one.remark) for one in self.votes)
        return Finding(self.points, self.reached, self.reason, ballots)


class ScenarioOut(Given):
    """What the total would be. `unconfirmed`: criteria without confirmed points, which no number stands for."""

    sentence: str
    total: PointsOut
    unconfirmed: list[int]


@router.get("/criteria", **access("read", *READ), responses=documented())
def criteria(site: TheSite, visitor: Calling) -> list[CouncilCriterionOut]:
    """All criteria."""
    with site.store.read() as session:
        return _criteria(session, visitor)


@router.get("/criteria/{no}", **access("read", *READ), responses=documented())
def criterion(site: TheSite, visitor: Calling, response: Response, no: No) -> CouncilCriterionOut:
    """One criterion. The ETag is needed to change what the council found."""
    with site.store.read() as session:
        return _criterion(session, visitor, response, no)


@router.put("/criteria/{no}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def save(
    site: TheSite, visitor: Calling, response: Response, no: No, body: CouncilCriterionIn, if_match: IfMatch = ""
) -> CouncilCriterionOut:  # fmt: skip
    """Write what the council finds, votes and all."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        present = _criterion(session, visitor, response, no)
        plan = current_plan(session, visitor.commune_id).id or 0
        require_match(if_match, PlanVersion(plan, present.version), current=present, yours=body)
        save_finding(session, plan, no, body.finding(), seen=present.version, by=by, now=now)
        return _criterion(session, visitor, response, no)


@router.get("/scenario", **access("read", *READ), responses=documented())
def scenario(site: TheSite, visitor: Calling, assume: Assumed) -> ScenarioOut:
    """What the total would be if these criteria got these points; the council's others count. Nothing is written."""
    assumed = {int(no): int(points) for no, _, points in (one.partition(":") for one in assume.split(","))}
    with site.store.read() as session:
        standing = standing_of(session, current_plan(session, visitor.commune_id))
    found = suppose(standing.sheet.projection, {**agreed_points(standing.findings), **assumed})
    total = PointsOut.model_validate(found.total)
    return ScenarioOut(sentence=standing.what_if(assumed), total=total, unconfirmed=list(found.unscored))


def _criterion(session: Session, visitor: Visitor, response: Response, no: int) -> CouncilCriterionOut:
    found = next((one for one in _criteria(session, visitor) if one.no == no), None)
    if found is None:
        raise Missing(f"Bộ quy tắc của kế hoạch này không có tiêu chí {no}.")
    put_tag(response, PlanVersion(current_plan(session, visitor.commune_id).id or 0, found.version))
    return found


def _criteria(session: Session, visitor: Visitor) -> list[CouncilCriterionOut]:
    standing = standing_of(session, current_plan(session, visitor.commune_id))
    proofs, withheld = proofs_of(session, standing.plan.id or 0, standing.rules)
    return [
        _out(standing, one.criterion.no, told_proofs(proofs, withheld, one.criterion.no))
        for one in standing.sheet.criteria
    ]


def _out(standing: Standing, no: int, evidence: list[str]) -> CouncilCriterionOut:
    sheet = next(one for one in standing.sheet.criteria if one.criterion.no == no)
    stored, names = standing.stored(no), standing.names
    found = stored.finding
    votes = [
        VoteOut(
            member_id=one.member_id, member=names[one.member_id], points=one.points or 0, remark=one.remark
        )
        for one in found.ballots
    ]
    return CouncilCriterionOut(
        no=no, name=sheet.criterion.name, self_points=PointsOut.model_validate(sheet.points) if sheet.points else None,
        max_points=sheet.score.max_points or None, arithmetic=sheet.lines, evidence=evidence, votes=votes,
        points=found.points, reached=found.reached, reason=found.reason, saved_by=stored.by_name, saved_at=stored.updated_at,
        version=stored.version,
    )  # fmt: skip
