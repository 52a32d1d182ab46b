"""`mangnon journal`: what happened, and the proof that nothing was changed."""

from __future__ import annotations

import json
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.padding import Padding
from rich.text import Text

from db import journal
from db.errors import Refusal
from mangnon.cli.app import LARGEST, Json, app, opened
from mangnon.cli.output import console, done, errors, print_json
from tasks.journal_words import ACTIONS, details

commands = typer.Typer(help="Nhật ký: xem và kiểm tra.", no_args_is_help=True)
app.add_typer(commands, name="journal")


@commands.command("show")
def show(
    newest: Annotated[
        int, typer.Option("--newest", metavar="SỐ", min=1, max=LARGEST, help="Số dòng mới nhất cần xem.")
    ] = 30,
    as_json: Json = False,
) -> None:
    """In các dòng nhật ký mới nhất."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session)
        rows = list(journal.entries(session, where.commune_id, newest=newest))
        zone = ZoneInfo(where.time_zone)
    if as_json:
        print_json([row.model_dump() | {"payload": json.loads(row.payload)} for row in rows])
        return
    for row in rows:
        at = f"{row.at.astimezone(zone):%d/%m/%Y %H:%M}"
        what = f"{ACTIONS.get(row.action, row.action)} ({row.subject})"
        console.print(f"[bold]{row.seq}[/]  {at}  {escape(row.actor)}: {escape(what)}", soft_wrap=True)
        if shown := details(json.loads(row.payload)):
            console.print(Padding(Text(shown, style="dim"), (0, 0, 0, 4)))


@commands.command("verify")
def verify(
    anchor: Annotated[
        str | None, typer.Option(metavar="DẤU", help="Dấu đã ghi lại trước đây, dạng số-dòng:mã-băm.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Đọc lại cả nhật ký và chứng minh không dòng nào bị sửa, xoá hay đổi chỗ."""
    with opened() as house, house.store.read() as session:
        where = house.bearings(session)
        broken = journal.verify(session, where.commune_id, anchor=read_anchor(anchor) if anchor else None)
        head = journal.head_of(session, where.commune_id)
    if as_json:
        print_json(
            {
                "sound": broken is None,
                "entries": head.seq,
                "anchor": f"{head.seq}:{head.hash}",
                "break": broken,
            }
        )
    elif broken is None:
        done(f"Nhật ký nguyên vẹn: {head.seq} dòng. Dấu để đối chiếu sau này: {head.seq}:{head.hash}")
    else:
        errors.print(f"✗ {broken.problem}", style="red", markup=False, soft_wrap=True)
    if broken is not None:
        raise typer.Exit(1)


def read_anchor(text: str) -> journal.Head:
    """An anchor as `journal verify` prints it. Raises Refusal."""
    seq, _, digest = text.partition(":")
    if not seq.isascii() or not seq.isdigit() or len(digest) != 64:
        raise Refusal(f"Dấu «{text}» chưa đúng mẫu số-dòng:mã-băm (64 ký tự), như lệnh journal verify đã in.")
    return journal.Head(int(seq), digest)
