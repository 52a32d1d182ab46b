"""A signed document is read: what `mangnon plan read --json` prints. Nothing is written."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, UploadFile
from pydantic import BaseModel, Field

from documents.apart import DESK
from documents.as_json import findings_as_json
from documents.findings import Meaning, Role
from documents.reading import read_plan_document
from documents.sources.blocks import LARGEST_FILE
from tasks.planparts import UnitKind
from tasks.ruleset import find_rule_set
from web.api.callers import access
from web.api.problems import documented

router = APIRouter(tags=["plan"])
RULE_SET = "decision-06"
LONGEST_NAME = 120


class SourceOut(BaseModel):
    """Where something stands; places count from 1, only `offset` from 0. Only what is known is there."""

    offset: int | None = None
    page: int | None = None
    line: int | None = None
    paragraph: int | None = None
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    sentence: str


class IssuerOut(BaseModel):
    """The body that issued it, such as "xã", "Hoàng Đồng"."""

    kind: str | None
    name: str | None


class SignerOut(BaseModel):
    """Who signed, and in which capacity."""

    name: str | None
    capacity: str | None


class DeadlineOut(BaseModel):
    """When the units' reports are due."""

    last_valid_date: date | None
    wording: str


class OwnedOut(BaseModel):
    """A criterion that a unit leads or helps with."""

    no: int
    role: Role


class UnitFoundOut(BaseModel):
    """A unit, or several written as one; `count` null: not said."""

    name: str
    kind: UnitKind
    count: int | None
    members: list[str]
    criteria: list[OwnedOut]
    duties: list[str]
    source: SourceOut


class DateFoundOut(BaseModel):
    """A day (`date`) or a range (`from`, `to`)."""

    date_: date | None = Field(None, alias="date")
    from_: date | None = Field(None, alias="from")
    to: date | None = None
    wording: str
    meaning: Meaning
    last_valid_date: date | None = None


class DoubtOut(BaseModel):
    """Worth a look before it becomes assignments."""

    code: str
    text: str
    source: SourceOut


class UnreadOut(BaseModel):
    """What could not be read; it is never guessed."""

    what: str
    source: SourceOut | None


class SourcesOut(BaseModel):
    """The place of each finding under the finding's own key, lists in the same order."""

    number: SourceOut | None
    issued_on: SourceOut | None
    issuer: SourceOut | None
    year: SourceOut | None
    title: SourceOut | None
    signer: SourceOut | None
    report_deadline: SourceOut | None
    place: SourceOut | None
    report_to: SourceOut | None
    bases: list[SourceOut]
    dates: list[SourceOut]
    recipients: list[SourceOut]
    criteria: list[list[SourceOut]]
    duties: list[list[SourceOut]]


class PlanReadOut(BaseModel):
    """Everything found in a plan; null for what the document does not say."""

    number: str | None
    issued_on: date | None
    issuer: IssuerOut
    year: int | None
    title: str | None
    signer: SignerOut
    bases: list[str]
    report_deadline: DeadlineOut | None
    units: list[UnitFoundOut]
    dates: list[DateFoundOut]
    warnings: list[DoubtOut]
    place: str | None
    report_to: str | None
    recipients: list[str]
    unread: list[UnreadOut]
    sources: SourcesOut


@router.post(
    "/plan/documents",
    **access("stage", "coordinator"),
    responses=documented(413),
    response_model_exclude_unset=True,
)
def read(file: UploadFile) -> PlanReadOut:
    """Read a signed plan: .docx, .txt, .pdf with text, at most 10 MB. Nothing is kept."""
    name = " ".join((file.filename or "").split())[-LONGEST_NAME:] or "tệp"
    blocks = DESK.read(file.file.read(LARGEST_FILE + 1), name)
    names = {one.no: one.name for one in find_rule_set(RULE_SET).criteria}
    return PlanReadOut.model_validate(findings_as_json(read_plan_document(blocks, names)))
