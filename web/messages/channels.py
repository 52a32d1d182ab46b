"""`/kenh`: the channels of this installation, what each carried lately, and which ones are closed."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from notifications.channel_report import channel_report
from notifications.words import CHANNEL_NAMES
from web.messages.routes import READERS
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()


@router.get("/kenh", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """Open or closed, and the figures of the last 30 days."""
    with site.store.read() as session:
        report = channel_report(session, visitor.commune_id, site.clock.now(), site.channels)
    return page(request, "messages/channels.html", report=report, names=CHANNEL_NAMES)
