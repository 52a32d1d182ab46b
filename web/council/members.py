"""`/hoi-dong/thanh-vien/…`: a member is added, changed, leaves, comes back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from db.errors import Refusal
from db.tables import CouncilMember
from tasks import council_members as service
from tasks.clock import local_date
from tasks.council_members import PARTS, MemberFacts
from tasks.current import current_plan
from tasks.deadline import short_date
from tasks.meeting_words import day_begins
from tasks.people import active_names
from web.council.saving import LONGEST_TYPED, VERSION, WRITER, Others, Trouble, for_newest, tried, turned
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import TaskId as RowId
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()


@dataclass(frozen=True)
class Filled:
    """The form: what it means, and the day of joining as it was typed."""

    facts: MemberFacts
    joined: str = ""


@router.get("/hoi-dong/thanh-vien/moi", **allow(*WRITER))
def new(request: Request, site: TheSite, visitor: Signed) -> Response:
    """An empty form."""
    return _page(request, site, visitor, Filled(MemberFacts("")))


@router.post("/hoi-dong/thanh-vien/moi", **allow(*WRITER))
def add(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Add a member."""
    filled, trouble = _typed(form, visitor.time_zone)
    by, now = visitor.actor_as(WRITER), site.clock.now()
    trouble = for_newest(site, visitor, form) or trouble
    trouble = trouble or tried(
        site, visitor, form, lambda s, plan: service.add_member(s, plan, filled.facts, by=by, now=now)
    )
    if trouble:
        return _page(request, site, visitor, filled, trouble)
    return after(request, "/hoi-dong?xong=thanh-vien")


@router.get("/hoi-dong/thanh-vien/{member_id}", **allow(*WRITER))
def show(request: Request, site: TheSite, visitor: Signed, member_id: RowId) -> Response:
    """A member's form; for one who left, the way back."""
    with site.store.read() as session:
        row = _row(session, visitor, member_id)
    return _page(request, site, visitor, _stored(row, visitor.time_zone), row=row)


@router.post("/hoi-dong/thanh-vien/{member_id}", **allow(*WRITER))
def edit(request: Request, site: TheSite, visitor: Writer, form: Posted, member_id: RowId) -> Response:
    """Change a member; what was typed stays when it cannot be saved."""
    filled, trouble = _typed(form, visitor.time_zone)
    seen, by, now = whole(text(form, VERSION)), visitor.actor_as(WRITER), site.clock.now()
    trouble = for_newest(site, visitor, form) or trouble
    trouble = trouble or tried(
        site,
        visitor,
        form,
        lambda s, plan: service.edit_member(s, plan, member_id, filled.facts, seen=seen, by=by, now=now),
    )
    if trouble is None:
        return after(request, "/hoi-dong?xong=thanh-vien")
    if trouble.another_plan:
        # The newer plan has no such member; what was typed may become one.
        return _page(request, site, visitor, filled, trouble)
    with site.store.read() as session:
        row = _row(session, visitor, member_id)
    return _page(request, site, visitor, filled, trouble, row)


@router.post("/hoi-dong/thanh-vien/{member_id}/thoi", **allow(*WRITER))
def leave(request: Request, site: TheSite, visitor: Writer, form: Posted, member_id: RowId) -> Response:
    """A member leaves."""
    return _turn(request, site, visitor, form, member_id, back=False)


@router.post("/hoi-dong/thanh-vien/{member_id}/tro-lai", **allow(*WRITER))
def rejoin(request: Request, site: TheSite, visitor: Writer, form: Posted, member_id: RowId) -> Response:
    """Somebody who left is a member again."""
    return _turn(request, site, visitor, form, member_id, back=True)


def _turn(
    request: Request, site: Site, visitor: Visitor, form: FormData, member_id: int, *, back: bool
) -> Response:
    seen, by, now = whole(text(form, VERSION)), visitor.actor_as(WRITER), site.clock.now()
    deed = service.rejoin if back else service.leave
    trouble = turned(site, visitor, form, lambda s, plan: deed(s, plan, member_id, seen=seen, by=by, now=now))
    if trouble is None:
        return after(request, f"/hoi-dong?xong={'tro-lai' if back else 'thoi'}")
    with site.store.read() as session:
        row = _row(session, visitor, member_id)
    return _page(request, site, visitor, _stored(row, visitor.time_zone), trouble, row)


def _typed(form: FormData, time_zone: str) -> tuple[Filled, Trouble | None]:
    """What was typed; where the day cannot be read, why."""
    joined = text(form, "tu_ngay", LONGEST_TYPED)
    facts = MemberFacts(
        text(form, "ho_ten", LONGEST_TYPED), text(form, "chuc_vu", LONGEST_TYPED), text(form, "vai_tro", 40),
        whole(text(form, "nguoi")) or None,
    )  # fmt: skip
    try:
        at = day_begins(joined, time_zone) if joined else None
    except Refusal as refusal:
        said = str(refusal)
        return Filled(facts, joined), Trouble({"joined_at": f"{said[:1].upper()}{said[1:]}."}, 422)
    return Filled(replace(facts, joined_at=at), joined), None


def _stored(row: CouncilMember, time_zone: str) -> Filled:
    return Filled(service.facts_of(row), _day(row, time_zone))


def _day(row: CouncilMember, time_zone: str) -> str:
    return short_date(local_date(row.joined_at, time_zone)) if row.joined_at else ""


def _row(session: Session, visitor: Visitor, member_id: int) -> CouncilMember:
    return service.member_of(session, current_plan(session, visitor.commune_id).id or 0, member_id)


def _page(
    request: Request,
    site: Site,
    visitor: Visitor,
    filled: Filled,
    trouble: Trouble | None = None,
    row: CouncilMember | None = None,
) -> Response:
    with site.store.read() as session:
        people = active_names(session, visitor.commune_id)
        plan_id = current_plan(session, visitor.commune_id).id
    if row and row.person_id:
        people.setdefault(row.person_id, f"{row.name} (không còn trong danh bạ)")
    found = trouble or Trouble()
    return page(
        request, "council/member.html", found.status, another_plan=found.another_plan, facts=filled.facts, joined=filled.joined, row=row, wrong=found.wrong,
        parts=PARTS, people=people, plan_id=plan_id, others=_others(row, visitor.time_zone) if row and found.outdated else None,
    )  # fmt: skip


def _others(row: CouncilMember, time_zone: str) -> Others:
    said = (
        ("Họ và tên", row.name),
        ("Chức vụ", row.position or "chưa ghi"),
        ("Vai trò", PARTS[row.part]),
        ("Tham gia từ ngày", _day(row, time_zone) or "từ đầu"),
    )
    return Others(row.by_name, row.updated_at, said)
