"""The two servers that are compared, each in a process of its own: the pages, and an empty page of the same size."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import Environment

from mangnon.house import House
from mangnon.logs import configure_logs
from mangnon.serving import listen, pages
from mangnon.settings import DEFAULT_ZONE
from mangnon.settings_file import load_settings
from tasks.clock import ManualClock
from web.app import create_app

HOST = "127.0.0.1"
TEMPLATE = Environment(autoescape=True).from_string(
    "<!DOCTYPE html><html lang='vi'><title>{{ title }}</title><p>{{ filling }}</p></html>"
)
BARE = len(TEMPLATE.render(title="trang", filling=""))
NOW = datetime(2024, 11, 6, 10, tzinfo=ZoneInfo(DEFAULT_ZONE))


def house(folder: Path) -> House:
    """The season's house on the Wednesday before the deadline."""
    return House(load_settings(folder / "config.toml"), folder, ManualClock(NOW))


def empty(size: int) -> FastAPI:
    """FastAPI and Jinja2 with a page of `size` bytes that asks the database nothing."""
    app, filling = FastAPI(), "x" * (size - BARE)

    @app.get("/{path:path}")
    def page(path: str) -> HTMLResponse:
        return HTMLResponse(TEMPLATE.render(title="trang", filling=filling))

    return app


def main() -> None:
    """`empty SIZE` or `site FOLDER`: serve until killed; the port is printed first."""
    kind, given = sys.argv[1:]
    configure_logs()
    app = empty(int(given)) if kind == "empty" else create_app(house(Path(given)).site())
    with listen(HOST, 0) as listening:
        print(listening.getsockname()[1], flush=True)
        asyncio.run(pages(app).serve(sockets=[listening]))


if __name__ == "__main__":
    main()
