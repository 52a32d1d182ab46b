"""Later deadlines: asked for by the unit, decided by the coordinator; or set by the coordinator directly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select, update
from sqlmodel import Session, col

from db.errors import Refusal
from db.store import changed
from db.tables import Commune, ExtensionRequest, Task
from tasks import changing
from tasks.actor import Actor
from tasks.clock import local_date
from tasks.deadline import short_date
from tasks.lifecycle import OPEN_STATES


def request(session: Session, task_id: int, *, wanted_on: date, reason: str, by: Actor, now: datetime) -> int:
    """Ask for `wanted_on` as the last valid local date; return the request's number.

    Raises Refusal when the task is done or has no deadline, the date is not later, no reason is given,
    or a request is already waiting.
    """
    task = changing.load_task(session, task_id)
    previous = _movable(session, task, wanted_on, now)
    if not reason.strip():
        raise Refusal("Hãy ghi lý do xin gia hạn.")
    waiting = select(col(ExtensionRequest.id)).where(
        col(ExtensionRequest.task_id) == task_id, col(ExtensionRequest.state) == "pending"
    )
    if session.execute(waiting).first():
        raise Refusal(f"Nhiệm vụ {task.key} đang có một yêu cầu gia hạn chờ trả lời.")
    row = ExtensionRequest(
        commune_id=task.commune_id, task_id=task_id, wanted_on=wanted_on, previous_on=previous,
        reason=reason.strip(), by_name=by.name, requested_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    changing.note(
        session, task, by, "extension.requested", now, wanted_on=wanted_on.isoformat(), reason=row.reason
    )
    return _number(row)


def decide(
    session: Session,
    request_id: int,
    *,
    granted: bool,
    reason: str,
    by: Actor,
    now: datetime,
    on: date | None = None,
) -> None:
    """Grant or refuse a request; a refusal needs a reason. `on`: grant this last valid day instead of the one asked for.

    Raises Refusal when it was decided already, or the day is no later than the present deadline.
    """
    changing.require_office(by, "trả lời yêu cầu gia hạn")
    row = session.get(ExtensionRequest, request_id)
    if row is None:
        raise Refusal(f"Không có yêu cầu gia hạn số {request_id}.")
    if not granted and not reason.strip():
        raise Refusal("Hãy ghi lý do không đồng ý gia hạn.")
    given = on if granted and on is not None else row.wanted_on
    if given != row.wanted_on:
        asked = f"Xin đến {short_date(row.wanted_on)}, đồng ý đến {short_date(given)}."
        reason = f"{asked} {reason}".strip()
    state = "granted" if granted else "refused"
    values = {
        "state": state, "decision_reason": reason.strip(), "decided_by": by.name, "decided_at": now, "wanted_on": given,
    }  # fmt: skip
    mine = update(ExtensionRequest).where(
        col(ExtensionRequest.id) == request_id, col(ExtensionRequest.state) == "pending"
    )
    if not changed(session, mine.values(**values)):
        raise Refusal(f"Yêu cầu gia hạn số {request_id} đã được trả lời rồi.")
    task = changing.load_task(session, row.task_id)
    if granted:
        session.refresh(row)
        # The plan may have moved since the request: what counts is the deadline that the grant replaces.
        row.previous_on = _movable(session, task, row.wanted_on, now)
        give_deadline(session, task, row.wanted_on, granted_wording(row.wanted_on), now)
    changing.note(
        session, task, by, f"extension.{state}", now, wanted_on=row.wanted_on.isoformat(), reason=reason
    )


def exists(session: Session, commune_id: int, request_id: int) -> bool:
    """Whether the commune ever had that request."""
    query = select(col(ExtensionRequest.id)).where(
        col(ExtensionRequest.id) == request_id, col(ExtensionRequest.commune_id) == commune_id
    )
    return session.execute(query).first() is not None


def extend(session: Session, task_id: int, *, wanted_on: date, reason: str, by: Actor, now: datetime) -> None:
    """The office grants more time on its own account: a request and its grant in one."""
    changing.require_office(by, "gia hạn")
    decide(session, request(session, task_id, wanted_on=wanted_on, reason=reason, by=by, now=now),
           granted=True, reason=reason, by=by, now=now)  # fmt: skip


def close_pending(session: Session, task: Task, reason: str, *, by: Actor, now: datetime) -> None:
    """Answer the request that still waits, if any, with no: the task no longer needs more time."""
    waiting = update(ExtensionRequest).where(
        col(ExtensionRequest.task_id) == task.id, col(ExtensionRequest.state) == "pending"
    )
    answer = {"state": "refused", "decision_reason": reason, "decided_by": by.name, "decided_at": now}
    if changed(session, waiting.values(**answer)):
        changing.note(session, task, by, "extension.refused", now, reason=reason)


def granted_wording(wanted_on: date) -> str:
    """The words of a deadline that was granted, which tell it from the plan's own."""
    return f"gia hạn đến ngày {short_date(wanted_on)}"


def give_deadline(
    session: Session, task: Task, last_valid_on: date | None, wording: str, now: datetime
) -> None:
    """Write a new deadline. Reminders of the old one that have not left are dropped by their own last look."""
    given = {
        "last_valid_on": last_valid_on, "due_wording": wording, "due_no": task.due_no + 1,
        "previous_on": task.last_valid_on, "due_set_on": today_of(session, task.commune_id, now),
    }  # fmt: skip
    changing.write(session, task, given, now)


def planned_dates(session: Session, tasks: Mapping[int, tuple[date | None, str]]) -> dict[int, date]:
    """Task -> the plan's own date, for tasks (with deadline and its words) whose present deadline was granted.

    Grants before the plan moved last count no longer, so only the unbroken chain that ends today's deadline does.
    """
    query = select(
        col(ExtensionRequest.task_id), col(ExtensionRequest.previous_on), col(ExtensionRequest.wanted_on)
    ).where(col(ExtensionRequest.task_id).in_(tasks), col(ExtensionRequest.state) == "granted")
    chains: dict[int, tuple[date, date]] = {}
    for task, previous_on, wanted_on in session.execute(
        query.order_by(col(ExtensionRequest.decided_at), col(ExtensionRequest.id))
    ):
        planned, last = chains.get(task, (previous_on, previous_on))
        chains[task] = (planned if previous_on == last else previous_on, wanted_on)
    return {
        task: planned
        for task, (planned, last) in chains.items()
        if tasks[task] == (last, granted_wording(last))
    }


def today_of(session: Session, commune_id: int, now: datetime) -> date:
    """The commune's local date at `now`."""
    zone = session.execute(select(col(Commune.time_zone)).where(col(Commune.id) == commune_id)).scalar_one()
    return local_date(now, zone)


def _movable(session: Session, task: Task, wanted_on: date, now: datetime) -> date:
    if task.state not in OPEN_STATES:
        raise Refusal(f"Nhiệm vụ {task.key} đã nộp hoặc đã kết thúc nên không cần gia hạn.")
    if task.last_valid_on is None:
        raise Refusal(f"Nhiệm vụ {task.key} chưa có hạn nên không gia hạn được.")
    if wanted_on <= task.last_valid_on:
        raise Refusal(
            f"Ngày xin gia hạn {short_date(wanted_on)} phải sau hạn hiện nay {short_date(task.last_valid_on)}."
        )
    if wanted_on < today_of(session, task.commune_id, now):
        raise Refusal(f"Ngày xin gia hạn {short_date(wanted_on)} đã qua.")
    return task.last_valid_on


def _number(row: ExtensionRequest) -> int:
    if row.id is None:
        raise RuntimeError("the request was not written")
    return row.id
