"""`mangnon doctor`: is this installation well? Each check says what it saw and what to do."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from sqlalchemy import func, select
from sqlmodel import col

from db import copying, dialect, journal, migrate
from db.errors import Refusal
from db.tables import Commune, Heartbeat, JournalEntry, Message
from mangnon.chats import hears
from mangnon.cli.app import Json, app, opened
from mangnon.cli.output import console, print_json
from mangnon.house import House
from mangnon.settings import DEFAULT_ZONE
from notifications.channels.base import ChannelError
from notifications.heartbeat import HEARTBEAT
from notifications.words import CHANNEL_NAMES
from tasks.clock import local_date

LEAST_FREE = 100 * 1024 * 1024
LATE_TICKS = 3


@dataclass(frozen=True)
class Finding:
    """One check: its name, whether all is well, and a sentence."""

    name: str
    well: bool
    text: str


@app.command("doctor")
def doctor(as_json: Json = False) -> None:
    """Kiểm tra cài đặt, cơ sở dữ liệu, đồng hồ, máy chủ thư và bộ nhắc việc."""
    with opened(schema=False) as house:
        findings = list(examine(house))
    if as_json:
        print_json(findings)
    else:
        for one in findings:
            sign = "[green]✓[/]" if one.well else "[red]✗[/]"
            console.print(f"{sign} [bold]{one.name}[/]: {escape(one.text)}", soft_wrap=True)
    if not all(one.well for one in findings):
        raise typer.Exit(1)


def examine(house: House) -> Iterator[Finding]:
    """All checks in order; those that need the database are left out when it is not there."""
    yield Finding("Cài đặt", True, "tệp cài đặt đọc được, không có mục lạ.")
    yield _check(
        "Lịch làm việc", lambda: f"hôm nay {'là' if _workday(house) else 'không phải'} ngày làm việc."
    )
    schema = _check("Cơ sở dữ liệu", lambda: _database(house))
    yield schema
    if schema.well:
        yield _clock(house)
        yield _check("Nhật ký", lambda: _journal(house))
        yield _heartbeat(house)
        yield _undelivered(house)
        yield from _replies(house)
    yield from _channels(house)
    yield _disk(house)


def _check(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, look())
    except Refusal as refusal:
        return Finding(name, False, str(refusal))


def _workday(house: House) -> bool:
    return house.calendar.is_workday(local_date(house.clock.now(), DEFAULT_ZONE))


def _database(house: House) -> str:
    house.require_schema()
    if path := dialect.sqlite_file(house.store.url):
        copying.check_sound(path)
        if not os.access(path, os.W_OK):
            raise Refusal(f"Không có quyền ghi vào {path}. Hãy cấp quyền cho người chạy chương trình.")
    return f"phiên bản {migrate.present(house.store.engine)}, nguyên vẹn."


def _clock(house: House) -> Finding:
    """A machine whose clock fell behind the journal would send everything at the wrong time."""
    with house.store.read() as session:
        newest: datetime | None = session.execute(select(func.max(col(JournalEntry.at)))).scalar()
    now = house.clock.now()
    shown = f"{now.astimezone(ZoneInfo(DEFAULT_ZONE)):%H:%M %d/%m/%Y} giờ Việt Nam"
    if newest is not None and now < newest - timedelta(minutes=10):
        return Finding("Đồng hồ", False, f"máy báo {shown}, sớm hơn nhật ký. Hãy chỉnh lại giờ máy.")
    return Finding("Đồng hồ", True, f"{shown}.")


def _journal(house: House) -> str:
    with house.store.read() as session:
        for commune_id in session.execute(select(col(Commune.id))).scalars():
            if broken := journal.verify(session, commune_id or 0):
                raise Refusal(broken.problem)
    return "nguyên vẹn."


def _heartbeat(house: House) -> Finding:
    with house.store.read() as session:
        beat = session.get(Heartbeat, HEARTBEAT)
    every = timedelta(seconds=house.settings.tick.every_seconds)
    if beat is None:
        return Finding("Bộ nhắc việc", False, "chưa chạy lần nào. Hãy chạy mangnon serve.")
    silent = house.clock.now() - beat.at
    if silent > LATE_TICKS * every:
        return Finding(
            "Bộ nhắc việc",
            False,
            f"im lặng {_span(silent)}. Hãy chạy lại mangnon serve.",
        )
    if beat.detail:
        return Finding("Bộ nhắc việc", False, f"đang chạy nhưng chưa gửi được: {beat.detail}")
    return Finding("Bộ nhắc việc", True, f"vừa chạy cách đây {_span(silent)}.")


def _span(length: timedelta) -> str:
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "chưa đầy một phút"
    hours, days = minutes // 60, length.days
    return f"{days} ngày" if days else f"{hours} giờ" if hours else f"{minutes} phút"


def _undelivered(house: House) -> Finding:
    with house.store.read() as session:
        query = select(func.count()).select_from(Message).where(col(Message.state).in_(("failed", "unknown")))
        count = session.execute(query).scalar_one()
    if count:
        return Finding(
            "Thư",
            False,
            f"{count} thư không gửi được hoặc chưa rõ. Xem: mangnon messages list --state failed (hoặc unknown)",
        )
    return Finding("Thư", True, "không có thư nào bị kẹt.")


def _replies(house: House) -> Iterator[Finding]:
    """Whether what people write in Zalo comes in."""
    if told := hears(house):
        yield Finding("Tin đến", *told)


def _channels(house: House) -> Iterator[Finding]:
    """Every channel in use, each tried short of sending."""
    for name in house.settings.delivery.channels:
        called = f"Kênh {CHANNEL_NAMES[name]}"
        try:
            asyncio.run(_try_channel(house, name))
        except ChannelError as error:
            yield Finding(called, False, error.detail)
        else:
            yield Finding(called, True, "sẵn sàng.")


async def _try_channel(house: House, name: str) -> None:
    async with house.channels.make(name).line() as line:
        await line.check()


def _disk(house: House) -> Finding:
    free = shutil.disk_usage(house.folder).free
    text = f"còn trống {free // (1024 * 1024)} MB."
    return Finding(
        "Ổ đĩa", free >= LEAST_FREE, text if free >= LEAST_FREE else f"{text} Hãy giải phóng dung lượng."
    )
