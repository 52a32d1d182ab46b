"""`/nguoi-thay`: name a substitute for one's own leave, and come back early."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from db.errors import Refusal, StorageRefusal, WrongFields
from db.tables import Person
from tasks.clock import local_date
from tasks.deadline import parse_date
from tasks.directory_list import everybody, unit_names
from tasks.substituting import end_substitution, name_substitute, stand_ins
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import ROLES, allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
WHO, FIRST, BACK, WHY = "nguoi_thay", "tu_ngay", "tro_lai", "ly_do"
FIELDS = (WHO, FIRST, BACK, WHY)
LONGEST_REASON = 300


@router.get("/nguoi-thay", **allow(*ROLES))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """Present and coming windows, and the form."""
    with site.store.read() as session:
        return _page(request, session, site, visitor)


@router.post("/nguoi-thay", **allow(*ROLES))
def name(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Name a substitute for one's own leave."""
    typed = {field: text(form, field, 20_000) for field in FIELDS}
    try:
        with site.store.write() as session:
            _name(session, site, visitor, typed)
    except StorageRefusal:
        raise
    except Refusal as refusal:
        wrong = refusal.fields if isinstance(refusal, WrongFields) else {"": str(refusal)}
        with site.store.read() as session:
            return _page(request, session, site, visitor, typed, wrong)
    return after(request, "/nguoi-thay?xong=nguoi-thay")


@router.post("/nguoi-thay/thoi", **allow(*ROLES))
def come_back(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """End a window: back earlier, or not away after all."""
    with site.store.write() as session:
        today = local_date(site.clock.now(), visitor.time_zone)
        person = session.get_one(Person, visitor.person_id)
        end_substitution(
            session, person, whole(text(form, "so")), today=today, by=visitor.actor(), now=site.clock.now()
        )
    return after(request, "/nguoi-thay?xong=tro-lai")


def _name(session: Session, site: Site, visitor: Visitor, typed: Mapping[str, str]) -> None:
    days = {field: _day(typed[field]) for field in (FIRST, BACK)}
    known = {
        str(one.person_id): one.person_id for one in everybody(session, visitor.commune_id) if one.active
    }
    wrong = {
        field: "Xin ghi ngày theo mẫu ngày/tháng/năm, ví dụ 15/11/2024."
        for field, day in days.items()
        if not day
    }
    if typed[WHO] not in known:
        wrong[WHO] = "Xin chọn người thay."
    if len(typed[WHY]) > LONGEST_REASON:
        wrong[WHY] = f"Lý do dài {len(typed[WHY])} ký tự, tối đa {LONGEST_REASON}. Xin rút gọn."
    first, back = days[FIRST], days[BACK]
    if wrong or first is None or back is None:
        raise WrongFields(wrong)
    if back <= local_date(site.clock.now(), visitor.time_zone):
        raise WrongFields({BACK: "Ngày trở lại phải sau hôm nay."})
    name_substitute(
        session, session.get_one(Person, visitor.person_id), session.get_one(Person, known[typed[WHO]]),
        from_on=first, until_on=back, reason=typed[WHY], by=visitor.actor(), now=site.clock.now(),
    )  # fmt: skip


def _page(
    request: Request, session: Session, site: Site, visitor: Visitor, typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    today = local_date(site.clock.now(), visitor.time_zone)
    units = unit_names(session, visitor.commune_id)
    choices = [
        (str(one.person_id), one.facts.name, units.get(one.facts.parts[0][1], "") if one.facts.parts else "")
        for one in everybody(session, visitor.commune_id)
        if one.active and one.person_id != visitor.person_id
    ]
    return page(
        request, "standin/standin.html", 422 if wrong else 200, choices=choices, typed=typed or dict.fromkeys(FIELDS, ""),
        windows=stand_ins(session, visitor.commune_id, visitor.person_id, today), wrong=wrong or {}, today=today,
    )  # fmt: skip


def _day(given: str) -> date | None:
    try:
        return parse_date(given)
    except Refusal:
        return None
