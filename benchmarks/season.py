"""A whole season (50 tasks, 25 units, hourly ticks) beside the bare cost of inserting the same rows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select

from db.migrate import upgrade
from db.store import Store
from db.tables import METADATA
from mangnon.demo.season import live
from mangnon.demo.setting import prepare

UNTIL = date(2024, 11, 30)
RUNS = 3
BUDGET_SECONDS = 20.0


def main() -> None:
    """Print the medians and the ratio."""
    seasons, floors, rows, ticks = [], [], 0, 0
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            season = prepare(folder, until=UNTIL)
            spent, story = _cpu(lambda season=season: live(season))
            ticks = story.ticks
            data = _read(season.house.store)
            season.house.store.close()
            rows = sum(len(values) for _, values in data)
            seasons.append(spent)
            floors.append(_cpu(lambda folder=folder, data=data: _insert(folder / "floor.db", data))[0])
    mine, floor = median(seasons), median(floors)
    print(f"\nseason: 16 April to 30 November 2024, {ticks} hourly ticks, file channel, medians of {RUNS}")
    print(
        f"  whole season            {mine:7.2f} s CPU   ({1000 * mine / ticks:.2f} ms a tick; budget {BUDGET_SECONDS:.0f} s)"
    )
    print(f"  inserting its {rows:5} rows {floor:7.3f} s CPU   (one transaction, Core inserts)")
    print(f"  ratio                   {mine / floor:7.0f}")


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _read(store: Store) -> list[tuple[Any, list[dict[str, Any]]]]:
    with store.read() as session:
        return [
            (table, [dict(row) for row in session.execute(select(table)).mappings()])
            for table in METADATA.sorted_tables
        ]


def _insert(path: Path, data: list[tuple[Any, list[dict[str, Any]]]]) -> None:
    store = Store(f"sqlite:///{path}")
    upgrade(store.engine)
    with store.write() as session:
        for table, rows in data:
            if rows:
                session.execute(insert(table), rows)
    store.close()
