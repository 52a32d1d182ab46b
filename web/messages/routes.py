"""`/thu` and `/thu/…`: every message with its fate, and what can be done about it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from db.errors import Refusal
from notifications import desk_work
from notifications.bubbles import said_in
from notifications.kinds import WORDINGS
from notifications.message_list import Sought, counts, newest_messages
from notifications.message_story import message_story
from notifications.timeline import timeline
from notifications.words import CHANNEL_NAMES, ITEM_NAMES, STATE_NAMES
from tasks.people import names_of
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import TaskId as RowId
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
READERS = ("coordinator", "operator")
SHOWN = 50
TROUBLED = ("failed", "unknown")
LONGEST_REASON = 300
Asked = Annotated[str, Query(max_length=40)]


@router.get("/thu", **allow(*READERS))
def show(
    request: Request, site: TheSite, visitor: Signed, trang_thai: Asked = "", nguoi: Asked = "", loai: Asked = "",
    truoc: Asked = "", kenh: Asked = "",
) -> Response:  # fmt: skip
    """Messages, the newest first; filters and the place in the list are in the address."""
    sought = Sought(
        trang_thai if trang_thai in STATE_NAMES else "", whole(nguoi) or None, loai if loai in WORDINGS else "",
        whole(truoc) or None, kenh if kenh in CHANNEL_NAMES else "",
    )  # fmt: skip
    with site.store.read() as session:
        listed = newest_messages(session, visitor.commune_id, sought, SHOWN + 1)
        return page(
            request, "messages/list.html", lines=listed[:SHOWN], more=listed[SHOWN - 1].id if len(listed) > SHOWN else 0,
            sought=sought, counts=counts(session, visitor.commune_id), people=names_of(session, visitor.commune_id),
            kinds=WORDINGS, states=STATE_NAMES, channels=CHANNEL_NAMES,
        )  # fmt: skip


@router.get("/thu/{number}", **allow(*READERS))
def story(request: Request, site: TheSite, visitor: Signed, number: RowId) -> Response:
    """One message: what it says, and every try to send it."""
    with site.store.read() as session:
        return _story(request, session, site, visitor, number)


@router.post("/thu/{number}", **allow(*READERS))
def act(request: Request, site: TheSite, visitor: Writer, form: Posted, number: RowId) -> Response:
    """Send it once more, or note that it came back."""
    reason, came_back = text(form, "ly_do"), text(form, "viec") == "tra-ve"
    try:
        if came_back and len(reason) > LONGEST_REASON:
            raise Refusal(f"Lời báo dài {len(reason)} ký tự, tối đa {LONGEST_REASON}. Xin rút gọn.")
        with site.store.write() as session:
            message_story(session, visitor.commune_id, number)
            _act(session, site, visitor, number, reason if came_back else None)
    except Refusal as refusal:
        with site.store.read() as session:
            return _story(request, session, site, visitor, number, str(refusal), reason)
    return after(request, f"/thu/{number}?xong={'tra-ve' if came_back else 'gui-lai'}")


def _act(session: Session, site: TheSite, visitor: Visitor, number: int, bounce: str | None) -> None:
    by, now = visitor.actor(), site.clock.now()
    if bounce is None:
        desk_work.retry(session, visitor.commune_id, number, by=by, now=now)
    else:
        reason = bounce or "Thư bị trả về"
        desk_work.bounced(session, visitor.commune_id, number, reason=reason, by=by, now=now)


def _story(
    request: Request,
    session: Session,
    site: Site,
    visitor: Visitor,
    number: int,
    wrong: str = "",
    reason: str = "",
) -> Response:
    found = message_story(session, visitor.commune_id, number)
    return page(
        request, "messages/story.html", 422 if wrong else 200, story=found, states=STATE_NAMES, kinds=WORDINGS,
        items=ITEM_NAMES, moments=timeline(found, site.clock.now()), bubbles=list(said_in(found.attempts, number)),
        wrong=wrong, reason=reason, troubled=TROUBLED,
    )  # fmt: skip
