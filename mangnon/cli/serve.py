"""`mangnon serve`: the pages, the tick and delivery until stopped."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from mangnon.cli.app import app, opened
from mangnon.cli.output import done
from mangnon.house import House
from mangnon.serving import listen, pages, run
from web.app import create_app
from web.waiting import commune_there


@app.command("serve")
def serve(
    web: Annotated[bool, typer.Option("--web/--no-web", help="Mở cả trang web, hay chỉ nhắc việc.")] = True,
) -> None:
    """Mở trang web và nhắc việc cho đến khi bị dừng (Ctrl+C); thư đang gửi dở được gửi nốt."""
    with opened() as house:
        if not web:
            asyncio.run(run(house, None, None))
        else:
            site = house.site()
            application = create_app(site)
            with listen(house.settings.web.host, house.settings.web.port) as listening:
                host, port = listening.getsockname()[:2]
                done(
                    f"Trang web đang mở ở http://{host}:{port}; liên kết trong thư dẫn đến {house.base_url}."
                )
                if awaits_first_plan(house):
                    done(
                        f"Chưa có kế hoạch nào. Cán bộ điều phối mở liên kết này để bắt đầu: {site.first_link}"
                    )
                asyncio.run(run(house, pages(application), listening))
    done("Đã dừng.")


def awaits_first_plan(house: House) -> bool:
    """Whether nobody can sign in yet, there being no commune."""
    with house.store.read() as session:
        return not commune_there(session)
