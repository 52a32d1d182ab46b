"""What the dossier needs and the plan does not say: signer, recipients, class of the commune, quorum."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import APIRouter, Response
from pydantic import Field
from sqlmodel import Session

from tasks.current import current_plan
from tasks.dossier_facts import DossierChanges, dossier_of, save_dossier
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, ShortWords, Taken
from web.api.versions import IfMatch, PlanVersion, put_tag, require_match
from web.council.saving import READ, WRITER
from web.visitor import TheSite, Visitor

router = APIRouter(prefix="/dossier", tags=["council"])
Lines = Annotated[tuple[ShortWords, ...], Field(max_length=60)]


class DossierDetailsOut(Given):
    """What is stored; `version` 0 while nothing is. `quorum` null: nobody said how many members are needed."""

    signer_name: str
    drafting: str
    recipients: list[str]
    bases: list[str]
    strengths: list[str]
    gaps: list[str]
    class_bar: str
    class_document: str
    quorum: int | None
    quorum_source: str
    version: int


class DossierDetailsIn(Taken):
    """What shall be changed; what is not sent stays. `class_bar`: a bar of the rules, "" for none."""

    signer_name: ShortWords = ""
    drafting: ShortWords = ""
    recipients: Lines = ()
    bases: Lines = ()
    strengths: Lines = ()
    gaps: Lines = ()
    class_bar: Annotated[str, Field(max_length=40)] = ""
    class_document: ShortWords = ""
    quorum: Annotated[int, Field(ge=1, le=99)] | None = None
    quorum_source: ShortWords = ""


@router.get("/details", **access("read", *READ), responses=documented())
def details(site: TheSite, visitor: Calling, response: Response) -> DossierDetailsOut:
    """What is stored. The ETag is needed to change it."""
    with site.store.read() as session:
        return _details(session, visitor, response)


@router.patch("/details", **access("stage", *WRITER), responses=documented(409, 412, 428))
def change(
    site: TheSite, visitor: Calling, response: Response, body: DossierDetailsIn, if_match: IfMatch = ""
) -> DossierDetailsOut:
    """Change the fields that are sent."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    changes = cast("DossierChanges", body.model_dump(mode="json", exclude_unset=True))
    with site.store.write() as session:
        present = _details(session, visitor, response)
        plan = current_plan(session, visitor.commune_id).id or 0
        require_match(if_match, PlanVersion(plan, present.version), current=present, yours=body)
        save_dossier(session, plan, changes, seen=present.version, by=by, now=now)
        return _details(session, visitor, response)


def _details(session: Session, visitor: Visitor, response: Response) -> DossierDetailsOut:
    plan = current_plan(session, visitor.commune_id).id or 0
    row = dossier_of(session, plan)
    put_tag(response, PlanVersion(plan, row.version))
    return DossierDetailsOut.model_validate(row)
