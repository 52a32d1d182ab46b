"""`/danh-ba`: the coordinator's directory of units and people."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from db.errors import Missing, Outdated, Refusal, WrongFields
from tasks import directory as service
from tasks import people
from tasks.directory_list import everybody, unit_names
from tasks.membership import remove_person
from tasks.person_facts import ROLE_WORDS, PersonFacts
from web.directory import filled as forms
from web.directory.filled import Filled
from web.directory.reading import directory
from web.forms import Posted, Writer, after, text
from web.keys.tokens import end_tokens
from web.links import revoke_links
from web.rendering import page
from web.roles import TaskId as RowId
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
LONGEST_TYPED = 1_000_000
NOTICES = {
    "them": "Đã thêm vào danh bạ.",
    "sua": "Đã lưu thay đổi.",
    "nhu-cu": "Không có gì thay đổi.",
    "thoi": "Đã cho thôi: người này không nhận việc và thư nữa.",
    "tro-lai": "Đã đưa trở lại danh bạ.",
    "ten": "Đã đổi tên đơn vị; tên trong kế hoạch vẫn được giữ.",
    "nhap": "Đã nhập danh bạ đúng như bản xem trước.",
    "thu-tu": "Đã đổi thứ tự; tin sau theo thứ tự mới.",
    "dung-lai": "Đã dùng lại địa chỉ này; tin sau được gửi tới đó.",
    "bo-zalo": "Đã bỏ liên kết Zalo này.",
}


@router.get("/danh-ba", **allow("coordinator"))
def show(request: Request, site: TheSite, visitor: Signed, xong: str = "") -> Response:
    """Units with their people, those whom no message reaches, and those who left."""
    with site.store.read() as session:
        seen = directory(session, visitor.commune_id, site.ways)
    return page(request, "directory/list.html", seen=seen, notice=NOTICES.get(xong, ""))


@router.get("/danh-ba/don-vi/{unit_id}", **allow("coordinator"))
def unit(request: Request, site: TheSite, visitor: Signed, unit_id: RowId, xong: str = "") -> Response:
    """One unit: its people, and the form for its name."""
    with site.store.read() as session:
        card = directory(session, visitor.commune_id, site.ways).unit(unit_id)
    notice = NOTICES.get(xong, "")
    return page(request, "directory/unit.html", unit=card, typed=card.name, wrong="", notice=notice)


@router.post("/danh-ba/don-vi/{unit_id}", **allow("coordinator"))
def rename(request: Request, site: TheSite, visitor: Writer, form: Posted, unit_id: RowId) -> Response:
    """Give a unit another name."""
    typed, now = text(form, "ten", LONGEST_TYPED), site.clock.now()
    try:
        with site.store.write() as session:
            card = directory(session, visitor.commune_id, site.ways).unit(unit_id)
            people.rename_unit(
                session, visitor.commune_id, card.key, typed, by=visitor.actor(), now=now,
                expected=text(form, "dang_co"),
            )  # fmt: skip
    except (WrongFields, Outdated) as refusal:
        with site.store.read() as session:
            card = directory(session, visitor.commune_id, site.ways).unit(unit_id)
        status = getattr(refusal, "status", 422)
        return page(request, "directory/unit.html", status, unit=card, typed=typed, wrong=str(refusal))
    return after(request, f"/danh-ba/don-vi/{unit_id}?xong=ten")


@router.get("/danh-ba/nguoi/moi", **allow("coordinator"))
def new(request: Request, site: TheSite, visitor: Signed, don_vi: str = "") -> Response:
    """An empty form; `?don_vi=<key>` has the unit chosen."""
    parts = (("contact", don_vi),) if don_vi else ()
    with site.store.read() as session:
        return _form(request, session, site, visitor, 0, Filled(PersonFacts("", "", parts, "")))


@router.post("/danh-ba/nguoi/moi", **allow("coordinator"))
def add(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Add a person."""
    facts = forms.facts_in({name: text(form, name, LONGEST_TYPED) for name in forms.names()})
    try:
        with site.store.write() as session:
            number = service.add_person(
                session, visitor.commune_id, facts, by=visitor.actor(), now=site.clock.now()
            )
    except WrongFields as refusal:
        with site.store.read() as session:
            return _form(request, session, site, visitor, 0, Filled(facts, None, refusal.fields), 422)
    return after(request, f"/danh-ba/nguoi/{number}?xong=them")


@router.get("/danh-ba/nguoi/{person_id}", **allow("coordinator"))
def person(request: Request, site: TheSite, visitor: Signed, person_id: RowId, xong: str = "") -> Response:
    """One person with the form for all that is known; for somebody who left, the way back."""
    with site.store.read() as session:
        return person_page(request, session, site, visitor, person_id, notice=NOTICES.get(xong, ""))


@router.post("/danh-ba/nguoi/{person_id}", **allow("coordinator"))
def edit(request: Request, site: TheSite, visitor: Writer, form: Posted, person_id: RowId) -> Response:
    """Save a person; what was typed stays when it cannot be saved."""
    typed = {name: text(form, name, LONGEST_TYPED) for name in forms.names()}
    facts, shown = forms.facts_in(typed), forms.shown_in(typed)
    try:
        if shown is None:
            raise Outdated("Trang này gửi thiếu nội dung. Hãy xem lại rồi lưu lần nữa.")
        with site.store.write() as session:
            changed = service.edit_person(
                session, visitor.commune_id, person_id, facts, expected=shown, by=visitor.actor(),
                now=site.clock.now(),
            )  # fmt: skip
    except Missing:
        raise
    except Refusal as refusal:
        wrong = refusal.fields if isinstance(refusal, WrongFields) else {"": str(refusal)}
        with site.store.read() as session:
            newest = _facts(session, visitor, person_id) if isinstance(refusal, Outdated) else shown
            again = Filled(facts, newest, wrong)
            return _form(request, session, site, visitor, person_id, again, getattr(refusal, "status", 422))
    return after(request, f"/danh-ba/nguoi/{person_id}?xong={'sua' if changed else 'nhu-cu'}")


@router.post("/danh-ba/nguoi/{person_id}/thoi", **allow("coordinator"))
def remove(request: Request, site: TheSite, visitor: Writer, person_id: RowId) -> Response:
    """Let a person go; links that were sent to the person open nothing any more."""
    now = site.clock.now()
    with site.store.write() as session:
        row = service.load_person(session, visitor.commune_id, person_id)
        remove_person(session, visitor.commune_id, row.key, by=visitor.actor(), now=now)
        revoke_links(session, visitor.commune_id, person_id, now)
        end_tokens(session, visitor.commune_id, person_id, now)
    return after(request, f"/danh-ba/nguoi/{person_id}?xong=thoi")


@router.post("/danh-ba/nguoi/{person_id}/tro-lai", **allow("coordinator"))
def bring_back(request: Request, site: TheSite, visitor: Writer, person_id: RowId) -> Response:
    """Bring somebody back who left."""
    with site.store.write() as session:
        service.reactivate_person(
            session, visitor.commune_id, person_id, by=visitor.actor(), now=site.clock.now()
        )
    return after(request, f"/danh-ba/nguoi/{person_id}?xong=tro-lai")


def _facts(session: Session, visitor: Visitor, person_id: int) -> PersonFacts:
    return service.facts_of(session, service.load_person(session, visitor.commune_id, person_id))


def person_page(
    request: Request,
    session: Session,
    site: Site,
    visitor: Visitor,
    person_id: int,
    *,
    notice: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response:
    """A person as the directory has them; `wrong`: why what was wanted of the addresses was not done."""
    facts = _facts(session, visitor, person_id)
    filled = Filled(facts, facts, {"addresses": wrong} if wrong else {})
    return _form(request, session, site, visitor, person_id, filled, status, notice)


def _form(
    request: Request,
    session: Session,
    site: Site,
    visitor: Visitor,
    person_id: int,
    filled: Filled,
    status: int = 200,
    notice: str = "",
) -> Response:
    entry = next(iter(everybody(session, visitor.commune_id, person_id)), None) if person_id else None
    units = unit_names(session, visitor.commune_id)
    return page(
        request, "directory/person.html", status, entry=entry, filled=filled, units=units, roles=ROLE_WORDS,
        fields=forms.FIELDS, notice=notice, in_use=site.ways,
    )  # fmt: skip
