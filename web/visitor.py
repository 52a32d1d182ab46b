"""Who is asking: a signed-in person, a reader who came by a task link, or nobody yet."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Commune, Person
from tasks.acting import parts_of
from tasks.actor import STRENGTH, Actor
from tasks.clock import local_date
from web import tokens
from web.links import good_link
from web.sessions import COOKIE, find_session
from web.site import Site

LINK_COOKIE = "viec"


@dataclass(frozen=True)
class Visitor:
    """A person of one commune. `session_id` None: came by a task link and may only read until confirmed.

    `by_task_link`: came by one, confirmed or not. `unit_ids`: the units acted for. `roles`: those that this way of coming in allows. `csrf`: what forms must carry.
    """

    person_id: int
    name: str
    greeting: str
    commune_id: int
    commune_name: str
    time_zone: str
    roles: frozenset[str]
    unit_ids: frozenset[int]
    session_id: int | None
    link_id: int | None
    csrf: str
    by_task_link: bool = False

    @property
    def office(self) -> bool:
        """Whether the visitor is more than a unit's contact."""
        return bool(self.roles - {"unit"})

    def actor(self) -> Actor:
        """How this visitor is written into rows and the journal."""
        return Actor(self.name, min(self.roles, key=STRENGTH.index))

    def actor_as(self, roles: Iterable[str]) -> Actor:
        """The same person in the first of `roles` that is theirs; as ever when none is."""
        role = next((one for one in roles if one in self.roles), None)
        return Actor(self.name, role) if role else self.actor()

    def unit_actor(self) -> Actor:
        """The same person, acting for a unit."""
        return Actor(self.name, "unit")


class SignInNeeded(Exception):
    """Nobody is signed in, and the address is not for everybody."""


class NotAllowed(Exception):
    """The visitor's roles do not reach this address."""


def site_of(request: Request) -> Site:
    """The installation that answers."""
    site: Site = request.app.state.site
    return site


def visitor_of(request: Request) -> Visitor | None:
    """The visitor, looked up once a request; None for nobody. Changes nothing."""
    if not hasattr(request.state, "visitor"):
        request.state.visitor = _look(request, site_of(request))
    visitor: Visitor | None = request.state.visitor
    return visitor


def require(roles: frozenset[str]) -> Callable[[Request], Awaitable[None]]:
    """A dependency that lets visitors with one of `roles` pass. Raises SignInNeeded or NotAllowed."""

    async def check(request: Request) -> None:
        # The one dependency that asks the database; the others find its answer and need no thread of their own.
        visitor = await run_in_threadpool(visitor_of, request)
        if visitor is None:
            raise SignInNeeded
        if not visitor.roles & roles:
            raise NotAllowed

    return check


def signed(request: Request) -> Visitor:
    """The visitor of a route that is not public. Raises SignInNeeded."""
    visitor = visitor_of(request)
    if visitor is None:
        raise SignInNeeded
    return visitor


async def _already_signed(request: Request) -> Visitor:
    return signed(request)


async def _the_site(request: Request) -> Site:
    return site_of(request)


Signed = Annotated[Visitor, Depends(_already_signed)]
TheSite = Annotated[Site, Depends(_the_site)]


def _look(request: Request, site: Site) -> Visitor | None:
    secret, link = request.cookies.get(COOKIE), request.cookies.get(LINK_COOKIE)
    if not secret and not link:
        return None
    with site.store.read() as session:
        return (
            (secret and _by_session(session, site, secret))
            or (link and _by_link(session, site, link))
            or None
        )


def _by_session(session: Session, site: Site, secret: str) -> Visitor | None:
    row = find_session(session, secret, site.clock.now())
    if row is None:
        return None
    only_unit = row.origin == tokens.TASK
    return _person(session, site, row.commune_id, row.person_id, only_unit, secret, row.id, row.link_id)


def _by_link(session: Session, site: Site, token: str) -> Visitor | None:
    number = tokens.read(site.secret_key, tokens.TASK, token)
    row = good_link(session, number, tokens.TASK, site.clock.now()) if number else None
    if row is None:
        return None
    return _person(session, site, row.commune_id, row.person_id, True, token, None, row.id)


def _person(
    session: Session, site: Site, commune_id: int, person_id: int, only_unit: bool,
    secret: str, session_id: int | None, link_id: int | None,
) -> Visitor | None:  # fmt: skip
    both = select(Person, Commune).join(Commune, col(Commune.id) == col(Person.commune_id))
    person, commune = session.execute(both.where(col(Person.id) == person_id)).one()
    parts = parts_of(session, commune_id, person_id, local_date(site.clock.now(), commune.time_zone))
    allowed = parts.roles & {"unit"} if only_unit else parts.roles
    if not person.active or not allowed:
        return None
    return Visitor(
        person_id, person.name, person.greeting, commune_id, commune.name, commune.time_zone, allowed, parts.units,
        session_id, link_id, csrf_token(site, secret), only_unit,
    )  # fmt: skip


def person_visitor(session: Session, site: Site, commune_id: int, person_id: int) -> Visitor | None:
    """A person who comes by neither cookie nor link; None for somebody who left."""
    return _person(session, site, commune_id, person_id, False, "", 0, None)


def csrf_token(site: Site, secret: str) -> str:
    """What a form of this cookie's owner must carry; another site can neither read nor guess it."""
    return hmac.new(site.secret_key.encode(), f"csrf.{secret}".encode(), hashlib.sha256).hexdigest()
