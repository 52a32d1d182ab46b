"""`mangnon demo`: the season of the Hoàng Đồng plan in a fresh folder."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from mangnon.cli.app import Json, app, read_day
from mangnon.cli.output import console, errors, print_json
from mangnon.demo import showing
from mangnon.demo.season import Season, live
from mangnon.demo.setting import fresh_folder, prepare, server_of
from mangnon.demo.summary import summarise
from mangnon.views import gather
from mangnon.views.status import show
from mangnon.views.timeline import timeline


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
    as_json: Json = False,
) -> None:
    """Sống trọn một mùa đánh giá theo kế hoạch Hoàng Đồng 2024 với đồng hồ giả và dàn nhân vật có sẵn, rồi mở trang web."""
    end, server = read_day(until, "--until"), server_of(smtp) if smtp else None
    began, used = time.monotonic(), time.process_time()
    season = prepare(fresh_folder(folder), until=end, server=server)
    with Progress(console=errors, transient=True, disable=as_json) as bar:
        task = bar.add_task("Đang sống qua mùa đánh giá …", total=None)
        story = live(season, progress=lambda done, total: bar.update(task, completed=done, total=total))
    seconds = (round(time.monotonic() - began, 2), round(time.process_time() - used, 2))
    house = season.house
    with house.store.read() as session:
        where = house.bearings(session)
        status = gather.gather(session, where, house.calendar, house.ways)
        summary = summarise(session, where, status, story, seconds)
    house.store.close()
    if as_json:
        print_json(summary)
        return
    console.print(timeline(story))
    console.print()
    show(console, status)
    console.print(
        f"\nMất {seconds[0]:.0f} giây. {_where_messages(folder, smtp)} Xem tiếp: cd {folder} rồi mangnon messages list"
    )
    if web:
        _open_pages(season, port)


def _open_pages(season: Season, port: int) -> None:
    console.print("\nTrang web đang mở; mỗi liên kết dưới đây đăng nhập một lần. Bấm Ctrl+C để dừng.")
    house = showing.shown(season)
    try:
        showing.serve(
            house, port, lambda role, name, url: console.print(f"  {role} ({name}): {url}", soft_wrap=True)
        )
    finally:
        house.store.close()


def _where_messages(folder: Path, smtp: str | None) -> str:
    return f"Thư đã gửi tới máy chủ {smtp}." if smtp else f"Thư nằm trong {folder / 'outbox'}."
