"""`/lanh-dao` and `/lanh-dao/in`: the plan at a glance, on screen and on one sheet of A4."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.leadership.reading import lookout
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
READERS = ("leadership", "coordinator", "council", "superior")


@router.get("/lanh-dao", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """At a glance."""
    with site.store.read() as session:
        return page(request, "leadership/glance.html", look=lookout(session, site, visitor))


@router.get("/lanh-dao/in", **allow(*READERS))
def printed(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The same on one sheet."""
    with site.store.read() as session:
        return page(request, "leadership/sheet.html", look=lookout(session, site, visitor))
