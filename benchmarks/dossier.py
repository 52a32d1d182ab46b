"""The whole dossier of the demo season: nine Word documents, the register, the archive, and its check."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from documents.dossier.checking import check
from documents.dossier.making import make, plan_dossier
from documents.writing.details import Details
from documents.writing.facts import read_facts
from mangnon.demo.season import Season, live
from mangnon.demo.setting import prepare

RUNS = 5
BUDGET_SECONDS = 3.0


def main() -> None:
    """Print the medians."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        season = prepare(folder / "season", until=date(2024, 11, 30))
        live(season)
        timed = [
            _cpu(lambda number=number: _make(season, folder / f"{number}.zip")) for number in range(RUNS)
        ]
        checked = [_cpu(lambda number=number: check(folder / f"{number}.zip"))[0] for number in range(RUNS)]
        season.house.store.close()
        made = timed[0][1]
        size = made.path.stat().st_size
    print(f"\ndossier: the demo season's, {made.files} files, {size / 1e6:.2f} MB, medians of {RUNS}")
    print(
        f"  read, fill, pack        {median(one for one, _ in timed):7.2f} s CPU   (budget {BUDGET_SECONDS:.0f} s)"
    )
    print(f"  check                   {median(checked):7.3f} s CPU")


def _make(season: Season, target: Path) -> Any:
    house = season.house
    with house.store.read() as session:
        where = house.bearings(session)
        facts = read_facts(session, where.plan_id, where.today, house.calendar)
    planned = plan_dossier(facts, Details(), house.evidence_folder)
    at: datetime = house.clock.now().astimezone(ZoneInfo(where.time_zone))
    return make(planned, target, at=at)


def _cpu(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


if __name__ == "__main__":
    main()
