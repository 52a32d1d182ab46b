"""`mangnon messages`: what was sent to whom, what failed, and trying again."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from db.errors import Refusal
from mangnon.cli.app import LARGEST, Json, actor, app, opened
from mangnon.cli.output import console, done, print_json, table, warn
from mangnon.views.channels import closed_words, report_rows
from notifications import desk_work
from notifications.channel_report import channel_report
from notifications.kinds import WORDINGS
from notifications.message_list import list_messages
from notifications.message_story import message_story
from notifications.timeline import timeline
from notifications.words import ITEM_NAMES, STATE_NAMES

commands = typer.Typer(help="Thư đã gửi, chưa gửi được, và gửi lại.", no_args_is_help=True)
app.add_typer(commands, name="messages")

Number = Annotated[int, typer.Argument(metavar="SỐ", min=1, max=LARGEST, help="Số thứ tự của thư.")]


@commands.command("list")
def list_(
    state: Annotated[
        str | None,
        typer.Option(metavar="TRẠNG-THÁI", help=f"Chỉ thư ở trạng thái này: {', '.join(STATE_NAMES)}."),
    ] = None,
    person: Annotated[str | None, typer.Option(metavar="MÃ", help="Chỉ thư của người mang mã này.")] = None,
    as_json: Json = False,
) -> None:
    """Liệt kê thư theo giờ gửi."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session)
        rows = list_messages(session, where.commune_id, state=state, person_key=person)
    if as_json:
        print_json(rows)
        return
    zone = ZoneInfo(where.time_zone)
    lines = [
        (
            str(row.id),
            f"{row.slot.astimezone(zone):%d/%m/%Y %H:%M}",
            row.person,
            STATE_NAMES[row.state],
            str(row.items),
            row.reason,
        )
        for row in rows
    ]
    console.print(
        table(f"{len(lines)} thư", ("Số", "Giờ gửi", "Người nhận", "Trạng thái", "Số việc", "Ghi chú"), lines)
    )


@commands.command("show")
def show(number: Number, as_json: Json = False) -> None:
    """Xem một thư: gồm những việc gì, đã thử gửi thế nào."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session)
        story, now = message_story(session, where.commune_id, number), house.clock.now()
    if as_json:
        print_json(story)
        return
    zone = ZoneInfo(where.time_zone)
    row = story.message
    console.print(
        f"[bold]Thư số {row.id}[/] gửi {row.person}, giờ gửi {row.slot.astimezone(zone):%d/%m/%Y %H:%M}: {STATE_NAMES[row.state]}. {escape(row.reason)}",
        soft_wrap=True,
    )
    for item in story.items:
        console.print(
            f"  • {': '.join(filter(None, (WORDINGS[item.kind].title, item.title)))}{ITEM_NAMES[item.state]}",
            markup=False,
            soft_wrap=True,
        )
    for moment in timeline(story, now):
        at = f"{moment.at.astimezone(zone):%d/%m/%Y %H:%M:%S}" if moment.at else "Hiện nay"
        told = ". ".join(filter(None, (moment.text, moment.note)))
        console.print(f"  {at}  {told}", markup=False, soft_wrap=True)


@commands.command("report")
def report(as_json: Json = False) -> None:
    """Xem từng kênh đã gửi được gì trong 30 ngày qua, kênh nào đang dừng."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session)
        in_use = house.settings.delivery.channels
        found = channel_report(session, where.commune_id, house.clock.now(), in_use)
    if as_json:
        print_json(found)
        return
    columns = ("Kênh", "Thử", "Gửi", "Đến", "Thay", "Hỏng", "Chưa rõ", "Chờ", "Còn")
    console.print(table(f"{found.messages} thư trong 30 ngày qua", columns, report_rows(found)))
    console.print(
        "Đến: biết chắc đã đến. Thay: gửi được sau khi kênh khác không được. Còn: số tin còn được gửi.",
        soft_wrap=True,
    )
    for line in found.lines:
        if closed := closed_words(line, where.time_zone):
            warn(closed)


@commands.command("retry")
def retry(
    number: Annotated[
        int | None, typer.Argument(metavar="SỐ", min=1, max=LARGEST, help="Số thứ tự của thư.")
    ] = None,
    failed: Annotated[bool, typer.Option("--failed", help="Gửi lại mọi thư không gửi được.")] = False,
) -> None:
    """Gửi lại một thư không gửi được hoặc chưa rõ kết quả (thư chưa rõ có thể đến hai lần)."""
    if (number is None) != failed:
        raise Refusal("Hãy ghi số thứ tự của một thư, hoặc --failed để gửi lại mọi thư không gửi được.")
    with opened() as house, house.store.write() as session:
        commune_id, now = house.bearings(session).commune_id, house.clock.now()
        by = actor(session, commune_id)
        if number is None:
            count = desk_work.retry_failed(session, commune_id, by=by, now=now)
        else:
            desk_work.retry(session, commune_id, number, by=by, now=now)
            count = 1
    done(f"{count} thư sẽ được gửi lại ở lượt gần nhất.")


@commands.command("bounced")
def bounced(
    number: Number,
    reason: Annotated[str, typer.Option(help="Máy chủ thư báo lại điều gì.")] = "Thư bị trả về",
) -> None:
    """Ghi nhận thư bị trả về: địa chỉ đó thôi dùng, địa chỉ sau của người nhận được thử."""
    with opened() as house, house.store.write() as session:
        where = house.bearings(session)
        desk_work.bounced(
            session, where.commune_id, number, reason=reason,
            by=actor(session, where.commune_id), now=house.clock.now(),
        )  # fmt: skip
    done(f"Đã ghi nhận thư số {number} bị trả về.")
