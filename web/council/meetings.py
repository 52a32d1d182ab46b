"""`/hoi-dong/hop/…`: a meeting is called, changed, held, closed."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from db.tables import CouncilMember
from tasks import council_meetings as service
from tasks.clock import local_date
from tasks.council_meetings import Meeting, MeetingFacts
from tasks.council_members import names_of, present_members
from tasks.council_standing import Standing, standing_of
from tasks.current import current_plan
from tasks.deadline import short_date
from tasks.meeting_words import begun, ended
from web.council import meeting_form as forms
from web.council.meeting_form import Filled
from web.council.saving import (
    LONGEST_TYPED,
    READ,
    VERSION,
    WRITER,
    Others,
    Trouble,
    for_newest,
    may_write,
    tried,
    turned,
)  # fmt: skip
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import TaskId as RowId
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
MOST_MEMBERS = 200


@router.get("/hoi-dong/hop/moi", **allow(*WRITER))
def new(request: Request, site: TheSite, visitor: Signed) -> Response:
    """A form with the usual agenda."""
    return _page(request, site, visitor, 0, forms.empty())


@router.post("/hoi-dong/hop/moi", **allow(*WRITER))
def add(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Note a meeting."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    return _saved(
        request,
        site,
        visitor,
        form,
        0,
        lambda s, plan, facts: service.add_meeting(s, plan, facts, by=by, now=now),
    )


@router.get("/hoi-dong/hop/{meeting_id}", **allow(*READ))
def show(request: Request, site: TheSite, visitor: Signed, meeting_id: RowId) -> Response:
    """A meeting; who keeps the papers may change it."""
    return _page(request, site, visitor, meeting_id)


@router.post("/hoi-dong/hop/{meeting_id}", **allow(*WRITER))
def edit(request: Request, site: TheSite, visitor: Writer, form: Posted, meeting_id: RowId) -> Response:
    """Change a meeting; what was typed stays when it cannot be saved."""
    seen, by, now = whole(text(form, VERSION)), visitor.actor_as(WRITER), site.clock.now()

    def deed(session: Session, plan: int, facts: MeetingFacts) -> object:
        return service.edit_meeting(session, plan, meeting_id, facts, seen=seen, by=by, now=now)

    return _saved(request, site, visitor, form, meeting_id, deed)


@router.post("/hoi-dong/hop/{meeting_id}/bo", **allow(*WRITER))
def drop(request: Request, site: TheSite, visitor: Writer, form: Posted, meeting_id: RowId) -> Response:
    """Take back a meeting that is not over."""
    seen, by, now = whole(text(form, VERSION)), visitor.actor_as(WRITER), site.clock.now()
    trouble = turned(
        site,
        visitor,
        form,
        lambda s, plan: service.drop_meeting(s, plan, meeting_id, seen=seen, by=by, now=now),
    )
    if trouble:
        return _page(request, site, visitor, meeting_id, None, trouble)
    return after(request, "/hoi-dong?xong=bo-hop")


def _saved(
    request: Request,
    site: Site,
    visitor: Visitor,
    form: FormData,
    meeting_id: int,
    deed: Callable[[Session, int, MeetingFacts], object],
) -> Response:
    typed = {name: text(form, name, LONGEST_TYPED) for name in forms.NAMES}
    marked = (whole(one) for one in form.getlist(forms.THERE)[:MOST_MEMBERS] if isinstance(one, str))
    filled = Filled(typed, frozenset(marked) - {0})
    facts, wrong = forms.read(filled, visitor.time_zone)
    trouble = for_newest(site, visitor, form) or (Trouble(wrong, 422) if wrong else None)
    trouble = trouble or tried(site, visitor, form, lambda s, plan: deed(s, plan, facts))
    if trouble and trouble.another_plan:
        # The newer plan has neither this meeting nor these members; what was typed may become a meeting of it.
        return _page(request, site, visitor, 0, Filled(typed), trouble, filled.present)
    if trouble:
        return _page(request, site, visitor, meeting_id, filled, trouble)
    return after(request, "/hoi-dong?xong=hop")


def _page(
    request: Request,
    site: Site,
    visitor: Visitor,
    meeting_id: int,
    filled: Filled | None = None,
    trouble: Trouble | None = None,
    strangers: Collection[int] = (),
) -> Response:
    with site.store.read() as session:
        kept = names_of(session, visitor.commune_id, strangers)
        standing = standing_of(session, current_plan(session, visitor.commune_id))
        meeting = service.meeting_of(session, standing.plan.id or 0, meeting_id) if meeting_id else None
    found, zone = trouble or Trouble(), visitor.time_zone
    shown = filled or forms.of_meeting(meeting.facts if meeting else MeetingFacts(), zone)
    return page(
        request, "council/meeting.html", found.status, another_plan=found.another_plan, standing=standing, meeting=meeting, filled=shown, wrong=found.wrong,
        may_write=may_write(visitor), listed=_listed(standing, shown, meeting.row.held_at if meeting else None, zone),
        kept=f"Có mặt: {', '.join(kept.values())}." if kept else "", plan_id=standing.plan.id,
        others=_others(standing, meeting, zone) if meeting and found.outdated else None,
    )  # fmt: skip


def _listed(standing: Standing, shown: Filled, held_at: datetime | None, zone: str) -> list[tuple[int, str]]:
    """Members to mark: those of the meeting's day, of today, and whoever is marked already."""
    day = {one.id for one in present_members(standing.members, held_at)}
    return [
        (one.id or 0, _member_words(one, zone))
        for one in standing.members
        if one.left_at is None or one.id in day or one.id in shown.present
    ]


def _member_words(one: CouncilMember, zone: str) -> str:
    since = f"tham gia từ {short_date(local_date(one.joined_at, zone))}" if one.joined_at else ""
    return ", ".join(part for part in (one.name, one.position, since) if part)


def _others(standing: Standing, meeting: Meeting, zone: str) -> Others:
    row, names = meeting.row, standing.names
    said = (
        ("Thời gian", begun(row.held_at, zone) if row.held_at else "chưa ghi"),
        ("Địa điểm", row.place or "chưa ghi"),
        ("Nội dung", " ".join(row.agenda) or "chưa ghi"),
        ("Có mặt", ", ".join(names[one] for one in sorted(meeting.present)) or "chưa ghi"),
        (
            "Kết thúc",
            ended(row.closed_at, row.held_at, zone) if row.closed_at and row.held_at else "chưa ghi",
        ),
    )
    return Others(row.by_name, row.updated_at, said)
