"""How commands speak: JSON for programs, tables and sentences for people."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

console = Console(highlight=False)
errors = Console(stderr=True, highlight=False)


def print_json(value: Any) -> None:
    """One JSON document on standard output; dates in ISO form."""
    print(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


def table(
    title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], *, whole: Collection[str] = ()
) -> Table:
    """A table whose first column is never broken, because people copy keys out of it; nor are those in `whole`."""
    made = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        header_style="bold",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    for place, column in enumerate(columns):
        made.add_column(column, overflow="fold", no_wrap=place == 0 or column in whole)
    for row in rows:
        made.add_row(*(Text.from_markup(cell) if cell.startswith("[bold") else Text(cell) for cell in row))
    return made


def done(sentence: str) -> None:
    """Say that something was done."""
    console.print(f"[green]✓[/] {escape(sentence)}", soft_wrap=True)


def warn(sentence: str) -> None:
    """Say something that needs a look but stops nothing."""
    errors.print(f"[yellow]⚠[/] {escape(sentence)}", soft_wrap=True)


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(type(value).__name__)
