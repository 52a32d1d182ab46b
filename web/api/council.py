"""The council: members and meetings."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlmodel import Session

from tasks import council_meetings, council_members
from tasks.council_standing import Standing, standing_of
from tasks.current import current_plan
from web.api.callers import Calling, access
from web.api.council_shapes import (
    CouncilMeetingIn,
    CouncilMeetingOut,
    CouncilMemberIn,
    CouncilMemberOut,
    CouncilOut,
    meeting_out,
    member_out,
    verdict_out,
)
from web.api.problems import documented
from web.api.values import Number
from web.api.versions import IfMatch, put_tag, require_match
from web.council.papers import DOCX, paper
from web.council.saving import READ, WRITER
from web.visitor import TheSite, Visitor

router = APIRouter(prefix="/council", tags=["council"])


@router.get("", **access("read", *READ), responses=documented())
def council(site: TheSite, visitor: Calling) -> CouncilOut:
    """Members, meetings, what the council needs to decide, and what its scores come to."""
    with site.store.read() as session:
        standing = _standing(session, visitor)
    row = standing.dossier
    return CouncilOut(
        members=[member_out(one) for one in standing.members],
        meetings=[meeting_out(standing, one) for one in standing.meetings],
        class_bar=row.class_bar, class_document=row.class_document, quorum=row.quorum, quorum_source=row.quorum_source,
        total=standing.total_words, verdict=verdict_out(standing),
    )  # fmt: skip


@router.post("/members", **access("stage", *WRITER), responses=documented(), status_code=201)
def add_member(
    site: TheSite, visitor: Calling, response: Response, body: CouncilMemberIn
) -> CouncilMemberOut:
    """Add a member."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        number = council_members.add_member(session, _plan(session, visitor), body.facts(), by=by, now=now)
        return _member(session, visitor, response, number)


@router.get("/members/{member_id}", **access("read", *READ), responses=documented())
def member(site: TheSite, visitor: Calling, response: Response, member_id: Number) -> CouncilMemberOut:
    """One member. The ETag is needed to change anything."""
    with site.store.read() as session:
        return _member(session, visitor, response, member_id)


@router.put("/members/{member_id}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def edit_member(
    site: TheSite, visitor: Calling, response: Response, member_id: Number, body: CouncilMemberIn, if_match: IfMatch = ""
) -> CouncilMemberOut:  # fmt: skip
    """Change a member to what is sent."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        present = _member(session, visitor, response, member_id)
        require_match(if_match, present.version, current=present, yours=body)
        council_members.edit_member(
            session, _plan(session, visitor), member_id, body.facts(), seen=present.version, by=by, now=now
        )
        return _member(session, visitor, response, member_id)


@router.delete("/members/{member_id}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def leave(
    site: TheSite, visitor: Calling, response: Response, member_id: Number, if_match: IfMatch = ""
) -> CouncilMemberOut:
    """A member leaves; votes and attendance stay."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        present = _member(session, visitor, response, member_id)
        require_match(if_match, present.version, current=present, yours=None)
        council_members.leave(
            session, _plan(session, visitor), member_id, seen=present.version, by=by, now=now
        )
        return _member(session, visitor, response, member_id)


@router.post("/members/{member_id}/return", **access("stage", *WRITER), responses=documented(409))
def rejoin(site: TheSite, visitor: Calling, response: Response, member_id: Number) -> CouncilMemberOut:
    """Somebody who left is a member again."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        present = _member(session, visitor, response, member_id)
        council_members.rejoin(
            session, _plan(session, visitor), member_id, seen=present.version, by=by, now=now
        )
        return _member(session, visitor, response, member_id)


@router.post("/meetings", **access("stage", *WRITER), responses=documented(), status_code=201)
def add_meeting(
    site: TheSite, visitor: Calling, response: Response, body: CouncilMeetingIn
) -> CouncilMeetingOut:
    """Note a meeting."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        number = council_meetings.add_meeting(session, _plan(session, visitor), body.facts(), by=by, now=now)
        return _meeting(session, visitor, response, number)


@router.get("/meetings/{meeting_id}", **access("read", *READ), responses=documented())
def meeting(site: TheSite, visitor: Calling, response: Response, meeting_id: Number) -> CouncilMeetingOut:
    """One meeting. The ETag is needed to change anything."""
    with site.store.read() as session:
        return _meeting(session, visitor, response, meeting_id)


@router.get(
    "/meetings/{meeting_id}/minutes",
    **access("read", *READ),
    responses={200: {"description": "Biên bản", "content": {DOCX: {}}}, **documented()},
    response_class=Response,
)
def minutes(site: TheSite, visitor: Calling, meeting_id: Number) -> Response:
    """Draft minutes as a Word file."""
    return paper(site, visitor, meeting_id, "bien-ban-hop")


@router.get(
    "/meetings/{meeting_id}/invitation",
    **access("read", *READ),
    responses={200: {"description": "Giấy mời", "content": {DOCX: {}}}, **documented()},
    response_class=Response,
)
def invitation(site: TheSite, visitor: Calling, meeting_id: Number) -> Response:
    """The invitation as a Word file."""
    return paper(site, visitor, meeting_id, "giay-moi-hop")


@router.put("/meetings/{meeting_id}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def edit_meeting(
    site: TheSite, visitor: Calling, response: Response, meeting_id: Number, body: CouncilMeetingIn, if_match: IfMatch = ""
) -> CouncilMeetingOut:  # fmt: skip
    """Change a meeting, and who was there, to what is sent."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        present = _meeting(session, visitor, response, meeting_id)
        require_match(if_match, present.version, current=present, yours=body)
        council_meetings.edit_meeting(
            session, _plan(session, visitor), meeting_id, body.facts(), seen=present.version, by=by, now=now
        )
        return _meeting(session, visitor, response, meeting_id)


@router.delete("/meetings/{meeting_id}", **access("stage", *WRITER), responses=documented(409, 412, 428))
def drop_meeting(
    site: TheSite, visitor: Calling, response: Response, meeting_id: Number, if_match: IfMatch = ""
) -> list[CouncilMeetingOut]:
    """Take back a meeting that is not over; the others."""
    by, now = visitor.actor_as(WRITER), site.clock.now()
    with site.store.write() as session:
        present = _meeting(session, visitor, response, meeting_id)
        require_match(if_match, present.version, current=present, yours=None)
        council_meetings.drop_meeting(
            session, _plan(session, visitor), meeting_id, seen=present.version, by=by, now=now
        )
        standing = _standing(session, visitor)
        return [meeting_out(standing, one) for one in standing.meetings]


def _plan(session: Session, visitor: Visitor) -> int:
    return current_plan(session, visitor.commune_id).id or 0


def _standing(session: Session, visitor: Visitor) -> Standing:
    return standing_of(session, current_plan(session, visitor.commune_id))


def _member(session: Session, visitor: Visitor, response: Response, member_id: int) -> CouncilMemberOut:
    found = member_out(council_members.member_of(session, _plan(session, visitor), member_id))
    put_tag(response, found.version)
    return found


def _meeting(session: Session, visitor: Visitor, response: Response, meeting_id: int) -> CouncilMeetingOut:
    standing = _standing(session, visitor)
    one = council_meetings.meeting_of(session, standing.plan.id or 0, meeting_id)
    put_tag(response, one.row.version)
    return meeting_out(standing, one)
