"""Where a plan stands: the time to the deadline in words that say no more than is so."""

from __future__ import annotations

from datetime import date

import pytest
from hoang_dong import found

from db.store import Store
from db.tables import Plan
from tasks.clock import ManualClock
from tasks.workdays import load_calendar
from workflow.standing import next_obstacles, standing

CALENDAR = load_calendar(None)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (date(2024, 11, 7), "còn 1 ngày làm việc (thứ Sáu, 08/11/2024)"),
        (date(2024, 11, 8), "hôm nay là ngày làm việc cuối cùng (thứ Sáu, 08/11/2024)"),
        (date(2024, 11, 9), "còn nhận đến hết hạn (thứ Bảy, 09/11/2024)"),
        (date(2024, 11, 10), "hạn vừa qua (thứ Bảy, 09/11/2024)"),
        (date(2024, 11, 12), "hạn đã qua 2 ngày làm việc (thứ Bảy, 09/11/2024)"),
    ],
)
def test_the_time_left_is_told_on_each_side_of_the_deadline(
    store: Store, clock: ManualClock, today: date, words: str
) -> None:
    world = found(store, clock, contacts=True, issued=True)
    told = world.do(lambda s: standing(s, s.get_one(Plan, world.plan_id), today, CALENDAR).time_left)
    assert told == words


def test_the_next_step_is_held_by_what_is_missing_and_by_nothing_once_all_is_over(
    store: Store, clock: ManualClock
) -> None:
    world = found(store, clock, contacts=True, issued=True)

    def guards(stage: str) -> set[str]:
        def look(session):  # type: ignore[no-untyped-def]
            plan = session.get_one(Plan, world.plan_id)
            plan.stage = stage
            return next_obstacles(session, standing(session, plan, date(2024, 11, 7), CALENDAR), ["Thôn 1"])

        return {one.guard for one in world.do(look)}

    assert guards("issued") == {"units_reachable"}
    assert guards("collecting") == {"tasks_in_states", "documents_present"}
    assert guards("council") == {"tasks_in_states"}
    assert guards("recognised") == set()
