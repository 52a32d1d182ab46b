"""`/mat-khau` to have a password or to give it up; `/vao/mat-khau` to come in with it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from db.tables import Person
from web.cookies import give_session
from web.forms import Posted, Writer, after, own_page, text
from web.passwords import LONGEST, ORIGIN, has_password, person_with, remove_password, set_password
from web.rendering import page
from web.roles import PUBLIC, allow
from web.sessions import Entrance, open_session
from web.signin.haste import too_often
from web.visitor import Signed, TheSite

router = APIRouter()
OFFICE = ("coordinator", "leadership", "council", "superior", "operator")
LONGEST_ADDRESS = 254
NOT_RIGHT = "Địa chỉ thư hoặc mật khẩu không đúng. Đồng chí vẫn có thể nhận liên kết đăng nhập qua thư."


@router.get("/mat-khau", **allow(*OFFICE))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """Whether there is a password, and the form for a new one."""
    with site.store.read() as session:
        since = has_password(session, visitor.person_id)
    return page(request, "password/set.html", since=since, wrong="", shortest=site.limits.shortest_password)


@router.post("/mat-khau", **allow(*OFFICE))
def change(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Set a password, or give it up."""
    chosen, shortest = text(form, "moi"), site.limits.shortest_password
    giving_up = text(form, "bo") == "1"
    if wrong := "" if giving_up else _wrong(chosen, text(form, "lai"), shortest):
        with site.store.read() as session:
            since = has_password(session, visitor.person_id)
        return page(request, "password/set.html", 422, since=since, wrong=wrong, shortest=shortest)
    with site.store.write() as session:
        person, now = session.get_one(Person, visitor.person_id), site.clock.now()
        if giving_up:
            remove_password(session, person, now)
        else:
            set_password(session, person, chosen, now)
    return after(request, f"/mat-khau?xong={'bo-mat-khau' if giving_up else 'dat-mat-khau'}")


@router.get("/vao/mat-khau", **allow(PUBLIC))
def ask(request: Request) -> Response:
    """The form."""
    return page(request, "password/enter.html", address="", wrong="")


@router.post("/vao/mat-khau", **allow(PUBLIC, check=own_page))
def enter(request: Request, site: TheSite, form: Posted) -> Response:
    """Sign in by password. Whether the address or the password is wrong is not told."""
    address, password = text(form, "thu"), text(form, "mat_khau")
    if refused := too_often(request, address[:LONGEST_ADDRESS]):
        return refused
    # Checking takes a tenth of a second on purpose; nobody else's writing waits for it.
    with site.store.read() as session:
        person = person_with(session, address, password)
    if person is None:
        return page(request, "password/enter.html", 422, address=address[:LONGEST_ADDRESS], wrong=NOT_RIGHT)
    with site.store.write() as session:
        device = request.headers.get("user-agent", "")
        who = Entrance(person.commune_id, person.id or 0, person.name, ORIGIN, None, device)
        secret = open_session(session, who, site.limits.session, site.clock.now())
    answer = RedirectResponse("/", 303)
    give_session(request, answer, secret)
    return answer


def _wrong(chosen: str, again: str, shortest: int) -> str:
    if len(chosen) < shortest:
        return f"Mật khẩu cần ít nhất {shortest} ký tự; một câu ngắn dễ nhớ là tốt nhất."
    if len(chosen) > LONGEST:
        return f"Mật khẩu dài nhất {LONGEST} ký tự."
    return "" if chosen == again else "Hai lần ghi chưa giống nhau."
