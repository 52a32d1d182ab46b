"""The plan as the office sees it: stages, days left, and every task in its square."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from sqlmodel import Session

from tasks.clock import local_date
from tasks.current import current_plan
from tasks.listing import TaskLine
from web.site import Site
from web.visitor import Visitor
from workflow.standing import Standing, standing

LATE = "tre-han"


@dataclass(frozen=True)
class Filters:
    """What the address asks for; "" asks for nothing. `state` may be `LATE`."""

    unit: str = ""
    state: str = ""
    criterion: str = ""

    @property
    def address(self) -> str:
        """What follows the path of a page that is filtered so; "" for no filter."""
        asked = {"don_vi": self.unit, "trang_thai": self.state, "tieu_chi": self.criterion}
        return f"?{query}" if (query := urlencode({name: one for name, one in asked.items() if one})) else ""

    def keep(self, line: TaskLine) -> bool:
        """Whether a task is wanted."""
        by_state = line.late if self.state == LATE else line.state == self.state
        return (
            (not self.unit or line.unit_key == self.unit)
            and (not self.state or by_state)
            and (not self.criterion or str(line.criterion_no) == self.criterion)
        )


def overview(session: Session, site: Site, visitor: Visitor) -> Standing:
    """The newest plan of the visitor's commune. Raises Missing when it has none yet."""
    plan = current_plan(session, visitor.commune_id)
    return standing(session, plan, local_date(site.clock.now(), visitor.time_zone), site.calendar)
