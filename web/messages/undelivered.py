"""`/thu/chua-den`: messages that did not arrive, or may not have, and sending them once more."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from db.errors import Refusal
from notifications import desk_work
from notifications.message_list import Sought, counts, newest_messages
from notifications.words import CHANNEL_NAMES, STATE_NAMES
from web.forms import Posted, Writer, after, text
from web.messages.routes import READERS, SHOWN, TROUBLED
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()


@router.get("/thu/chua-den", **allow(*READERS))
def show(
    request: Request,
    site: TheSite,
    visitor: Signed,
    truoc: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What did not arrive, the newest first."""
    return _page(request, site, visitor, whole(truoc) or None)


@router.post("/thu/chua-den", **allow(*READERS))
def retry(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Send one of them once more, or all that failed, or all whose fate is unknown."""
    number, all_of = whole(text(form, "thu", 20)), text(form, "moi", 20)
    by, now = visitor.actor(), site.clock.now()
    try:
        with site.store.write() as session:
            if all_of == "failed":
                desk_work.retry_failed(session, visitor.commune_id, by=by, now=now)
            elif all_of == "unknown":
                desk_work.retry_unknown(session, visitor.commune_id, by=by, now=now)
            else:
                desk_work.retry(session, visitor.commune_id, number, by=by, now=now)
    except Refusal as refusal:
        return _page(request, site, visitor, None, str(refusal), 422)
    return after(request, "/thu/chua-den?xong=gui-lai")


def _page(
    request: Request, site: Site, visitor: Visitor, before: int | None, wrong: str = "", status: int = 200
) -> Response:
    sought = Sought(states=TROUBLED, before=before)
    with site.store.read() as session:
        listed = newest_messages(session, visitor.commune_id, sought, SHOWN + 1)
        number = counts(session, visitor.commune_id)
    return page(
        request, "messages/undelivered.html", status, lines=listed[:SHOWN], wrong=wrong, counts=number,
        more=listed[SHOWN - 1].id if len(listed) > SHOWN else 0, states=STATE_NAMES, channels=CHANNEL_NAMES,
    )  # fmt: skip
