"""`mangnon status`: the plan at a glance."""

from __future__ import annotations

from dataclasses import asdict

from mangnon.cli.app import Json, PlanKey, app, opened
from mangnon.cli.output import console, print_json
from mangnon.views import gather
from mangnon.views.status import Status, show


@app.command("status")
def status(as_json: Json = False, plan: PlanKey = None) -> None:
    """Kế hoạch đang ở bước nào, ai còn nợ việc gì, còn bao nhiêu ngày."""
    with opened() as house, house.store.read() as session:
        found = gather.gather(session, house.bearings(session, plan), house.calendar, house.ways)
    if as_json:
        print_json(as_data(found))
    else:
        show(console, found)


def as_data(found: Status) -> dict[str, object]:
    """The status as plain data."""
    present = next(item.key for item in found.stepper if item.status == "present")
    return {
        "title": found.title,
        "today": found.today,
        "stage": present,
        "stages": [asdict(item) for item in found.stepper],
        "last_valid_on": found.last_valid_on,
        "working_days_left": found.working_days_left,
        "tasks_by_kind": found.board.by_kind,
        "tasks_by_state": found.board.by_state,
        "done_share": round(found.board.done_share, 4),
        "late": [asdict(line) for line in found.board.late],
        "undelivered": found.undelivered,
        "unreachable": list(found.unreachable),
    }
