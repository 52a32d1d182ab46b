"""What proves a report: documents by number, date and holder, or files."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from fastapi import APIRouter, Response, UploadFile
from pydantic import Field
from sqlmodel import Session

from tasks import evidence as service
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Day, Given, Number, ShortWords, Taken
from web.unit.download import evidence_file
from web.unit.proofs import keep_file
from web.unit.reading import find_task, own_task
from web.visitor import TheSite

router = APIRouter(tags=["evidence"])
READERS = ("unit", "coordinator", "leadership", "council", "superior")


class EvidenceOut(Given):
    """One piece; `kind`: reference or file. `report_id` null: not handed in yet."""

    id: int
    kind: str
    title: str
    number: str
    dated_on: date | None
    holder: str
    place: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    report_id: int | None
    by_name: str
    created_at: datetime


class ReferenceIn(Taken):
    """A document that stays with its holder."""

    title: Annotated[ShortWords, Field(min_length=1)]
    number: ShortWords = ""
    dated_on: Day | None = None
    holder: ShortWords = ""
    place: ShortWords = ""


@router.get("/tasks/{task_id}/evidence", **access("read", *READERS), responses=documented())
def listed(site: TheSite, visitor: Calling, task_id: Number) -> list[EvidenceOut]:
    """A task's evidence, the oldest first."""
    with site.store.read() as session:
        find_task(session, visitor, task_id)
        return _standing(session, task_id)


@router.post(
    "/tasks/{task_id}/evidence/references",
    **access("report", "unit"),
    responses=documented(),
    status_code=201,
)
def refer(site: TheSite, visitor: Calling, task_id: Number, body: ReferenceIn) -> list[EvidenceOut]:
    """Note a document."""
    given = service.Reference(body.title, body.number, body.dated_on, body.holder, body.place)
    with site.store.write() as session:
        own_task(session, visitor, task_id)
        service.add_reference(session, task_id, given, by=visitor.unit_actor(), now=site.clock.now())
        return _standing(session, task_id)


@router.post(
    "/tasks/{task_id}/evidence/files", **access("report", "unit"), responses=documented(413), status_code=201
)
def hand_in(site: TheSite, visitor: Calling, task_id: Number, file: UploadFile) -> list[EvidenceOut]:
    """Keep a file: PDF, JPG, PNG, docx or xlsx by its content, at most 10 MB; none for restricted criteria."""
    with site.store.read() as session:
        own_task(session, visitor, task_id)
    keep_file(site, visitor, task_id, file)
    with site.store.read() as session:
        return _standing(session, task_id)


@router.get(
    "/tasks/{task_id}/evidence/{number}/file",
    **access("read", *READERS),
    responses={200: {"description": "Tệp", "content": {"application/octet-stream": {}}}, **documented()},
    response_class=Response,
)
def file(site: TheSite, visitor: Calling, task_id: Number, number: Number) -> Response:
    """The file itself, always as a download."""
    return evidence_file(site, visitor, task_id, number, media_type="application/octet-stream")


@router.delete("/tasks/{task_id}/evidence/{number}", **access("report", "unit"), responses=documented())
def remove(site: TheSite, visitor: Calling, task_id: Number, number: Number) -> list[EvidenceOut]:
    """Take back what no handed-in report rests on."""
    with site.store.write() as session:
        own_task(session, visitor, task_id)
        service.remove(session, task_id, number, by=visitor.unit_actor(), now=site.clock.now())
        return _standing(session, task_id)


def _standing(session: Session, task_id: int) -> list[EvidenceOut]:
    return [EvidenceOut.model_validate(one) for one in service.standing(session, task_id)]
