"""One's own leave: who reads and acts meanwhile."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from sqlmodel import Session

from db.tables import Person
from tasks.clock import local_date
from tasks.directory import load_person
from tasks.substituting import end_substitution, name_substitute, stand_ins
from web.api.callers import Calling, access
from web.api.problems import Problem, documented
from web.api.values import Day, Given, Number, RowNumber, ShortWords, Taken
from web.roles import ROLES
from web.site import Site
from web.visitor import TheSite, Visitor

router = APIRouter(tags=["absences"])


class AbsenceOut(Given):
    """One window of local dates from `from_on` to before `until_on`, in which `substitute` stands in."""

    number: int
    person: str
    substitute: str
    from_on: date
    until_on: date
    reason: str


class AbsenceIn(Taken):
    """Who stands in, from which day, and the day of coming back."""

    substitute_id: RowNumber
    from_on: Day
    until_on: Day
    reason: ShortWords = ""


@router.get("/absences", **access("read", *ROLES), responses=documented())
def listed(site: TheSite, visitor: Calling) -> list[AbsenceOut]:
    """Windows of today and later in which the token's owner is away or stands in."""
    with site.store.read() as session:
        return _windows(session, site, visitor)


@router.post("/absences", **access("report", *ROLES), responses=documented(), status_code=201)
def name(site: TheSite, visitor: Calling, body: AbsenceIn) -> list[AbsenceOut]:
    """Name a substitute for the token's owner."""
    if body.until_on <= local_date(site.clock.now(), visitor.time_zone):
        raise Problem(422, "Ngày trở lại phải sau hôm nay.")
    with site.store.write() as session:
        other = load_person(session, visitor.commune_id, body.substitute_id)
        if not other.active:
            raise Problem(422, f"{other.name} đã thôi việc trong danh bạ.")
        name_substitute(
            session, session.get_one(Person, visitor.person_id), other, from_on=body.from_on,
            until_on=body.until_on, reason=body.reason, by=visitor.actor(), now=site.clock.now(),
        )  # fmt: skip
        return _windows(session, site, visitor)


@router.delete("/absences/{number}", **access("report", *ROLES), responses=documented())
def come_back(site: TheSite, visitor: Calling, number: Number) -> list[AbsenceOut]:
    """Back earlier, or not away after all."""
    with site.store.write() as session:
        today = local_date(site.clock.now(), visitor.time_zone)
        owner = session.get_one(Person, visitor.person_id)
        end_substitution(session, owner, number, today=today, by=visitor.actor(), now=site.clock.now())
        return _windows(session, site, visitor)


def _windows(session: Session, site: Site, visitor: Visitor) -> list[AbsenceOut]:
    today = local_date(site.clock.now(), visitor.time_zone)
    return [
        AbsenceOut.model_validate(one)
        for one in stand_ins(session, visitor.commune_id, visitor.person_id, today)
    ]
