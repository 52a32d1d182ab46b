"""`/lich-nhac`: the reminder calendar."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from db.errors import Missing, Outdated, Refusal, StorageRefusal
from notifications import holding
from tasks.clock import local_date
from tasks.deadline import parse_date
from web.coming.reading import coming, find_coming
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
READERS = ("coordinator", "leadership")
SPANS = (7, 14, 30)
EVERYBODY = "moi-nguoi"
Asked = Annotated[str, Query(max_length=20)]


@router.get("/lich-nhac", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed, ngay: Asked = "") -> Response:
    """Messages to come, by day."""
    return _page(request, site, visitor, whole(ngay))


@router.post("/lich-nhac", **allow("coordinator"))
def pause(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Pause one person or everybody for some days."""
    now = site.clock.now()
    try:
        person_id = None if text(form, "nguoi") == EVERYBODY else whole(text(form, "nguoi"))
        if person_id == 0:
            raise Refusal("Chưa chọn tạm dừng với ai.")
        first, last = _day(form, "tu", "Từ ngày"), _day(form, "den", "Đến hết ngày")
        with site.store.write() as session:
            holding.pause(
                session, visitor.commune_id, person_id, from_on=first, last_on=last, reason=text(form, "ly_do"),
                by=visitor.actor_as(READERS), now=now, today=local_date(now, visitor.time_zone),
            )  # fmt: skip
    except StorageRefusal:
        raise
    except Refusal as refusal:
        typed = {name: value for name, value in form.items() if isinstance(value, str)}
        return _page(request, site, visitor, 0, str(refusal), typed, getattr(refusal, "status", 422))
    return after(request, "/lich-nhac?xong=tam-dung")


@router.post("/lich-nhac/bo/{number}", **allow("coordinator"))
def lift(request: Request, site: TheSite, visitor: Writer, number: int) -> Response:
    """End a pause, or take back that a message is let go."""
    now = site.clock.now()
    with site.store.write() as session:
        holding.lift(
            session, visitor.commune_id, number, by=visitor.actor_as(READERS), now=now,
            today=local_date(now, visitor.time_zone),
        )  # fmt: skip
    return after(request, "/lich-nhac?xong=nhac-lai")


@router.get("/lich-nhac/bo-qua", **allow("coordinator"))
def ask(request: Request, site: TheSite, visitor: Signed, nguoi: Asked = "", ngay: Asked = "") -> Response:
    """What is let go if this message is."""
    return _ask(request, site, visitor, nguoi, ngay)


@router.post("/lich-nhac/bo-qua", **allow("coordinator"))
def skip(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Let one message's reminders go."""
    person, day = text(form, "nguoi", 20), text(form, "ngay", 20)
    try:
        with site.store.write() as session:
            found = find_coming(session, site, visitor, whole(person), _iso(day))
            if found is None:
                raise Outdated("Thư này vừa được gửi hoặc không còn trong lịch, nên không bỏ qua được nữa.")
            by, now = visitor.actor_as(READERS), site.clock.now()
            holding.skip(
                session, visitor.commune_id, found[0], reason=text(form, "ly_do"), by=by, now=now
            )  # fmt: skip
    except (StorageRefusal, Missing, Outdated):
        raise
    except Refusal as refusal:
        return _ask(request, site, visitor, person, day, str(refusal))
    return after(request, "/lich-nhac?xong=bo-qua")


def _page(
    request: Request, site: Site, visitor: Visitor, days: int, wrong: str = "", typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    span = days if days in SPANS else SPANS[1]
    with site.store.read() as session:
        seen = coming(session, site, visitor, span)
    return page(
        request, "coming/list.html", status, seen=seen, span=span, spans=SPANS, wrong=wrong, typed=typed or {},
        everybody=EVERYBODY, may="coordinator" in visitor.roles,
    )  # fmt: skip


def _ask(request: Request, site: Site, visitor: Visitor, person: str, day: str, wrong: str = "") -> Response:
    with site.store.read() as session:
        found = find_coming(session, site, visitor, whole(person), _iso(day))
    if found is None:
        raise Missing("Thư này vừa được gửi hoặc không còn trong lịch.")
    return page(request, "coming/skip.html", 422 if wrong else 200, message=found[1], wrong=wrong)


def _day(form: FormData, name: str, label: str) -> date:
    try:
        return parse_date(text(form, name, 40))
    except Refusal as refusal:
        raise Refusal(f"{label}: {refusal}.") from None


def _iso(given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise Missing("Không có thư nào vào ngày này.") from None
