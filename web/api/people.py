"""People of the directory: read, add, change, let go, bring back."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field
from sqlmodel import Session

from tasks import directory as service
from tasks.contact_rows import ROLES as PARTS
from tasks.directory_list import Entry, everybody
from tasks.membership import remove_person
from tasks.person_facts import PersonFacts
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, Number, ShortWords, Taken
from web.api.versions import IfMatch, put_tag, require_match
from web.keys.tokens import end_tokens
from web.links import revoke_links
from web.visitor import TheSite, Visitor

router = APIRouter(tags=["directory"])
WRITER = ("coordinator",)
PartRole = Literal["contact", "coordinator", "leadership", "council", "superior", "operator"]
if set(PartRole.__args__) != set(PARTS.values()):  # type: ignore[attr-defined]
    raise ImportError("the API knows other parts than the directory has")


class PartIn(Taken):
    """A part in a unit; `role` as in the list of roles, "contact" for the one who reports."""

    role: PartRole
    unit: Annotated[str, Field(min_length=1, max_length=80)]


class PersonIn(Taken):
    """All that the directory says about a person. `quiet`: no reminders before a deadline."""

    name: ShortWords
    greeting: ShortWords = ""
    parts: Annotated[list[PartIn], Field(max_length=30)]
    email: ShortWords
    second_email: ShortWords = ""
    quiet: bool = False

    def facts(self) -> PersonFacts:
        """As the service takes them."""
        parts = tuple((one.role, one.unit) for one in self.parts)
        return PersonFacts(self.name, self.greeting, parts, self.email, self.second_email, self.quiet)


class PartOut(Given):
    """A part in a unit."""

    role: str
    unit: str


class PersonOut(Given):
    """A person; `refused`: address and reason of what a mail server turned down."""

    id: int
    key: str
    active: bool
    name: str
    greeting: str
    parts: list[PartOut]
    email: str
    second_email: str
    quiet: bool
    refused: list[tuple[str, str]]


@router.get("/people", **access("read", *WRITER), responses=documented())
def people(site: TheSite, visitor: Calling) -> list[PersonOut]:
    """Everybody, also those who left."""
    with site.store.read() as session:
        return [_person(one) for one in everybody(session, visitor.commune_id)]


@router.post("/people", **access("directory", *WRITER), responses=documented(), status_code=201)
def add(site: TheSite, visitor: Calling, response: Response, body: PersonIn) -> PersonOut:
    """Add a person."""
    with site.store.write() as session:
        number = service.add_person(
            session, visitor.commune_id, body.facts(), by=visitor.actor_as(WRITER), now=site.clock.now()
        )
        found = _one(session, visitor, number)
    put_tag(response, found)
    return found


@router.get("/people/{person_id}", **access("read", *WRITER), responses=documented())
def one(site: TheSite, visitor: Calling, response: Response, person_id: Number) -> PersonOut:
    """One person. The ETag is needed to change anything."""
    with site.store.read() as session:
        found = _one(session, visitor, person_id)
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
        present = _one(session, visitor, person_id)
        require_match(if_match, present, current=present, yours=body)
        person = service.load_person(session, visitor.commune_id, person_id)
        service.edit_person(
            session, visitor.commune_id, person_id, body.facts(), expected=service.facts_of(session, person),
            by=visitor.actor_as(WRITER), now=site.clock.now(),
        )  # fmt: skip
        session.flush()
        session.expire_all()
        found = _one(session, visitor, person_id)
    put_tag(response, found)
    return found


@router.delete("/people/{person_id}", **access("directory", *WRITER), responses=documented(412, 428))
def remove(site: TheSite, visitor: Calling, person_id: Number, if_match: IfMatch = "") -> PersonOut:
    """Let a person go: no work, no messages, and no link or token opens anything any more."""
    now = site.clock.now()
    with site.store.write() as session:
        present = _one(session, visitor, person_id)
        require_match(if_match, present, current=present, yours=None)
        remove_person(session, visitor.commune_id, present.key, by=visitor.actor_as(WRITER), now=now)
        revoke_links(session, visitor.commune_id, person_id, now)
        end_tokens(session, visitor.commune_id, person_id, now)
        session.flush()
        return _one(session, visitor, person_id)


@router.post("/people/{person_id}/return", **access("directory", *WRITER), responses=documented())
def bring_back(site: TheSite, visitor: Calling, person_id: Number) -> PersonOut:
    """Bring somebody back who left."""
    with site.store.write() as session:
        service.reactivate_person(
            session, visitor.commune_id, person_id, by=visitor.actor_as(WRITER), now=site.clock.now()
        )
        session.flush()
        return _one(session, visitor, person_id)


def _one(session: Session, visitor: Visitor, person_id: int) -> PersonOut:
    service.load_person(session, visitor.commune_id, person_id)
    return _person(everybody(session, visitor.commune_id, person_id)[0])


def _person(entry: Entry) -> PersonOut:
    facts = entry.facts
    return PersonOut(
        id=entry.person_id, key=entry.key, active=entry.active, name=facts.name, greeting=facts.greeting,
        parts=[PartOut(role=role, unit=unit) for role, unit in facts.parts], email=facts.email,
        second_email=facts.second_email, quiet=facts.quiet, refused=[(one.point.address, one.refused_reason) for one in entry.refused],
    )  # fmt: skip
