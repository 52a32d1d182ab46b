"""What leadership sees of a plan, on the page, on paper and in the weekly message: one reading for all three."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from notifications.message_list import counts
from tasks.gathering import Gathered, gather
from tasks.projection import Projection, project
from tasks.risks import Risk, Troubles, worst
from tasks.ruleset import RuleSet
from tasks.ways import EVERY_WAY, Way
from workflow.guards import Blocker
from workflow.standing import Standing, next_obstacles
from workflow.view import reachable_units

UNREACHABLE = "units_reachable"


@dataclass(frozen=True)
class Glance:
    """One look at a plan. `gathered` is what the projection and the trend are made from."""

    seen: Standing
    rules: RuleSet
    gathered: Gathered
    projection: Projection
    risks: list[Risk]

    @property
    def done(self) -> int:
        """Tasks whose report was accepted."""
        return self.seen.board.by_state.get("accepted", 0)

    @property
    def waiting(self) -> int:
        """Tasks whose report waits for the coordinator."""
        return self.seen.board.by_state.get("submitted", 0)

    @property
    def total(self) -> int:
        """All tasks but the withdrawn ones."""
        return sum(self.seen.board.by_state.values())

    @property
    def share(self) -> float:
        """Accepted of all, 0 to 1."""
        return self.seen.board.done_share


def look(session: Session, seen: Standing, time_zone: str, in_use: Collection[Way] = EVERY_WAY) -> Glance:
    """Six queries, however much there is. `time_zone` says on which local day a report came.

    `in_use`: the ways to reach people that are switched on.
    """
    rules = RuleSet.model_validate(seen.plan.rule_set)
    gathered = gather(session, seen.plan.id or 0, seen.lines, time_zone)
    projection = project(rules, gathered.reported)
    risks = worst(seen.lines, rules, projection, _troubles(session, seen, in_use))
    return Glance(seen, rules, gathered, projection, risks)


def _troubles(session: Session, seen: Standing, in_use: Collection[Way]) -> Troubles:
    commune_id = seen.plan.commune_id
    owing = {line.unit_id: line.unit_name for line in seen.lines if line.state != "cancelled"}
    reached = reachable_units(session, commune_id, in_use)
    unreachable = tuple(name for number, name in owing.items() if number not in reached)
    states = counts(session, commune_id)
    obstacles = _own(next_obstacles(session, seen, unreachable))
    return Troubles(
        unreachable,
        states.get("failed", 0) + states.get("unknown", 0),
        barred=tuple(one.text for one in obstacles if one.hard),
        unready=tuple(one.text for one in obstacles if not one.hard),
    )


def _own(obstacles: Sequence[Blocker]) -> list[Blocker]:
    """Obstacles that no other risk speaks of: tasks that are owed and silent units are named by themselves."""
    return [one for one in obstacles if one.task_key is None and one.guard != UNREACHABLE]
