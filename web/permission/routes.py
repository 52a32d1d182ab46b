"""`/kenh/zalo-oa` leads to Zalo's page, `/kenh/zalo-oa/ve` is where Zalo sends the browser back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response

from db.errors import Refusal, StorageRefusal
from notifications.granting import CameBack, OaGrants
from web.forms import Posted, Writer
from web.messages.channels import NOT_SET_UP, channels_page
from web.messages.routes import READERS
from web.permission.begun import Permissions
from web.roles import allow
from web.site import OA_BACK, Site
from web.visitor import Signed, TheSite

router = APIRouter()
Given = Annotated[str, Query(max_length=4_000)]


@router.post("/kenh/zalo-oa", **allow(*READERS))
def begin(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """On to Zalo's page, where the OA's administrator agrees."""
    grants = _grants(site)
    begun = _under_way(request).begin(visitor.session_id or 0, site.clock.now())
    return RedirectResponse(grants.url(f"{site.base_url}{OA_BACK}", begun.verifier, begun.state), 303)


@router.get(OA_BACK, **allow(*READERS))
async def back(
    request: Request, site: TheSite, visitor: Signed, code: Given = "", oa_id: Given = "", state: Given = ""
) -> Response:
    """Keep the pair that the code stands for. The one address where a GET changes something: Zalo sends browsers so."""
    now = site.clock.now()
    try:
        verifier = _under_way(request).take(visitor.session_id or 0, state, now)
        await _grants(site).take(
            CameBack(code, oa_id),
            verifier,
            commune_id=visitor.commune_id,
            by=visitor.actor_as(READERS),
            now=now,
        )
    except StorageRefusal:
        raise
    except Refusal as refusal:
        return await run_in_threadpool(channels_page, request, site, visitor, str(refusal))
    return RedirectResponse("/kenh?xong=cap-quyen", 303)


def _grants(site: Site) -> OaGrants:
    if site.oa is None:
        raise Refusal(NOT_SET_UP)
    return site.oa


def _under_way(request: Request) -> Permissions:
    found: Permissions = request.app.state.permissions
    return found
