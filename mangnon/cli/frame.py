"""The command line's frame: the application that commands join, and the options before and of many of them.

It loads nothing heavy, so that a command which opens no database does not wait for one.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from mangnon.cli.ondemand import OnDemand

Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON cho chương trình khác đọc.")]
PlanKey = Annotated[
    str | None, typer.Option("--plan", metavar="MÃ", help="Mã kế hoạch; mặc định là kế hoạch mới nhất.")
]
TaskKey = Annotated[
    str,
    typer.Argument(metavar="MÃ-VIỆC", help="Mã nhiệm vụ, ví dụ tc05.tram-y-te; xem bằng mangnon tasks list."),
]

app = typer.Typer(
    name="mangnon",
    cls=OnDemand,
    help="Măng Non: giao việc, nhắc hạn và theo dõi đánh giá «xã, phường phù hợp với trẻ em».",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)


@dataclass
class Globals:
    """The options before the command."""

    config: Path | None = None
    acting: str | None = None


GLOBALS = Globals()


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"mangnon {version('mangnon')}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None,
        typer.Option("--config", metavar="TỆP", help="Tệp cài đặt; mặc định config.toml ở thư mục này."),
    ] = None,
    acting: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="MÃ", help="Mã người đang thao tác, ví dụ chu-tich; mặc định là cán bộ điều phối."
        ),
    ] = None,
    _version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="In số phiên bản.")
    ] = False,
) -> None:
    """Măng Non: giao việc, nhắc hạn và theo dõi đánh giá «xã, phường phù hợp với trẻ em»."""
    GLOBALS.config = config
    GLOBALS.acting = acting
