"""Units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field
from sqlmodel import Session

from tasks.people import list_units, rename_unit
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, Name, ShortWords, Taken
from web.site import Site
from web.visitor import TheSite, Visitor
from workflow.view import reachable_units

router = APIRouter(tags=["directory"])
OFFICE = ("coordinator", "leadership", "council", "superior")


class UnitOut(Given):
    """A unit and the names of the people who have a part in it.

    `reachable`: whether a message reaches a contact of the unit by a channel that is switched on.
    """

    key: str
    name: str
    kind: str
    people: list[str]
    reachable: bool


class NameIn(Taken):
    """A unit's new name."""

    name: Annotated[ShortWords, Field(min_length=1)]


@router.get("/units", **access("read", *OFFICE), responses=documented())
def units(site: TheSite, visitor: Calling) -> list[UnitOut]:
    """All units in the plan's order."""
    with site.store.read() as session:
        return _units(session, site, visitor)


@router.put("/units/{key}/name", **access("directory", "coordinator"), responses=documented())
def rename(site: TheSite, visitor: Calling, key: Name, body: NameIn) -> list[UnitOut]:
    """Call a unit by another name, as after a merger."""
    with site.store.write() as session:
        rename_unit(
            session,
            visitor.commune_id,
            key,
            body.name,
            by=visitor.actor_as(("coordinator",)),
            now=site.clock.now(),
        )
        return _units(session, site, visitor)


def _units(session: Session, site: Site, visitor: Visitor) -> list[UnitOut]:
    reached = reachable_units(session, visitor.commune_id, site.ways)
    return [
        UnitOut(
            key=one.key, name=one.name, kind=one.kind, people=list(one.people), reachable=one.id in reached
        )
        for one in list_units(session, visitor.commune_id)
    ]
