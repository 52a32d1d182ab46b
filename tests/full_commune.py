"""A commune in the middle of its season: all 25 units, 50 tasks in every state, 600 messages, some of them failed."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import cycle
from zoneinfo import ZoneInfo

from copied_rows import built_once
from sqlalchemy import insert, select
from sqlmodel import Session, col
from web_world import WebWorld

from db import journal
from db.tables import Attempt, Message, Person, Reminder, Report, Task
from tasks import extending, reporting, reviewing
from tasks.actor import Actor
from tasks.current import rules_of
from tasks.figures import Figure
from tasks.ruleset import Indicator
from workflow.stepping import advance

COORDINATOR = Actor("Cán bộ VHXH (ví dụ)", "coordinator")
UNIT = Actor("Đầu mối (ví dụ)", "unit")
MESSAGES = 600
MID_SEASON = datetime(2024, 11, 12, 9, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
_STATES = ("sent", "sent", "sent", "sent", "failed", "sent", "unknown", "skipped", "sent", "pending")


def live(web: WebWorld) -> WebWorld:
    """Take the world to the Tuesday after the deadline."""
    clock = web.world.clock
    with web.site.store.read() as session:
        head = journal.head_of(session, web.world.commune_id)
    built_once(web.site.store, ("full", clock.now(), head), lambda: _lived(web))
    clock.set(MID_SEASON)
    return web


def _lived(web: WebWorld) -> None:
    clock = web.world.clock
    web.world.do(lambda s: advance(s, web.world.plan_id, "collect", actor=COORDINATOR, now=clock.now()))
    web.world.do(lambda s: _reports(s, web))
    web.world.do(lambda s: _messages(s, web))


def _reports(session: Session, web: WebWorld) -> None:
    """Of every five tasks two are accepted, one waits, one was returned, one is owed with more time asked for."""
    at = MID_SEASON - timedelta(days=40)
    tasks = (
        session.execute(select(Task).where(col(Task.state) == "assigned").order_by(col(Task.id)))
        .scalars()
        .all()
    )
    rules = rules_of(session, web.world.plan_id)
    for place, task in enumerate(tasks):
        number, moment = task.id or 0, at + timedelta(hours=17 * place)
        if place % 5 == 4:
            if task.last_valid_on:
                wanted = task.last_valid_on + timedelta(days=10)
                extending.request(
                    session, number, wanted_on=wanted, reason="Chờ số liệu của trường.", by=UNIT, now=moment
                )
            continue
        named = rules.criterion(task.criterion_no).indicators if task.criterion_no else ()
        reporting.submit_report(
            session, number, figures=[_figure(one) for one in named], note="Đã rà soát đủ các hộ trong địa bàn.", by=UNIT,
            now=moment,
        )  # fmt: skip
        if place % 5 in {0, 1}:
            reviewing.accept(session, number, by=COORDINATOR, now=moment + timedelta(hours=3))
        if place % 5 == 3:
            reviewing.send_back(session, number, reason="Xin bổ sung mẫu số.", by=COORDINATOR, now=moment)
    assert session.execute(select(col(Report.id))).first()


def _figure(indicator: Indicator) -> Figure:
    if indicator.kind == "share":
        return Figure(indicator.key, 95, 100)
    return Figure(indicator.key, value=1 if indicator.kind == "yes_no" else 0)


def _messages(session: Session, web: WebWorld) -> None:
    people = session.execute(select(col(Person.id)).order_by(col(Person.id))).scalars().all()
    tasks = session.execute(select(col(Task.id)).order_by(col(Task.id))).scalars().all()
    commune, start = web.world.commune_id, MID_SEASON - timedelta(days=200)
    rows = []
    for number, person, state in zip(range(1, MESSAGES + 1), cycle(people), cycle(_STATES), strict=False):
        at = start + timedelta(hours=6 * number)
        rows.append(
            {
                "id": number + 10_000, "commune_id": commune, "person_id": person, "slot": at, "tracking_id": f"m{number}",
                "state": state, "reason": "" if state in {"sent", "pending"} else "Hộp thư đầy", "subject": "Nhắc việc",
                "attempts": 1, "not_before": at + timedelta(days=900 if state == "pending" else 0), "created_at": at,
                "updated_at": at, "sent_at": at if state == "sent" else None,
            }
        )  # fmt: skip
    session.execute(insert(Message), rows)
    session.execute(insert(Reminder), [_reminder(commune, row, tasks) for row in rows])
    session.execute(insert(Attempt), [_attempt(commune, row) for row in rows])


def _reminder(commune: int, row: dict[str, object], tasks: object) -> dict[str, object]:
    number = int(str(row["id"])) - 10_000
    task = tasks[number % len(tasks)]  # type: ignore[index,arg-type]
    return {
        "commune_id": commune, "person_id": row["person_id"], "task_id": task, "subject": f"task:{task}", "kind": "before",
        "rung": f"t{number}", "state": "wanted", "message_id": row["id"], "claimed_at": row["created_at"],
    }  # fmt: skip


def _attempt(commune: int, row: dict[str, object]) -> dict[str, object]:
    return {
        "commune_id": commune, "message_id": row["id"], "number": 1, "channel": "email", "address": "ai@commune.example",
        "started_at": row["slot"], "ended_at": row["slot"], "outcome": "sent", "detail": "",
    }  # fmt: skip
