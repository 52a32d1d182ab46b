"""`/lich` and the feed itself."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from db.errors import Outdated, Refusal
from db.tables import AccessLink, Commune, Person
from tasks.acting import parts_of
from tasks.calendar_days import CalendarDay, office_days, own_days
from tasks.clock import local_date
from tasks.current import current_plan
from tasks.listing import list_tasks
from web import tokens
from web.feed.ics import tag_of, written
from web.feed.links import address_of, end_feed, renew_feed, standing_feed
from web.forms import Posted, Writer, after, text
from web.links import good_link
from web.rendering import page
from web.roles import PUBLIC, allow
from web.site import Site
from web.visitor import Signed, TheSite

router = APIRouter()
READERS = ("coordinator", "unit", "leadership", "council", "superior")
OFFICE = frozenset(READERS) - {"unit"}
HEADERS = {"Cache-Control": "private, max-age=0, must-revalidate"}


@router.get("/lich", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The person's feed address and how to use it."""
    with site.store.read() as session:
        number = standing_feed(session, visitor)
    return page(request, "feed/feed.html", address=address_of(site, number) if number else "")


@router.post("/lich", **allow(*READERS))
def change(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Give an address, another one, or take it back."""
    now = site.clock.now()
    with site.store.write() as session:
        if text(form, "viec") != "thu-hoi":
            renew_feed(session, visitor, now)
        elif not end_feed(session, visitor, now):
            raise Outdated("Lịch này đã được thu hồi rồi.")
    return after(request, f"/lich?xong={'da-thu-hoi' if text(form, 'viec') == 'thu-hoi' else 'mo-lich'}")


@router.get("/lich/{token}.ics", **allow(PUBLIC))
def feed(request: Request, site: TheSite, token: str) -> Response:
    """The deadlines of the person whose address this is; 304 when the reader has them already."""
    number = tokens.read(site.secret_key, tokens.CALENDAR, token)
    with site.store.read() as session:
        link = good_link(session, number, tokens.CALENDAR, site.clock.now()) if number else None
        person = session.get(Person, link.person_id) if link else None
        if link is None or person is None or not person.active:
            return _ended()
        commune = session.get_one(Commune, link.commune_id)
        days = _days(session, site, link, commune.time_zone)
    name = f"Măng Non, {commune.name}"
    headers = HEADERS | {"ETag": tag_of(name, days)}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    today = local_date(site.clock.now(), commune.time_zone)
    body = written(name, days, site.base_url, today)
    return Response(body, media_type="text/calendar; charset=utf-8", headers=headers)


def _days(session: Session, site: Site, link: AccessLink, time_zone: str) -> list[CalendarDay]:
    today = local_date(site.clock.now(), time_zone)
    parts = parts_of(session, link.commune_id, link.person_id, today)
    try:
        plan = current_plan(session, link.commune_id)
    except Refusal:
        return []
    lines = list_tasks(session, plan.id or 0, today, site.calendar)
    days = list(own_days(lines, parts.units, site.calendar))
    return [*days, *office_days(lines, site.calendar)] if parts.roles & OFFICE else days


def _ended() -> Response:
    sentence = "Địa chỉ lịch này đã được thu hồi. Xin mở Măng Non để lấy địa chỉ mới.\n"
    return Response(sentence, 410, media_type="text/plain; charset=utf-8")
