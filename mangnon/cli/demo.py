"""`mangnon demo`: the season of the Hoàng Đồng plan in a fresh folder."""

from __future__ import annotations

import logging
import shutil
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from mangnon.cli.app import Json, app, read_day
from mangnon.cli.output import console, errors, print_json, table
from mangnon.demo import showing, stand_ins
from mangnon.demo.channel_figures import channel_figures, season_report
from mangnon.demo.season import Season, Story, live
from mangnon.demo.setting import SEASON_BEGINS, fresh_folder, prepare, server_of
from mangnon.demo.summary import summarise
from mangnon.logs import configure_logs
from mangnon.views import gather
from mangnon.views.channels import REPORT_COLUMNS, report_rows
from mangnon.views.status import show
from mangnon.views.timeline import timeline
from tasks.deadline import short_date


@app.command("demo")
def demo(
    folder: Annotated[
        Path, typer.Option(metavar="THƯ-MỤC", help="Thư mục của bản chạy thử; bản chạy thử cũ ở đó bị thay.")
    ] = Path("demo"),
    until: Annotated[str, typer.Option(metavar="NGÀY", help="Dừng lại sau ngày này.")] = "30/11/2024",
    smtp: Annotated[
        str | None, typer.Option(metavar="MÁY:CỔNG", help="Gửi qua máy chủ SMTP MÁY:CỔNG thay vì ghi ra tệp.")
    ] = None,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, metavar="CỔNG", help="Cổng của trang web sau mùa.")
    ] = 8000,
    web: Annotated[
        bool, typer.Option("--web/--no-web", help="Sau mùa thì mở trang web để xem, hay dừng luôn.")
    ] = True,
    zalo_fake: Annotated[
        bool,
        typer.Option(
            "--zalo-fake", help="Gửi cả qua Zalo và SMS, tới một Zalo giả trên máy này; cần thư mục mã nguồn."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Sống trọn một mùa đánh giá theo kế hoạch Hoàng Đồng 2024 với đồng hồ giả và dàn nhân vật có sẵn, rồi mở trang web."""
    end, server = read_day(until, "--until"), server_of(smtp) if smtp else None
    with ExitStack() as running:
        outside = running.enter_context(stand_ins.outside(SEASON_BEGINS)) if zalo_fake else None
        fresh = fresh_folder(folder)
        mails = fresh / "outbox" if server is None else None
        if outside is not None and mails is not None:
            server = running.enter_context(stand_ins.mail_server(mails))
        began, used = time.monotonic(), time.process_time()
        season = prepare(fresh, until=end, server=server, outside=outside)
        # Troubles with channels are part of the story and told by it.
        configure_logs(least=logging.ERROR)
        with Progress(console=errors, transient=True, disable=as_json) as bar:
            task = bar.add_task("Đang sống qua mùa đánh giá …", total=None)
            story = live(season, progress=lambda done, total: bar.update(task, completed=done, total=total))
        configure_logs()
        seconds = (round(time.monotonic() - began, 2), round(time.process_time() - used, 2))
        _tell(season, story, seconds, mails, as_json=as_json)
        if not as_json:
            console.print(
                f"\nMất {seconds[0]:.0f} giây. {_where_messages(mails, smtp)} "
                f"Xem tiếp: cd {folder} rồi {_command()} messages list\n"
                f"Lệnh chạy trong {folder} tính theo ngày hôm nay của máy; trang web dừng ở ngày {short_date(end)} của bản chạy thử.",
                soft_wrap=True,
            )
            if web:
                _open_pages(season, port)


def _tell(
    season: Season, story: Story, seconds: tuple[float, float], mails: Path | None, *, as_json: bool
) -> None:
    """What happened, and how it stands at the end."""
    house, outside, report = season.house, season.outside, None
    with house.store.read() as session:
        where = house.bearings(session)
        status = gather.gather(session, where, house.calendar, house.ways)
        summary = summarise(session, where, status, story, seconds)
        if outside is not None:
            used = house.settings.delivery.channels
            report = season_report(session, where.commune_id, house.clock.now(), used)
            summary["channels"] = channel_figures(session, where.commune_id, report, outside, mails)
    house.store.close()
    if as_json:
        print_json(summary)
        return
    console.print(timeline(story))
    console.print()
    show(console, status)
    if report is not None:
        console.print()
        console.print(table(f"{report.messages} thư cả mùa", REPORT_COLUMNS, report_rows(report)))


def _open_pages(season: Season, port: int) -> None:
    console.print("\nTrang web đang mở; mỗi liên kết dưới đây đăng nhập một lần. Bấm Ctrl+C để dừng.")
    if season.outside is not None:
        console.print(
            f"  Tin trong Zalo và SMS: trang /thu/hop-thu; điện thoại của mọi người: {season.outside.fake.url}",
            soft_wrap=True,
        )
    house = showing.shown(season)
    try:
        showing.serve(
            house, port, lambda role, name, url: console.print(f"  {role} ({name}): {url}", soft_wrap=True)
        )
    finally:
        house.store.close()


def _command() -> str:
    """How this program is called from anywhere: it may lie in an environment that is not on the search path."""
    return "mangnon" if shutil.which("mangnon") else str(Path(sys.executable).with_name("mangnon"))


def _where_messages(mails: Path | None, smtp: str | None) -> str:
    return f"Thư nằm trong {mails}." if mails else f"Thư đã gửi tới máy chủ {smtp}."
