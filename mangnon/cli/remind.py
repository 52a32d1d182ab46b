"""`mangnon remind`: who will get what when; or one tick by hand."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from sqlalchemy import func, select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import Message, Person, Task
from mangnon.cli.app import Json, app, opened, read_day
from mangnon.cli.output import console, done, print_json, table, warn
from mangnon.house import House
from mangnon.settings import DEFAULT_ZONE
from notifications.kinds import WORDINGS
from notifications.policy import slot_at
from notifications.preview import Foreseen, preview
from notifications.tick import tick
from notifications.words import STATE_NAMES
from tasks.deadline import weekday_date


@app.command("remind")
def remind(
    look: Annotated[
        bool, typer.Option("--preview", help="Chỉ xem ai sẽ nhận gì, lúc nào; không gửi gì.")
    ] = False,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="NGÀY", help="Xem từ ngày này; mặc định hôm nay.")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="NGÀY", help="Xem đến hết ngày này; mặc định 30 ngày tới.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Xem trước các thư sẽ gửi, hoặc (không có --preview) nhắc ngay một lượt những gì đến hạn."""
    if not look and (from_ or until):
        raise Refusal("--from và --until chỉ dùng cùng --preview; nhắc ngay thì không chọn ngày.")
    with opened() as house:
        if look:
            _preview(house, from_, until, as_json)
        else:
            _once(house, as_json)


def _preview(house: House, from_: str | None, until: str | None, as_json: bool) -> None:
    with house.store.read() as session:
        where = house.bearings(session)
        start = read_day(from_, "--from") if from_ else where.today
        end = read_day(until, "--until") if until else max(start, where.today) + timedelta(days=30)
        if end < start:
            raise Refusal("Ngày --until phải từ ngày --from trở đi.")
        found = preview(
            session, where.commune_id, now=house.clock.now(), until=end,
            policy=house.policy, calendar=house.calendar, time_zone=where.time_zone,
        )  # fmt: skip
        rows = [_line(session, one) for one in found if one.at.date() >= start]
    if as_json:
        print_json(rows)
        return
    lines = [
        (f"{row.at:%H:%M} {weekday_date(row.at.date())}", row.person, "; ".join(row.items)) for row in rows
    ]
    console.print(
        table(f"{len(lines)} thư sẽ gửi nếu không có gì thay đổi", ("Lúc", "Người nhận", "Về việc"), lines)
    )


@dataclass(frozen=True)
class PreviewLine:
    """One message to come, in words."""

    at: datetime
    person: str
    items: tuple[str, ...]


def _line(session: Session, one: Foreseen) -> PreviewLine:
    person = session.execute(select(col(Person.name)).where(col(Person.id) == one.person_id)).scalar_one()
    tasks = [item.task_id for item in one.items if item.task_id]
    keys = {
        row[0]: row[1]
        for row in session.execute(select(col(Task.id), col(Task.key)).where(col(Task.id).in_(tasks)))
    }
    items = (
        f"{WORDINGS[item.kind].title.lower()} {keys.get(item.task_id, '')}".strip() for item in one.items
    )
    return PreviewLine(one.at, person, tuple(items))


def _once(house: House, as_json: bool) -> None:
    delivery = house.delivery()
    ticked = asyncio.run(tick(delivery))
    tally = ticked.tally
    with house.store.read() as session:
        waiting = waiting_messages(session)
    resting = slot_at(house.clock.now(), house.policy, house.calendar, delivery.time_zone) is None
    if as_json:
        print_json(
            {
                "planned": ticked.planned,
                "states": dict(tally.states),
                "closed": tally.closed,
                "resting": resting,
                "waiting": waiting,
            }
        )
    else:
        counts = ", ".join(
            f"{count} thư {STATE_NAMES[state]}" for state, count in sorted(tally.states.items())
        )
        done(
            f"Đã xem việc đến hạn: lập hoặc bổ sung {ticked.planned} thư; {counts or 'không có thư nào phải gửi'}."
        )
        if resting:
            warn(f"Ngoài giờ gửi thư, nên chưa lập và chưa gửi gì. {_hours(house)}")
    if tally.closed or (waiting.count and not resting and not tally.states["sent"]):
        raise Refusal(_not_sent(house, waiting, tally.closed))


@dataclass(frozen=True)
class Waiting:
    """Messages that could not leave: how many, why, and when the first is tried again."""

    count: int
    reason: str
    next_try: datetime | None


def waiting_messages(session: Session) -> Waiting:
    """Messages that wait after an attempt that failed."""
    held = (col(Message.state) == "pending", col(Message.reason) != "")
    query = select(func.count(), func.min(col(Message.reason)), func.min(col(Message.not_before)))
    count, reason, at = session.execute(query.where(*held)).one()
    return Waiting(count, reason or "", at)


def _not_sent(house: House, waiting: Waiting, closed: str) -> str:
    again = "khi cài đặt đã được sửa"
    if not closed and waiting.next_try:
        again = f"từ {waiting.next_try.astimezone(ZoneInfo(DEFAULT_ZONE)):%H:%M %d/%m/%Y}"
    reason = closed or waiting.reason
    return f"Chưa gửi được {waiting.count} thư: {reason} Thư vẫn được giữ và sẽ được gửi lại {again}."


def _hours(house: House) -> str:
    policy = house.policy
    return f"Thư được gửi {policy.window_from:%H:%M}-{policy.window_until:%H:%M} các ngày làm việc."
