"""What waits for the coordinator: reports to accept or return, requests for more time to answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field

from db.errors import Missing, Outdated
from tasks import extending, reviewing
from web.api.callers import Calling, access
from web.api.problems import Problem, documented
from web.api.tasks import TaskOut, told
from web.api.values import Day, Given, Number, Taken, Words
from web.api.versions import IfMatch, put_tag, require_match
from web.board.queue import queue
from web.board.requests import asked
from web.unit.reading import view_task
from web.visitor import TheSite

router = APIRouter(tags=["review"])


class WaitingOut(Given):
    """A report that waits; `figures` are in words, `doubts` what looks odd."""

    task_id: int
    number: int
    title: str
    unit: str
    by_name: str
    submitted_at: datetime
    note: str
    figures: list[tuple[str, str]]
    doubts: list[str]


class ReviewIn(Taken):
    """A decision; `reason` is read by the unit and needed to return a report."""

    decision: Literal["accepted", "returned"]
    reason: Annotated[Words, Field(max_length=2000)] = ""


class ExtensionOut(Given):
    """A request for more time that waits."""

    number: int
    task_id: int
    title: str
    unit: str
    by_name: str
    requested_at: datetime
    present: date
    wanted: date
    reason: str


class AnswerIn(Taken):
    """Yes or no; a no needs a reason. `on`: grant this last valid day instead of the one asked for."""

    granted: bool
    on: Day | None = None
    reason: Annotated[Words, Field(max_length=2000)] = ""


@router.get("/reports/waiting", **access("read", "coordinator"), responses=documented())
def waiting(site: TheSite, visitor: Calling) -> list[WaitingOut]:
    """The reports that wait, the oldest first."""
    with site.store.read() as session:
        return [WaitingOut.model_validate(one) for one in queue(session, visitor.commune_id)]


@router.post("/tasks/{task_id}/review", **access("review", "coordinator"), responses=documented(412, 428))
def decide(
    site: TheSite,
    visitor: Calling,
    response: Response,
    task_id: Number,
    body: ReviewIn,
    if_match: IfMatch = "",
) -> TaskOut:
    """Accept the newest report of a task, or return it with a reason."""
    by, now = visitor.actor_as(("coordinator",)), site.clock.now()
    with site.store.write() as session:
        view = view_task(session, site, visitor, task_id)
        require_match(if_match, view.task.version, current=told(view), yours=body)
        if body.decision == "accepted":
            reviewing.accept(session, task_id, by=by, now=now, remark=body.reason)
        else:
            reviewing.send_back(session, task_id, reason=body.reason, by=by, now=now)
    with site.store.read() as session:
        view = view_task(session, site, visitor, task_id)
    put_tag(response, view.task.version)
    return told(view)


@router.get("/extension-requests", **access("read", "coordinator", "leadership"), responses=documented())
def requests(site: TheSite, visitor: Calling) -> list[ExtensionOut]:
    """The requests that wait, the oldest first."""
    with site.store.read() as session:
        return [ExtensionOut.model_validate(one) for one in asked(session, visitor.commune_id)]


@router.post(
    "/extension-requests/{number}/answer",
    **access("review", "coordinator", "leadership"),
    responses=documented(409),
)
def answer(site: TheSite, visitor: Calling, number: Number, body: AnswerIn) -> list[ExtensionOut]:
    """Say yes or no; what still waits comes back."""
    if not body.granted and not body.reason:
        raise Problem(422, "Hãy ghi lý do không đồng ý gia hạn.")
    by = visitor.actor_as(("coordinator", "leadership"))
    with site.store.write() as session:
        if number not in {one.number for one in asked(session, visitor.commune_id)}:
            if extending.exists(session, visitor.commune_id, number):
                raise Outdated("Yêu cầu gia hạn này đã được trả lời.")
            raise Missing(f"Không có yêu cầu gia hạn số {number}.")
        extending.decide(
            session, number, granted=body.granted, reason=body.reason, by=by, now=site.clock.now(), on=body.on
        )
        return [ExtensionOut.model_validate(one) for one in asked(session, visitor.commune_id)]
