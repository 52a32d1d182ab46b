"""People of the directory: read, add, change, let go, bring back."""

from __future__ import annotations

from fastapi import APIRouter, Response
from sqlmodel import Session

from tasks import directory as service
from tasks.directory_list import everybody
from tasks.membership import remove_person
from web.api.callers import Calling, access
from web.api.person_shapes import PersonIn, PersonOut, person_out
from web.api.problems import documented
from web.api.values import Number
from web.api.versions import IfMatch, put_tag, require_match
from web.keys.tokens import end_tokens
from web.links import revoke_links
from web.site import Site
from web.visitor import TheSite, Visitor

router = APIRouter(tags=["directory"])
WRITER = ("coordinator",)


@router.get("/people", **access("read", *WRITER), responses=documented())
def people(site: TheSite, visitor: Calling) -> list[PersonOut]:
    """Everybody, also those who left."""
    with site.store.read() as session:
        return [person_out(one, site) for one in everybody(session, visitor.commune_id)]


@router.post("/people", **access("directory", *WRITER), responses=documented(), status_code=201)
def add(site: TheSite, visitor: Calling, response: Response, body: PersonIn) -> PersonOut:
    """Add a person."""
    with site.store.write() as session:
        number = service.add_person(
            session, visitor.commune_id, body.facts(), by=visitor.actor_as(WRITER), now=site.clock.now()
        )
        found = one_person(session, site, visitor, number)
    put_tag(response, found)
    return found


@router.get("/people/{person_id}", **access("read", *WRITER), responses=documented())
def one(site: TheSite, visitor: Calling, response: Response, person_id: Number) -> PersonOut:
    """One person. The ETag is needed to change anything."""
    with site.store.read() as session:
        found = one_person(session, site, visitor, person_id)
    put_tag(response, found)
    return found


@router.put("/people/{person_id}", **access("directory", *WRITER), responses=documented(409, 412, 428))
def edit(
    site: TheSite,
    visitor: Calling,
    response: Response,
    person_id: Number,
    body: PersonIn,
    if_match: IfMatch = "",
) -> PersonOut:
    """Change a person to what is sent."""
    with site.store.write() as session:
        present = one_person(session, site, visitor, person_id)
        require_match(if_match, present, current=present, yours=body)
        shown = service.facts_of(session, service.load_person(session, visitor.commune_id, person_id))
        service.edit_person(
            session, visitor.commune_id, person_id, body.facts(shown), expected=shown, by=visitor.actor_as(WRITER),
            now=site.clock.now(),
        )  # fmt: skip
        session.flush()
        session.expire_all()
        found = one_person(session, site, visitor, person_id)
    put_tag(response, found)
    return found


@router.delete("/people/{person_id}", **access("directory", *WRITER), responses=documented(412, 428))
def remove(site: TheSite, visitor: Calling, person_id: Number, if_match: IfMatch = "") -> PersonOut:
    """Let a person go: no work, no messages, and no link or token opens anything any more."""
    now = site.clock.now()
    with site.store.write() as session:
        present = one_person(session, site, visitor, person_id)
        require_match(if_match, present, current=present, yours=None)
        remove_person(session, visitor.commune_id, present.key, by=visitor.actor_as(WRITER), now=now)
        revoke_links(session, visitor.commune_id, person_id, now)
        end_tokens(session, visitor.commune_id, person_id, now)
        session.flush()
        return one_person(session, site, visitor, person_id)


@router.post("/people/{person_id}/return", **access("directory", *WRITER), responses=documented())
def bring_back(site: TheSite, visitor: Calling, person_id: Number) -> PersonOut:
    """Bring somebody back who left."""
    with site.store.write() as session:
        service.reactivate_person(
            session, visitor.commune_id, person_id, by=visitor.actor_as(WRITER), now=site.clock.now()
        )
        session.flush()
        return one_person(session, site, visitor, person_id)


def one_person(session: Session, site: Site, visitor: Visitor, person_id: int) -> PersonOut:
    """A person as they stand. Raises Missing."""
    service.load_person(session, visitor.commune_id, person_id)
    return person_out(everybody(session, visitor.commune_id, person_id)[0], site)
