"""What leadership sees: stage, days left, share done, the score's range, the worst risks, the trend."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from notifications.message_list import counts
from tasks.clock import local_date
from tasks.gathering import gather
from tasks.projection import Projection, project
from tasks.risks import Risk, Troubles, worst
from tasks.ruleset import RuleSet
from tasks.trend import Week, by_week
from web.board.reading import Overview, overview
from web.leadership.drawing import Drawing, draw
from web.site import Site
from web.visitor import Visitor
from workflow.view import reachable_units

SHOWN_WEEKS = 26


@dataclass(frozen=True)
class Lookout:
    """One look. `done`, `waiting`, `total`: tasks accepted, handed in and waiting, all."""

    seen: Overview
    rules: RuleSet
    projection: Projection
    risks: list[Risk]
    weeks: list[Week]
    drawing: Drawing
    done: int
    waiting: int
    total: int
    today: date

    @property
    def share(self) -> float:
        """Accepted of all, 0 to 1."""
        return self.done / self.total if self.total else 1.0


def lookout(session: Session, site: Site, visitor: Visitor) -> Lookout:
    """Raises Missing when the commune has no plan yet."""
    seen = overview(session, site, visitor)
    today = local_date(site.clock.now(), visitor.time_zone)
    rules = RuleSet.model_validate(seen.plan.rule_set)
    found = gather(session, seen.plan.id or 0, seen.lines, visitor.time_zone)
    projection = project(rules, found.reported)
    first = min([seen.plan.issued_on, *found.handed_in])
    weeks = by_week(found.handed_in, found.accepted, first, today)[-SHOWN_WEEKS:]
    states = seen.board.by_state
    total = sum(states.values())
    return Lookout(
        seen=seen, rules=rules, projection=projection,
        risks=worst(seen.lines, rules, projection, _troubles(session, visitor, seen)), weeks=weeks,
        drawing=draw(weeks, total), done=states.get("accepted", 0), waiting=states.get("submitted", 0), total=total,
        today=today,
    )  # fmt: skip


def _troubles(session: Session, visitor: Visitor, seen: Overview) -> Troubles:
    reached = reachable_units(session, visitor.commune_id)
    owing = {line.unit_id: line.unit_name for line in seen.lines if line.state != "cancelled"}
    states = counts(session, visitor.commune_id)
    return Troubles(
        tuple(name for number, name in owing.items() if number not in reached),
        states.get("failed", 0) + states.get("unknown", 0),
    )
