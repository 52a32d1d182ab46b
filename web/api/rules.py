"""The plan's rule set: points that are verified, and confirming those of the official appendix."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic import Field
from sqlmodel import Session

from db.errors import Missing
from tasks import confirming
from tasks.appendix import BarEntry, CriterionEntry, IndicatorEntry, fingerprint
from tasks.current import current_plan
from tasks.ruleset import Bar, Criterion, RuleSet
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, Name, ShortWords, Taken
from web.api.versions import IfMatch, put_tag, require_match
from web.visitor import TheSite, Visitor

router = APIRouter(tags=["rules"])
OFFICE = ("coordinator", "leadership", "council", "superior")
WRITER = ("coordinator",)
No = Annotated[int, Path(ge=1, le=99)]
Points = Annotated[str, Field(max_length=12)]
"""Points as they are typed: digits, with a comma or point before decimals."""


class ConfirmedOut(Given):
    """Who confirmed points on behalf of the commune, and on which local date."""

    by: str
    on: date


class BandOut(Given):
    """From this many percent on, so many points."""

    at_least: float
    points: int


class IndicatorOut(Given):
    """One indicator; points are null while nobody has confirmed them."""

    key: str
    name: str
    kind: str
    max_points: int | None
    bands: list[BandOut]


class CriterionOut(Given):
    """One criterion. Its points are law only when `verified`, by the Decision or by the commune (`confirmed`)."""

    no: int
    name: str
    max_points: int | None
    verified: bool
    source: str
    confirmed: ConfirmedOut | None
    indicators: list[IndicatorOut]


class BarOut(Given):
    """The total that a class of commune needs."""

    key: str
    wording: str
    points: int
    verified: bool
    source: str
    confirmed: ConfirmedOut | None


class RulesOut(Given):
    """The rule set that the plan keeps."""

    decision_number: str
    total_points: int | None
    total_points_verified: bool
    criteria: list[CriterionOut]
    bars: list[BarOut]


class BandIn(Taken):
    """From this many percent on, so many points."""

    percent: Points
    points: Points


class IndicatorIn(Taken):
    """An indicator's points; the bands from the highest down."""

    key: Annotated[str, Field(min_length=1, max_length=80)]
    max_points: Points = ""
    bands: Annotated[tuple[BandIn, ...], Field(max_length=8)] = ()


class CriterionIn(Taken):
    """A criterion's points as the appendix has them, and where it says so."""

    max_points: Points
    source: ShortWords
    indicators: Annotated[tuple[IndicatorIn, ...], Field(max_length=30)] = ()


class BarIn(Taken):
    """A bar's points as the appendix has them, and where it says so."""

    points: Points
    source: ShortWords


@router.get("/rules", **access("read", *OFFICE), responses=documented())
def rules(site: TheSite, visitor: Calling) -> RulesOut:
    """All criteria and bars."""
    with site.store.read() as session:
        found = _rules(session, visitor)
    return RulesOut(
        decision_number=found.decision_number, total_points=found.total_points,
        total_points_verified=found.total_points_verified,
        criteria=[CriterionOut.model_validate(one) for one in found.criteria],
        bars=[BarOut.model_validate(one) for one in found.bars],
    )  # fmt: skip


@router.get("/rules/criteria/{no}", **access("read", *OFFICE), responses=documented())
def criterion(site: TheSite, visitor: Calling, response: Response, no: No) -> CriterionOut:
    """One criterion. Its ETag is needed to confirm its points."""
    with site.store.read() as session:
        found = _criterion(_rules(session, visitor), no)
    put_tag(response, fingerprint(found))
    return CriterionOut.model_validate(found)


@router.put("/rules/criteria/{no}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def confirm(
    site: TheSite, visitor: Calling, response: Response, no: No, body: CriterionIn, if_match: IfMatch = ""
) -> CriterionOut:
    """Confirm a criterion's points from the official appendix; the journal keeps who did."""
    entry = CriterionEntry(
        body.max_points, body.source,
        {
            one.key: IndicatorEntry(one.max_points, tuple((band.percent, band.points) for band in one.bands))
            for one in body.indicators
        },
    )  # fmt: skip
    with site.store.write() as session:
        plan = current_plan(session, visitor.commune_id)
        present = _criterion(confirming.rules_of_plan(plan), no)
        seen = fingerprint(present)
        require_match(if_match, seen, current=CriterionOut.model_validate(present), yours=body)
        after = confirming.confirm_criterion(
            session, plan.id or 0, no, entry, expected=seen, by=visitor.actor_as(WRITER), now=site.clock.now()
        )
    put_tag(response, fingerprint(after))
    return CriterionOut.model_validate(after)


@router.delete("/rules/criteria/{no}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def withdraw(
    site: TheSite, visitor: Calling, response: Response, no: No, if_match: IfMatch = ""
) -> CriterionOut:
    """Take a confirmation back."""
    with site.store.write() as session:
        plan = current_plan(session, visitor.commune_id)
        present = _criterion(confirming.rules_of_plan(plan), no)
        seen = fingerprint(present)
        require_match(if_match, seen, current=CriterionOut.model_validate(present), yours=None)
        after = confirming.withdraw_criterion(
            session, plan.id or 0, no, expected=seen, by=visitor.actor_as(WRITER), now=site.clock.now()
        )
    put_tag(response, fingerprint(after))
    return CriterionOut.model_validate(after)


@router.get("/rules/bars/{key}", **access("read", *OFFICE), responses=documented())
def bar(site: TheSite, visitor: Calling, response: Response, key: Name) -> BarOut:
    """One bar. Its ETag is needed to confirm its points."""
    with site.store.read() as session:
        found = _bar(_rules(session, visitor), key)
    put_tag(response, fingerprint(found))
    return BarOut.model_validate(found)


@router.put("/rules/bars/{key}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def confirm_bar(
    site: TheSite, visitor: Calling, response: Response, key: Name, body: BarIn, if_match: IfMatch = ""
) -> BarOut:
    """Confirm a bar's points from the official appendix."""
    with site.store.write() as session:
        plan = current_plan(session, visitor.commune_id)
        present = _bar(confirming.rules_of_plan(plan), key)
        seen = fingerprint(present)
        require_match(if_match, seen, current=BarOut.model_validate(present), yours=body)
        after = confirming.confirm_bar(
            session, plan.id or 0, key, BarEntry(body.points, body.source), expected=seen,
            by=visitor.actor_as(WRITER), now=site.clock.now(),
        )  # fmt: skip
    put_tag(response, fingerprint(after))
    return BarOut.model_validate(after)


def _rules(session: Session, visitor: Visitor) -> RuleSet:
    return confirming.rules_of_plan(current_plan(session, visitor.commune_id))


def _criterion(found: RuleSet, no: int) -> Criterion:
    one = next((it for it in found.criteria if it.no == no), None)
    if one is None:
        raise Missing(f"Bộ quy tắc không có tiêu chí {no}.")
    return one


def _bar(found: RuleSet, key: str) -> Bar:
    one = next((it for it in found.bars if it.key == key), None)
    if one is None:
        raise Missing("Bộ quy tắc không có mức công nhận này.")
    return one
