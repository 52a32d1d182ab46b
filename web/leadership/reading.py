"""What leadership sees on the page and on paper: a glance at the plan, and the trend by week as a drawing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlmodel import Session

from notifications.glance import Glance, look
from tasks.trend import Week, by_week
from web.board.reading import overview
from web.leadership.drawing import Drawing, draw
from web.rendering import within_reach
from web.site import Site
from web.visitor import Visitor

SHOWN_WEEKS = 26


@dataclass(frozen=True)
class Trend:
    """The last weeks, the oldest first, and the same as a drawing."""

    weeks: list[Week]
    drawing: Drawing


def lookout(session: Session, site: Site, visitor: Visitor) -> tuple[Glance, Trend]:
    """Raises Missing when the commune has no plan yet. Risks lead only where the visitor may go."""
    found = look(session, overview(session, site, visitor), visitor.time_zone, site.ways)
    risks = [replace(one, place=within_reach(one.place, visitor.roles)) for one in found.risks]
    return replace(found, risks=risks), _trend(found)


def _trend(glance: Glance) -> Trend:
    came = glance.gathered
    first = min([glance.seen.plan.issued_on, *came.handed_in])
    weeks = by_week(came.handed_in, came.accepted, first, glance.seen.today)[-SHOWN_WEEKS:]
    return Trend(weeks, draw(weeks, glance.total))
