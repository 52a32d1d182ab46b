"""A changed plan: handed in, looked at line by line, applied or dropped."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from sqlmodel import Session

from db.tables import PlanProposal
from tasks import proposing
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, Number, ShortWords, Taken
from web.visitor import TheSite, Visitor

router = APIRouter(tags=["plan"])
WRITER = ("coordinator",)


class LineOut(Given):
    """One change; `before` and `after` in words."""

    kind: str
    title: str
    unit: str
    before: str
    after: str
    state: str


class ProposalOut(Given):
    """A changed plan file; `state`: waiting, applied or dropped."""

    id: int
    file_name: str
    state: str
    by_name: str
    created_at: datetime
    decided_by: str
    decided_at: datetime | None


class ForeseenOut(Given):
    """What a proposal would change now. `seal` stands for just these lines and is needed to apply them."""

    proposal: ProposalOut
    lines: list[LineOut]
    doubts: list[str]
    seal: str


class ProposalIn(Taken):
    """A plan file (TOML) as text."""

    file_name: ShortWords
    content: Annotated[str, Field(max_length=1_000_000)]


class SealIn(Taken):
    """The seal of the lines that were looked at."""

    seal: Annotated[str, Field(max_length=100)]


@router.get("/plan/proposals", **access("read", *WRITER), responses=documented())
def listed(site: TheSite, visitor: Calling) -> list[ProposalOut]:
    """The newest proposals, the newest first."""
    with site.store.read() as session:
        return [ProposalOut.model_validate(one) for one in proposing.proposals(session, visitor.commune_id)]


@router.post("/plan/proposals", **access("stage", *WRITER), responses=documented(), status_code=201)
def propose(site: TheSite, visitor: Calling, body: ProposalIn) -> ForeseenOut:
    """Hand in a changed plan; nothing changes until it is applied."""
    with site.store.write() as session:
        number = proposing.propose(
            session, visitor.commune_id, body.file_name, body.content.encode(), by=visitor.actor_as(WRITER),
            now=site.clock.now(),
        )  # fmt: skip
        return _foreseen(session, visitor, number)


@router.get("/plan/proposals/{number}", **access("read", *WRITER), responses=documented())
def one(site: TheSite, visitor: Calling, number: Number) -> ForeseenOut:
    """What it would change now; nothing once it is decided."""
    with site.store.read() as session:
        return _foreseen(session, visitor, number)


@router.post("/plan/proposals/{number}/apply", **access("stage", *WRITER), responses=documented(409))
def apply(site: TheSite, visitor: Calling, number: Number, body: SealIn) -> ProposalOut:
    """Bring the plan to the proposed state; 409 when it would change something else by now."""
    with site.store.write() as session:
        proposing.apply_proposal(
            session,
            visitor.commune_id,
            number,
            seal=body.seal,
            by=visitor.actor_as(WRITER),
            now=site.clock.now(),
        )
        return _proposal(session, visitor, number)


@router.post("/plan/proposals/{number}/drop", **access("stage", *WRITER), responses=documented(409))
def drop(site: TheSite, visitor: Calling, number: Number) -> ProposalOut:
    """Put it aside for good."""
    with site.store.write() as session:
        proposing.drop_proposal(
            session, visitor.commune_id, number, by=visitor.actor_as(WRITER), now=site.clock.now()
        )
        return _proposal(session, visitor, number)


def _proposal(session: Session, visitor: Visitor, number: int) -> ProposalOut:
    row: PlanProposal = proposing.find_proposal(session, visitor.commune_id, number)
    session.refresh(row)
    return ProposalOut.model_validate(row)


def _foreseen(session: Session, visitor: Visitor, number: int) -> ForeseenOut:
    row = proposing.find_proposal(session, visitor.commune_id, number)
    seen = proposing.Foreseen((), (), "")
    if row.state == "waiting":
        seen = proposing.foreseen(session, visitor.commune_id, row.file_name, row.content)
    return ForeseenOut(
        proposal=ProposalOut.model_validate(row), lines=[LineOut.model_validate(line) for line in seen.lines],
        doubts=list(seen.doubts), seal=seen.seal,
    )  # fmt: skip
