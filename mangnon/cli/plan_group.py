"""`mangnon plan …`: the group that its commands join."""

from __future__ import annotations

import typer

from mangnon.cli.frame import app

commands = typer.Typer(help="Kế hoạch: đọc văn bản, nhập, xem, so sánh.", no_args_is_help=True)
app.add_typer(commands, name="plan")
