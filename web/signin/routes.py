"""`/l/…`, `/vao`, `/vao/…`, `/thiet-bi`, `/ra`, and the way to everybody's first page."""

from __future__ import annotations

import asyncio

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask

from db.errors import Refusal, StorageRefusal
from db.tables import AccessLink, Person
from notifications.code_mail import CHAT_NAMES
from web import tokens
from web.cookies import give_link, give_session
from web.forms import Posted, Writer, after, own_page, text
from web.links import good_link, revoke_links, use_once
from web.numbers import whole
from web.rendering import page
from web.roles import PUBLIC, ROLES, allow
from web.sessions import COOKIE, Entrance, end_session, open_session, sessions_of
from web.signin.asking import letters, sought
from web.signin.haste import too_often
from web.site import Site
from web.visitor import Signed, TheSite, site_of, visitor_of

router = APIRouter()
log = structlog.get_logger(__name__)
ENDED = "Liên kết này đã hết hạn hoặc đã được thu hồi. Xin bấm «Nhận liên kết mới» rồi ghi địa chỉ thư hoặc số điện thoại của đồng chí."
SENT = (
    "Nếu địa chỉ hoặc số này có trong danh bạ, một liên kết đăng nhập vừa được gửi đến nơi đồng chí thường nhận tin của xã: "
    "Zalo, hộp thư hoặc tin nhắn. Liên kết dùng được một lần, trong 30 phút."
)
NEITHER = (
    "Xin ghi đủ địa chỉ thư điện tử hoặc số điện thoại di động, ví dụ ten@donvi.example hoặc 0912 345 678."
)
HOMES = (
    ("leadership", "/lanh-dao"),
    ("coordinator", "/bang"),
    ("council", "/bang"),
    ("superior", "/bang"),
    ("unit", "/viec-cua-toi"),
)
LONGEST_ADDRESS = 254


@router.get("/", **allow(*ROLES))
def home(visitor: Signed) -> Response:
    """The page a person most likely wants."""
    return RedirectResponse(next((to for role, to in HOMES if role in visitor.roles), "/thiet-bi"), 303)


@router.get("/l/{token}", **allow(PUBLIC))
def task_link(request: Request, site: TheSite, token: str) -> Response:
    """Open the task of a link. Nothing is written: mail scanners follow links too."""
    number = tokens.read(site.secret_key, tokens.TASK, token)
    with site.store.read() as session:
        link = good_link(session, number, tokens.TASK, site.clock.now()) if number else None
        if link is None:
            return page(request, "signin/ended.html", 410, sentence=ENDED)
    answer = RedirectResponse(f"/viec/{link.task_id}", 303)
    visitor = visitor_of(request)
    if visitor is None or visitor.session_id is None or visitor.person_id != link.person_id:
        answer.delete_cookie(COOKIE)
        give_link(request, answer, token)
    return answer


@router.get("/vao", **allow(PUBLIC))
def ask(request: Request) -> Response:
    """The form that asks for a sign-in link."""
    return _asking(request)


@router.post("/vao", **allow(PUBLIC, check=own_page))
async def send(request: Request, site: TheSite, form: Posted) -> Response:
    """Send a link if the address or number is known; the answer is the same if it is not, and comes as soon."""
    address = text(form, "thu", LONGEST_ADDRESS)
    if not (wanted := sought(address)):
        return _asking(request, 422, address=address, problem=NEITHER)
    if refused := too_often(request, wanted):
        return refused
    answer = _asking(request, sent=SENT)
    # Only once the answer is gone is it looked who that is: a known person's link takes time to be written down.
    answer.background = BackgroundTask(_send_links, request.app.state.letters, site, wanted)
    return answer


@router.get("/vao/{token}", **allow(PUBLIC))
def look_in(request: Request, site: TheSite, token: str) -> Response:
    """A button: opening the address alone signs nobody in."""
    with site.store.read() as session:
        found = _entrance(session, site, token)
    if found is None:
        return page(request, "signin/ended.html", 410, sentence=ENDED)
    return page(request, "signin/enter.html", name=found[1].name)


@router.post("/vao/{token}", **allow(PUBLIC, check=own_page))
def enter(request: Request, site: TheSite, token: str) -> Response:
    """Sign in, once. The token in the address is what another site cannot know."""
    now = site.clock.now()
    with site.store.write() as session:
        found = _entrance(session, site, token)
        if found is None or not use_once(session, found[0].id or 0, now):
            return page(request, "signin/ended.html", 410, sentence=ENDED)
        who = Entrance.by_link(found[0], found[1].name, request.headers.get("user-agent", ""))
        secret = open_session(session, who, site.limits.session, now)
    answer = RedirectResponse("/", 303)
    give_session(request, answer, secret)
    return answer


@router.get("/thiet-bi", **allow(*ROLES))
def devices(request: Request, site: TheSite, visitor: Signed) -> Response:
    """Where the person is signed in."""
    with site.store.read() as session:
        found = sessions_of(session, visitor.commune_id, visitor.person_id, site.clock.now())
    return page(request, "signin/devices.html", sessions=found)


@router.post("/thiet-bi", **allow(*ROLES))
def end(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """End one session, or every link and with them the sessions that came by them."""
    number, now = whole(text(form, "phien")), site.clock.now()
    with site.store.write() as session:
        if text(form, "lien_ket") == "1":
            revoke_links(session, visitor.commune_id, visitor.person_id, now)
        elif not end_session(
            session, visitor.commune_id, visitor.person_id, number, name=visitor.name, now=now
        ):
            raise Refusal("Thiết bị này đã đăng xuất rồi.")
    return after(request, "/thiet-bi?xong=da-thu-hoi")


@router.post("/ra", **allow(*ROLES))
def leave(request: Request, site: TheSite, visitor: Writer) -> Response:
    """Sign out here."""
    with site.store.write() as session:
        end_session(
            session,
            visitor.commune_id,
            visitor.person_id,
            visitor.session_id or 0,
            name=visitor.name,
            now=site.clock.now(),
        )
    answer = RedirectResponse("/vao", 303)
    answer.delete_cookie(COOKIE)
    return answer


def _entrance(session: Session, site: Site, token: str) -> tuple[AccessLink, Person] | None:
    """A link that may sign in now, and whom; nobody who has left since it was sent."""
    number = tokens.read(site.secret_key, tokens.SIGN_IN, token)
    link = good_link(session, number, tokens.SIGN_IN, site.clock.now()) if number else None
    person = session.get_one(Person, link.person_id) if link else None
    return (link, person) if link and person and person.active else None


async def _send_links(under_way: set[asyncio.Future[None]], site: Site, wanted: str) -> None:
    """Begin to send; nobody is there any more to be told of a failure."""
    try:
        found = await asyncio.to_thread(letters, site, wanted)
    except StorageRefusal:
        log.error("sign-in links were not made")
        return
    for letter in found:
        task = asyncio.ensure_future(site.send_sign_in(letter))
        under_way.add(task)
        task.add_done_callback(under_way.discard)


def _asking(
    request: Request, status: int = 200, *, address: str = "", problem: str = "", sent: str = ""
) -> Response:
    """The form; where chats are open it says that VAO is answered there."""
    chats = " hoặc ".join(CHAT_NAMES[name] for name in site_of(request).chats.open)
    return page(request, "signin/ask.html", status, address=address, problem=problem, sent=sent, chats=chats)
