"""The dossier: what it holds and lacks, its documents, and making it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from documents.dossier.missing import GapKind
from web.api.callers import Calling, access
from web.api.council_scores import PointsOut
from web.api.problems import FieldProblem, Problem, documented
from web.api.values import Given, RowNumber, Taken
from web.council.papers import DOCX
from web.dossier.papers import ZIP, document_file, letters_file
from web.dossier.reading import READ, WRITER, DossierView, Row, dossier_view, plan_now
from web.dossier.sending import sent
from web.visitor import TheSite

router = APIRouter(prefix="/dossier", tags=["dossier"])
MeetingNumber = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
DocumentKey = Annotated[str, Path(pattern=r"^[a-z0-9-]+$", max_length=60)]
UNKNOWN_GAPS = "Hồ sơ còn thiếu; xem từng phần trong errors. Vẫn lập thì gửi accept_missing: true."


class GapOut(Given):
    """One thing that is missing; `criteria`: those it concerns, none for the dossier as a whole."""

    text: str
    kind: GapKind
    criteria: list[int]


class DocumentOut(Given):
    """One Word document; `name`: its path in the archive, `blank`: what would stay blank in it, in words."""

    key: str
    title: str
    name: str
    blank: list[str]


class DossierCriterionOut(Given):
    """One criterion; points null while nobody has confirmed them. Evidence by number: `files` go in, `papers` are
    listed, `withheld` are only counted, `lost` are gone from the server."""

    no: int
    name: str
    state: str
    self_points: PointsOut | None
    max_points: int | None
    agreed: int | None
    files: int
    papers: int
    withheld: int
    lost: int
    restricted: bool


class IssuedOut(Given):
    """A dossier that was made; `seq`: its line in the journal."""

    seq: int
    at: datetime
    by_name: str
    seal: str
    files: int


class DossierOut(Given):
    """The dossier of the newest plan as it would be made now. `size`: bytes of evidence; `issued`: the newest first.

    `meeting`: the number of the meeting its papers tell of, null for none.
    """

    plan: str
    meeting: int | None
    missing: list[GapOut]
    documents: list[DocumentOut]
    criteria: list[DossierCriterionOut]
    size: int
    late_units: list[str]
    issued: list[IssuedOut]


class MakeIn(Taken):
    """`accept_missing`: make it although parts are missing. `meeting`: the one its papers tell of, null for the newest."""

    accept_missing: bool = False
    meeting: RowNumber | None = None


@router.get("", **access("read", *READ), responses=documented())
def dossier(site: TheSite, visitor: Calling, meeting: MeetingNumber = None) -> DossierOut:
    """What it holds and what it lacks, with the papers of that meeting or of the newest."""
    with site.store.read() as session:
        view = dossier_view(session, site, visitor, meeting)
    return _out(view)


@router.post(
    "",
    **access("stage", *WRITER),
    responses={200: {"description": "Hồ sơ", "content": {ZIP: {}}}, **documented()},
    response_class=Response,
)
def make(site: TheSite, visitor: Calling, body: MakeIn) -> Response:
    """Make it: the .zip, its seal in the header Mangnon-Seal and in the journal. 422 while unknown parts are missing."""
    with site.store.read() as session:
        plan = plan_now(session, site, visitor, body.meeting)
    if plan.missing and not body.accept_missing:
        errors = [FieldProblem(field="accept_missing", detail=one) for one in plan.missing]
        raise Problem(422, UNKNOWN_GAPS, errors=errors)
    return sent(site, plan, visitor.actor_as(WRITER))


@router.get(
    "/documents/{key}",
    **access("read", *READ),
    responses={200: {"description": "Văn bản", "content": {DOCX: {}}}, **documented()},
    response_class=Response,
)
def document(site: TheSite, visitor: Calling, key: DocumentKey, meeting: MeetingNumber = None) -> Response:
    """One document as a Word file, filled as it would be in the dossier."""
    return document_file(site, visitor, key, meeting)


@router.get(
    "/letters",
    **access("read", *READ),
    responses={200: {"description": "Công văn đôn đốc", "content": {ZIP: {}}}, **documented()},
    response_class=Response,
)
def letters(site: TheSite, visitor: Calling) -> Response:
    """The letters to all late units in one archive; 404 when nobody is late."""
    return letters_file(site, visitor)


def _out(view: DossierView) -> DossierOut:
    return DossierOut(
        plan=view.plan.facts.plan.number,
        meeting=view.plan.meeting_number,
        missing=[GapOut.model_validate(one) for one in view.plan.gaps],
        documents=[DocumentOut.model_validate(one) for one in view.documents],
        criteria=[_criterion(one) for one in view.rows],
        size=view.size, late_units=list(view.late), issued=[IssuedOut.model_validate(one) for one in view.issued],
    )  # fmt: skip


def _criterion(row: Row) -> DossierCriterionOut:
    sheet = row.sheet
    return DossierCriterionOut(
        no=sheet.criterion.no, name=sheet.criterion.name, state=row.state,
        self_points=PointsOut.model_validate(sheet.points) if sheet.points else None,
        max_points=sheet.score.max_points or None, agreed=row.agreed, files=row.files, papers=row.papers,
        withheld=row.withheld, lost=row.lost, restricted=row.restricted,
    )  # fmt: skip
