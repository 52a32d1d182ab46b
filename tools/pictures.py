"""Draws the pictures of the documents from the real program: `python tools/pictures.py`."""

from __future__ import annotations

import re
import tempfile
from datetime import date
from pathlib import Path

from rich.console import Console

from mangnon.demo.season import live
from mangnon.demo.setting import prepare
from mangnon.views.gather import gather
from mangnon.views.status import show

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
DAY = date(2024, 11, 6)


def main() -> None:
    """The status two working days before the deadline."""
    console = Console(record=True, width=118, file=open("/dev/null", "w", encoding="utf-8"))  # noqa: SIM115, PTH123
    with tempfile.TemporaryDirectory() as folder:
        season = prepare(Path(folder), until=DAY)
        live(season)
        house = season.house
        with house.store.read() as session:
            show(console, gather(session, house.bearings(session), house.calendar, house.ways))
        house.store.close()
    svg = console.export_svg(title="mangnon status", font_aspect_ratio=0.61)
    # The library links its font from a foreign host; the pictures must stand alone.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace(
        "Fira Code", "Liberation Mono, DejaVu Sans Mono"
    )
    IMAGES.mkdir(parents=True, exist_ok=True)
    (IMAGES / "status.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
