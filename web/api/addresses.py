"""A person's addresses: which is tried first, one that was refused, a chat that is to go."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from sqlmodel import Session

from tasks import reaching
from web.api.callers import Calling, access
from web.api.people import WRITER, one_person
from web.api.person_shapes import PersonOut
from web.api.problems import documented
from web.api.values import Number, Taken
from web.api.versions import IfMatch, put_tag, require_match
from web.site import Site
from web.visitor import TheSite, Visitor

router = APIRouter(prefix="/people/{person_id}/addresses/{number}", tags=["directory"])


class MoveIn(Taken):
    """Whether the address is to be tried one place earlier or later."""

    to: Literal["earlier", "later"]


@router.post("/move", **access("directory", *WRITER), responses=documented(409, 412, 428))
def move(
    site: TheSite, visitor: Calling, response: Response, person_id: Number, number: Number, body: MoveIn, if_match: IfMatch = ""
) -> PersonOut:  # fmt: skip
    """Change the order; nothing changes for the first that is to go earlier, or the last that is to go later."""
    with site.store.write() as session:
        present = one_person(session, site, visitor, person_id)
        require_match(if_match, present, current=present, yours=body)
        reaching.move_address(
            session, visitor.commune_id, person_id, number, up=body.to == "earlier",
            seen=[one.id for one in present.addresses], by=visitor.actor_as(WRITER), now=site.clock.now(),
        )  # fmt: skip
        return _after(session, site, visitor, response, person_id)


@router.post("/reuse", **access("directory", *WRITER), responses=documented())
def reuse(
    site: TheSite, visitor: Calling, response: Response, person_id: Number, number: Number
) -> PersonOut:
    """Let messages go again to an address that was refused."""
    with site.store.write() as session:
        reaching.reuse_address(
            session, visitor.commune_id, person_id, number, by=visitor.actor_as(WRITER), now=site.clock.now()
        )
        return _after(session, site, visitor, response, person_id)


@router.delete("", **access("directory", *WRITER), responses=documented())
def unlink(
    site: TheSite, visitor: Calling, response: Response, person_id: Number, number: Number
) -> PersonOut:
    """Take a linked chat away; mail and phone are changed with the person."""
    with site.store.write() as session:
        reaching.unlink_chat(
            session, visitor.commune_id, person_id, number, by=visitor.actor_as(WRITER), now=site.clock.now()
        )
        return _after(session, site, visitor, response, person_id)


def _after(session: Session, site: Site, visitor: Visitor, response: Response, person_id: int) -> PersonOut:
    session.flush()
    session.expire_all()
    found = one_person(session, site, visitor, person_id)
    put_tag(response, found)
    return found
