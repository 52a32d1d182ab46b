"""Units."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field

from tasks.people import list_units, rename_unit
from web.api.callers import Calling, access
from web.api.problems import documented
from web.api.values import Given, Name, ShortWords, Taken
from web.visitor import TheSite

router = APIRouter(tags=["directory"])
OFFICE = ("coordinator", "leadership", "council", "superior")


class UnitOut(Given):
    """A unit and the names of the people who have a part in it."""

    key: str
    name: str
    kind: str
    people: list[str]


class NameIn(Taken):
    """A unit's new name."""

    name: Annotated[ShortWords, Field(min_length=1)]


@router.get("/units", **access("read", *OFFICE), responses=documented())
def units(site: TheSite, visitor: Calling) -> list[UnitOut]:
    """All units in the plan's order."""
    with site.store.read() as session:
        return [UnitOut.model_validate(one) for one in list_units(session, visitor.commune_id)]


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
        return [UnitOut.model_validate(one) for one in list_units(session, visitor.commune_id)]
