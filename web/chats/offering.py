"""`/danh-ba/nguoi/…/zalo`: the coordinator makes a code for somebody, to be read out on the telephone."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from db.errors import Refusal
from db.tables import Person
from notifications.chats import chats_of, unlink
from notifications.code_mail import CHAT_NAMES
from notifications.linking import Code, offer_code
from tasks.directory import load_person
from web.chats.routes import NOT_ON
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import TaskId as RowId
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()


@router.get("/danh-ba/nguoi/{person_id}/zalo", **allow("coordinator"))
def show(request: Request, site: TheSite, visitor: Signed, person_id: RowId) -> Response:
    """Whether the person is reached in Zalo, and the buttons."""
    with site.store.read() as session:
        return _page(request, session, load_person(session, visitor.commune_id, person_id), None)


@router.post("/danh-ba/nguoi/{person_id}/zalo", **allow("coordinator"))
def change(request: Request, site: TheSite, visitor: Writer, form: Posted, person_id: RowId) -> Response:
    """Make a code, shown this once; or let a chat go that the person lost."""
    by, now, channel = visitor.actor(), site.clock.now(), text(form, "kenh")
    with site.store.write() as session:
        person = load_person(session, visitor.commune_id, person_id)
        if text(form, "viec") == "go":
            unlink(session, visitor.commune_id, person_id, whole(text(form, "so")), by=by, now=now)
            return after(request, f"/danh-ba/nguoi/{person_id}/zalo?xong=go-zalo")
        if channel not in site.chats.open:
            raise Refusal(NOT_ON)
        code = offer_code(session, visitor.commune_id, person, channel, by=by, now=now)
        return _page(request, session, person, code)


def _page(request: Request, session: Session, person: Person, code: Code | None) -> Response:
    site_chats = request.app.state.site.chats
    return page(
        request, "chats/offer.html", person=person, code=code, chats=chats_of(session, person.id or 0), names=CHAT_NAMES,
        site_chats=site_chats, not_on=NOT_ON,
    )  # fmt: skip
