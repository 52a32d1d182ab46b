"""`mangnon zalo`: a code that links somebody's chat, and what people wrote."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from db.errors import Refusal
from mangnon.chats import chats_of
from mangnon.cli.app import Json, actor, app, opened
from mangnon.cli.output import console, done, print_json, table
from mangnon.cli.people import PersonKey
from mangnon.house import House
from mangnon.settings import DEFAULT_ZONE
from notifications.code_mail import CHAT_NAMES
from notifications.inbox import ANSWER_NAMES, UNDERSTOOD_NAMES, newest_incoming
from notifications.linking import offer_code
from tasks import people
from tasks.changing import require_office

commands = typer.Typer(help="Zalo: mã liên kết, tin đến.", no_args_is_help=True)
app.add_typer(commands, name="zalo")
SHOWN = 50


@commands.command("code")
def code(
    person: PersonKey,
    channel: Annotated[
        str, typer.Option(metavar="KÊNH", help="zalo_bot hoặc zalo_oa; mặc định là kênh đang bật.")
    ] = "",
) -> None:
    """Tạo mã liên kết Zalo cho một người, để đọc qua điện thoại; dùng một lần trong 15 phút."""
    with opened() as house, house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        by = actor(session, commune_id)
        require_office(by, "tạo mã liên kết Zalo")
        row = people.find_person(session, commune_id, person)
        made = offer_code(session, commune_id, row, _channel(house, channel), by=by, now=house.clock.now())
    local = made.expires_at.astimezone(ZoneInfo(DEFAULT_ZONE))
    done(
        f"Mã của {row.name}, đến {local:%H:%M %d/%m/%Y}. Nhờ {row.name} nhắn cho {CHAT_NAMES[made.channel]}:"
    )
    print(f"LK {made.code}")


@commands.command("inbox")
def inbox(
    only_open: Annotated[bool, typer.Option("--open", help="Chỉ tin máy không hiểu và chưa ai xem.")] = False,
    as_json: Json = False,
) -> None:
    """Liệt kê những tin mọi người đã nhắn, tin mới nhất ở trên."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session)
        rows = newest_incoming(session, where.commune_id, SHOWN, only_open=only_open)
    if as_json:
        print_json(rows)
        return
    zone = ZoneInfo(where.time_zone)
    lines = [
        (
            str(row.id),
            f"{row.received_at.astimezone(zone):%d/%m/%Y %H:%M}",
            row.person or f"{row.sender or 'không rõ tên'} (chưa liên kết)",
            row.text,
            UNDERSTOOD_NAMES[row.understood],
            ANSWER_NAMES[row.answer_state],
        )
        for row in rows
    ]
    console.print(
        table(f"{len(lines)} tin", ("Số", "Lúc", "Người nhắn", "Tin", "Máy hiểu", "Trả lời"), lines)
    )


def _channel(house: House, wanted: str) -> str:
    """The channel asked for, or the usual one of those that are open. Raises Refusal."""
    open_ = chats_of(house.settings).open
    if not open_:
        raise Refusal(
            "Chưa bật kênh Zalo nào nhận được tin đến. Hãy thêm zalo_bot vào delivery.channels và đặt updates ở mục [zalo_bot]."
        )
    if wanted and wanted not in open_:
        raise Refusal(f"Kênh «{wanted}» không nhận được tin đến. Chỉ có: {', '.join(open_)}.")
    return wanted or open_[0]
