"""`/zalo`: which chats are linked, a code for another one, and letting one go."""

from __future__ import annotations

import asyncio
import math

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Missing, Refusal
from db.tables import ContactPoint
from notifications.chats import chats_of, unlink
from notifications.code_mail import CHAT_NAMES
from notifications.linking import Code, make_code, open_code
from tasks.acting import parts_of
from tasks.clock import local_date
from web.chats.drawing import qr_picture
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.refusals import told
from web.rendering import page
from web.roles import ROLES, allow
from web.site import CodeLetter, Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
BY_LINK = "Đồng chí vào bằng liên kết trong tin nhắc nên chưa liên kết Zalo được. Xin nhận liên kết đăng nhập ở trang Đăng nhập, rồi lấy mã."
NOT_ON = "Xã chưa bật kênh Zalo. Thư nhắc vẫn đến hộp thư như thường."


@router.get("/zalo", **allow(*ROLES))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The linked chats, and the codes that are still good."""
    with site.store.read() as session:
        return page(
            request, "chats/mine.html", chats=chats_of(session, visitor.person_id), names=CHAT_NAMES, site_chats=site.chats,
            codes=_codes(session, site, visitor), mail=_mail_address(session, visitor), not_on=NOT_ON,
        )  # fmt: skip


@router.get("/zalo/ma.svg", **allow(*ROLES))
def picture(site: TheSite, visitor: Signed, kenh: str = "") -> Response:
    """The QR code of one's own code: it opens the bot, or holds what is to be typed."""
    with site.store.read() as session:
        code = _codes(session, site, visitor).get(kenh)
    if code is None:
        raise Missing("Mã đã hết hạn. Xin lấy mã mới.")
    return qr_picture(_invite(site, kenh) or f"LK {code.code}")


@router.post("/zalo", **allow(*ROLES))
async def change(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Make a code, have it sent by mail, or let a chat go."""
    deed, channel = text(form, "viec"), text(form, "kenh")
    if deed == "go":
        await asyncio.to_thread(_let_go, site, visitor, whole(text(form, "so")))
        return after(request, "/zalo?xong=go-zalo")
    if channel not in site.chats.open:
        raise Refusal(NOT_ON)
    if refused := _too_often(request, visitor):
        return refused
    code, address = await asyncio.to_thread(_make, site, visitor, channel)
    if deed != "gui-thu":
        return after(request, "/zalo")
    if not address:
        raise Refusal("Danh bạ chưa có địa chỉ thư của đồng chí.")
    letter = CodeLetter(visitor.person_id, visitor.name, visitor.greeting, address, code)
    task = asyncio.ensure_future(site.send_code(letter))
    request.app.state.letters.add(task)
    task.add_done_callback(request.app.state.letters.discard)
    return after(request, "/zalo?xong=gui-ma")


def _make(site: Site, visitor: Visitor, channel: str) -> tuple[Code, str]:
    with site.store.write() as session:
        if not _may_link(session, site, visitor):
            raise Refusal(BY_LINK)
        code = make_code(session, visitor.commune_id, visitor.person_id, channel, site.clock.now())
        return code, _mail_address(session, visitor)


def _let_go(site: Site, visitor: Visitor, contact_id: int) -> None:
    with site.store.write() as session:
        unlink(
            session,
            visitor.commune_id,
            visitor.person_id,
            contact_id,
            by=visitor.actor(),
            now=site.clock.now(),
        )


def _may_link(session: Session, site: Site, visitor: Visitor) -> bool:
    """A linked chat signs in as all that the person is, a task link as the unit alone: nobody gets from this to that."""
    if not visitor.by_task_link:
        return True
    today = local_date(site.clock.now(), visitor.time_zone)
    return parts_of(session, visitor.commune_id, visitor.person_id, today).roles <= {"unit"}


def _codes(session: Session, site: Site, visitor: Visitor) -> dict[str, Code]:
    now = site.clock.now()
    if not _may_link(session, site, visitor):
        return {}
    found = {channel: open_code(session, visitor.person_id, channel, now) for channel in site.chats.open}
    return {channel: code for channel, code in found.items() if code is not None}


def _invite(site: Site, channel: str) -> str:
    return site.chats.invite_url if channel == "zalo_bot" else ""


def _mail_address(session: Session, visitor: Visitor) -> str:
    query = select(col(ContactPoint.address)).where(
        col(ContactPoint.person_id) == visitor.person_id,
        col(ContactPoint.channel) == "email",
        col(ContactPoint.refused_at).is_(None),
    )
    return session.execute(query.order_by(col(ContactPoint.position))).scalars().first() or ""


def _too_often(request: Request, visitor: Visitor) -> Response | None:
    """Each code is a mail or a guess; nobody needs many."""
    wait = request.app.state.code_rate.wait(str(visitor.person_id), request.app.state.site.clock.now())
    if not wait:
        return None
    sentence = "Đồng chí vừa lấy mã nhiều lần liên tiếp. Xin thử lại sau ít phút."
    answer = told(request, 429, "Xin chờ một lát", sentence)
    answer.headers["Retry-After"] = str(math.ceil(wait.total_seconds()))
    return answer
