"""`/lanh-dao` and `/lanh-dao/in`: the plan at a glance, on screen and on one sheet of A4."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from web.leadership.reading import lookout
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
READERS = ("leadership", "coordinator", "council", "superior")


@router.get("/lanh-dao", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """At a glance."""
    return _shown(request, site, visitor, "leadership/glance.html")


@router.get("/lanh-dao/in", **allow(*READERS))
def printed(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The same on one sheet."""
    return _shown(request, site, visitor, "leadership/sheet.html")


def _shown(request: Request, site: Site, visitor: Visitor, template: str) -> Response:
    with site.store.read() as session:
        look, trend = lookout(session, site, visitor)
        return page(request, template, look=look, course=trend)
