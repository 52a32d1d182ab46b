"""What a unit does with its task: acknowledge, draft, report, ask for more time."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field
from sqlmodel import Session

from tasks import drafting, extending, reporting
from tasks.figures import LARGEST, Figure
from tasks.privacy import SENTENCE, names_a_child
from tasks.report_form import fields_of
from web.api.callers import Calling, access
from web.api.problems import Problem, documented
from web.api.tasks import TaskOut, told
from web.api.values import Day, Given, Number, ShortWords, Taken, Words
from web.api.versions import IfMatch, put_tag, require_match
from web.site import Site
from web.unit.reading import own_task, view_task
from web.visitor import TheSite, Visitor

router = APIRouter(tags=["reports"])
Count = Annotated[int, Field(ge=-LARGEST * 10, le=LARGEST * 10)]
Typed = dict[Annotated[str, Field(max_length=80)], Words]


class FigureIn(Taken):
    """One figure: numerator and denominator of a share, or a value; yes and no are 1 and 0."""

    indicator: Annotated[ShortWords, Field(min_length=1, max_length=80)]
    numerator: Count | None = None
    denominator: Count | None = None
    value: Annotated[float, Field(ge=-1e9, le=1e9)] | None = None
    note: ShortWords = ""


class ReportIn(Taken):
    """A report. `looked`: doubts about the figures were looked at, and they are right."""

    figures: Annotated[tuple[FigureIn, ...], Field(max_length=50)] = ()
    note: Words = ""
    looked: bool = False


class DraftOut(Given):
    """What was typed and not yet handed in, by field of the report form; `version` 0: nothing yet."""

    version: int
    fields: dict[str, str]
    by_name: str


class DraftIn(Taken):
    """What was typed, by field of the report form."""

    fields: Annotated[Typed, Field(max_length=100)]


class ExtensionIn(Taken):
    """A later last valid date, and why."""

    wanted_on: Day
    reason: Annotated[Words, Field(min_length=1, max_length=2000)]


@router.post("/tasks/{task_id}/acknowledge", **access("report", "unit"), responses=documented(412, 428))
def acknowledge(
    site: TheSite, visitor: Calling, response: Response, task_id: Number, if_match: IfMatch = ""
) -> TaskOut:
    """The unit says that it has read the assignment."""
    with site.store.write() as session:
        _match(session, site, visitor, task_id, if_match, None)
        reporting.acknowledge(session, task_id, by=visitor.unit_actor(), now=site.clock.now())
    return _after(site, visitor, response, task_id)


@router.post(
    "/tasks/{task_id}/reports", **access("report", "unit"), responses=documented(412, 428), status_code=201
)
def report(
    site: TheSite,
    visitor: Calling,
    response: Response,
    task_id: Number,
    body: ReportIn,
    if_match: IfMatch = "",
) -> TaskOut:
    """Hand in the report. What looks odd is refused once, until `looked` says that it is right."""
    figures = [Figure(it.indicator, it.numerator, it.denominator, it.value, it.note) for it in body.figures]
    with site.store.write() as session:
        _match(session, site, visitor, task_id, if_match, body)
        done = reporting.submit_report(
            session, task_id, figures=figures, note=body.note, by=visitor.unit_actor(), now=site.clock.now()
        )
        doubts = [*done.doubts, *([SENTENCE] if names_a_child(body.note) else [])]
        if doubts and not body.looked:
            raise Problem(422, "\n".join([*doubts, "Nếu đã xem và đúng, xin gửi lại với looked = true."]))
    return _after(site, visitor, response, task_id)


@router.get("/tasks/{task_id}/draft", **access("report", "unit"), responses=documented())
def draft(site: TheSite, visitor: Calling, response: Response, task_id: Number) -> DraftOut:
    """The unit's draft. Its ETag is needed to save over it."""
    with site.store.read() as session:
        own_task(session, visitor, task_id)
        found = _draft(session, task_id)
    put_tag(response, found.version)
    return found


@router.put("/tasks/{task_id}/draft", **access("report", "unit"), responses=documented(409, 412, 428))
def save(
    site: TheSite,
    visitor: Calling,
    response: Response,
    task_id: Number,
    body: DraftIn,
    if_match: IfMatch = "",
) -> DraftOut:
    """Keep what was typed; the second of two writers is told and sees both."""
    with site.store.write() as session:
        view = view_task(session, site, visitor, task_id)
        own_task(session, visitor, task_id)
        present = _draft(session, task_id)
        require_match(if_match, present.version, current=present, yours=body)
        if unknown := set(body.fields) - set(fields_of(view.criterion)):
            raise Problem(422, f"Báo cáo này không có trường: {', '.join(sorted(unknown))[:300]}.")
        drafting.save_draft(
            session, task_id, body.fields, seen=present.version, by=visitor.unit_actor(), now=site.clock.now()
        )
        found = _draft(session, task_id)
    put_tag(response, found.version)
    return found


@router.post(
    "/tasks/{task_id}/extension-requests",
    **access("report", "unit"),
    responses=documented(412, 428),
    status_code=201,
)
def more_time(
    site: TheSite,
    visitor: Calling,
    response: Response,
    task_id: Number,
    body: ExtensionIn,
    if_match: IfMatch = "",
) -> TaskOut:
    """Ask for more time; the coordinator answers."""
    with site.store.write() as session:
        _match(session, site, visitor, task_id, if_match, body)
        extending.request(
            session, task_id, wanted_on=body.wanted_on, reason=body.reason, by=visitor.unit_actor(),
            now=site.clock.now(),
        )  # fmt: skip
    return _after(site, visitor, response, task_id)


def _match(session: Session, site: Site, visitor: Visitor, task_id: int, sent: str, yours: object) -> None:
    own_task(session, visitor, task_id)
    view = view_task(session, site, visitor, task_id)
    require_match(sent, view.task.version, current=told(view), yours=yours)


def _after(site: Site, visitor: Visitor, response: Response, task_id: int) -> TaskOut:
    with site.store.read() as session:
        view = view_task(session, site, visitor, task_id)
    put_tag(response, view.task.version)
    return told(view)


def _draft(session: Session, task_id: int) -> DraftOut:
    found = drafting.draft_of(session, task_id)
    if found is None:
        return DraftOut(version=0, fields={}, by_name="")
    return DraftOut(version=found.version, fields=drafting.typed_in(found), by_name=found.by_name)
