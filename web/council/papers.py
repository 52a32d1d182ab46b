"""`/hoi-dong/hop/…/bien-ban.docx`: the council's papers as Word files, drafted from what is stored."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter
from fastapi.responses import Response

from documents.writing.contexts import common, for_template
from documents.writing.facts import read_facts
from documents.writing.filling import fill
from documents.writing.stored import stored_details
from documents.writing.templates import TEMPLATES, template_bytes
from tasks.clock import local_date
from tasks.current import current_plan
from web.council.saving import READ
from web.roles import TaskId as RowId
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/hoi-dong/hop/{meeting_id}/bien-ban.docx", **allow(*READ))
def minutes(site: TheSite, visitor: Signed, meeting_id: RowId) -> Response:
    """Draft minutes of a meeting."""
    return paper(site, visitor, meeting_id, "bien-ban-hop")


@router.get("/hoi-dong/hop/{meeting_id}/giay-moi.docx", **allow(*READ))
def invitation(site: TheSite, visitor: Signed, meeting_id: RowId) -> Response:
    """The invitation to a meeting."""
    return paper(site, visitor, meeting_id, "giay-moi-hop")


def paper(site: Site, visitor: Visitor, meeting_id: int, key: str) -> Response:
    """A paper by the key of its template, as a download. Raises Missing, Refusal."""
    today = local_date(site.clock.now(), visitor.time_zone)
    with site.store.read() as session:
        plan = current_plan(session, visitor.commune_id)
        details = stored_details(session, plan.id or 0, visitor.time_zone, meeting_id)
        facts = read_facts(session, plan.id or 0, today, site.calendar)
    template = next(one for one in TEMPLATES if one.key == key)
    words = for_template(common(facts, details), key)
    content = fill(template_bytes(template, None), words, template.file)
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(f'{key}-{plan.year}.docx')}"}
    return Response(content, media_type=DOCX, headers=headers)
