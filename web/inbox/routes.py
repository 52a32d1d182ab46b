"""`/tin-den`: incoming messages, the newest first."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from notifications.code_mail import CHAT_NAMES
from notifications.inbox import ANSWER_NAMES, UNDERSTOOD_NAMES, count_open, newest_incoming, settle
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import TaskId as RowId
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
READERS = ("coordinator", "operator")
SHOWN = 50
Asked = Annotated[str, Query(max_length=20)]


@router.get("/tin-den", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed, loc: Asked = "", truoc: Asked = "") -> Response:
    """Who wrote what, what was understood and answered; `?loc=chua-xem` leaves only what a person has to read."""
    only_open = loc == "chua-xem"
    with site.store.read() as session:
        lines = newest_incoming(
            session, visitor.commune_id, SHOWN + 1, before=whole(truoc) or None, only_open=only_open
        )
        waiting = count_open(session, visitor.commune_id)
    return page(
        request, "inbox/list.html", lines=lines[:SHOWN], more=lines[SHOWN - 1].id if len(lines) > SHOWN else 0, waiting=waiting,
        only_open=only_open, understood=UNDERSTOOD_NAMES, answers=ANSWER_NAMES, names=CHAT_NAMES,
    )  # fmt: skip


@router.post("/tin-den/{number}", **allow(*READERS))
def seen(request: Request, site: TheSite, visitor: Writer, form: Posted, number: RowId) -> Response:
    """Somebody has seen to a message."""
    with site.store.write() as session:
        settle(session, visitor.commune_id, number, by=visitor.actor(), now=site.clock.now())
    return after(request, f"/tin-den?xong=da-xem{'&loc=chua-xem' if text(form, 'loc') else ''}")
