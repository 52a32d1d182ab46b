"""`mangnon zalo token` and `mangnon zalo status`: the OA's permission, and how each channel stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from getpass import getpass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import ChannelState
from mangnon.cli.app import Json, opened
from mangnon.cli.output import console, done, print_json, table, warn
from mangnon.cli.zalo import commands
from mangnon.house import House
from mangnon.settings import DEFAULT_ZONE
from notifications.channels.zalo_pair import Standing, enter_pair, standing
from notifications.unheard import CHANNEL
from notifications.upkeep import open_again
from notifications.words import CHANNEL_NAMES


@dataclass(frozen=True)
class ChannelNow:
    """How a channel in use stands. `closed_at`: since when it carries nothing, None while it does; instants are aware.

    `quota_left`: what the provider still allows, as it said at `quota_at`; None where it never said.
    """

    name: str
    closed_at: datetime | None
    closed_because: str
    try_again_at: datetime | None
    quota_left: int | None
    quota_at: datetime | None


@commands.command("token")
def token() -> None:
    """Nhập cặp mã đầu tiên của Zalo OA (mã truy cập, mã làm mới), mỗi mã một dòng; mã gõ vào không hiện ra.

    Lấy cặp mã ở API Explorer của Zalo bằng tài khoản quản trị OA. Về sau chương trình tự làm mới.
    """
    with opened() as house:
        app_id = _app_id(house)
        access, refresh = _typed("Mã truy cập (access token)"), _typed("Mã làm mới (refresh token)")
        now = house.clock.now()
        with house.store.write() as session:
            enter_pair(session, app_id, access, refresh, "", now)
            open_again(session, CHANNEL, now)
    done("Đã giữ cặp mã; từ nay chương trình tự làm mới. Kiểm tra bằng lệnh mangnon doctor.")


@commands.command("status")
def status(as_json: Json = False) -> None:
    """Xem Zalo OA còn được cấp quyền không, kênh nào đang dừng, còn được gửi bao nhiêu tin."""
    with opened() as house, house.store.read() as session:
        used, app_id = house.settings.delivery.channels, house.settings.zalo_oa.app_id
        oa = standing(session, app_id) if CHANNEL in used else None
        channels = _channels(session, used)
        now = house.clock.now()
    if as_json:
        print_json({"zalo_oa": oa, "channels": channels})
        return
    if oa is not None:
        (warn if oa.ended(now) else done)(_told(oa, now))
    columns = ("Kênh", "Tình trạng", "Còn gửi được")
    console.print(table(f"{len(channels)} kênh", columns, (_row(one) for one in channels)))


def _app_id(house: House) -> str:
    app_id = house.settings.zalo_oa.app_id
    if not app_id:
        raise Refusal(
            "Chưa có ứng dụng Zalo. Hãy ghi app_id và app_secret ở mục [zalo_oa] trong tệp cài đặt."
        )
    return app_id


def _typed(what: str) -> str:
    """One line, from the keyboard without showing it or from a pipe; never an argument, which others could see."""
    line = getpass(f"{what}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not line.strip():
        raise Refusal(f"{what} còn trống nên chưa lưu gì. Hãy nhập hai mã, mỗi mã một dòng.")
    return line.strip()


def _channels(session: Session, used: Sequence[str]) -> list[ChannelNow]:
    rows = session.execute(select(ChannelState).where(col(ChannelState.name).in_(used))).scalars()
    known = {row.name: row for row in rows}
    return [_now(known.get(name, ChannelState(name=name))) for name in used]


def _now(row: ChannelState) -> ChannelNow:
    closed = row.closed_at is not None
    return ChannelNow(
        row.name, row.closed_at, row.closed_because if closed else "", row.try_again_at if closed else None,
        row.quota_left, row.quota_at,
    )  # fmt: skip


def _told(oa: Standing, now: datetime) -> str:
    if oa.trouble or oa.changed_at is None or oa.expires_at is None:
        return oa.trouble
    age = f"Zalo OA: cặp mã số {oa.version}, lấy lúc {_local(oa.changed_at)}"
    if oa.ended(now):
        return f"{age}, đã hết hạn lúc {_local(oa.expires_at)}. Hãy chạy mangnon serve để chương trình tự làm mới."
    return f"{age}, dùng được đến {_local(oa.expires_at)}; chương trình tự làm mới trước đó."


def _row(one: ChannelNow) -> tuple[str, str, str]:
    return CHANNEL_NAMES[one.name], ". ".join(_state(one)), _quota(one)


def _state(one: ChannelNow) -> Iterator[str]:
    if one.closed_at is None:
        yield "đang chạy"
        return
    yield f"dừng từ {_local(one.closed_at)}: {one.closed_because.rstrip('.')}"
    if one.try_again_at is not None:
        yield f"Thử lại lúc {_local(one.try_again_at)}"


def _quota(one: ChannelNow) -> str:
    if one.quota_left is None:
        return "không rõ"
    return f"{one.quota_left} tin (lúc {_local(one.quota_at)})" if one.quota_at else f"{one.quota_left} tin"


def _local(at: datetime) -> str:
    return f"{at.astimezone(ZoneInfo(DEFAULT_ZONE)):%H:%M %d/%m/%Y}"
