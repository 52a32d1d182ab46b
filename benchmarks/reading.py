"""`python -m benchmarks.reading`: how much of each field is found in the fixture plans, and how much found is right."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from documents.as_json import findings_as_json
from documents.grammar.letters import fold
from documents.reading import read_plan_document
from documents.sources import read_file
from tasks.ruleset import find_rule_set

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "data" / "plans"
WHOLE = ("number", "issued_on", "year")


@dataclass
class Tally:
    """What was to be found, what was found, and what is in both."""

    wanted: int = 0
    found: int = 0
    right: int = 0

    def add(self, wanted: set[Any], found: set[Any]) -> None:
        """Count one document."""
        self.wanted += len(wanted)
        self.found += len(found)
        self.right += len(wanted & found)

    @property
    def precision(self) -> float:
        """Of what was found, how much is right."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Of what was to be found, how much was."""
        return self.right / self.wanted if self.wanted else 1.0


def expected_of(folder: Path = FOLDER) -> dict[Path, dict[str, Any]]:
    """The fixture documents with what they really say, written by hand."""
    found = {}
    for path in sorted(folder.glob("*.expected.json")):
        name = path.name.removesuffix(".expected.json")
        document = next(one for one in folder.glob(f"{name}.*") if one.suffix != ".json")
        found[document] = json.loads(path.read_text(encoding="utf-8"))
    return found


def read(document: Path) -> dict[str, Any]:
    """What the reader finds, as `mangnon plan read --json` prints it."""
    names = {one.no: one.name for one in find_rule_set("decision-06").criteria}
    return findings_as_json(read_plan_document(read_file(document), names))


def measured(folder: Path = FOLDER) -> tuple[dict[str, Tally], list[str], float]:
    """(field -> tally, what differs, the slowest reading in seconds)."""
    tallies: dict[str, Tally] = {}
    differing: list[str] = []
    slowest = 0.0
    for document, expected in expected_of(folder).items():
        begun = time.perf_counter()
        found = read(document)
        slowest = max(slowest, time.perf_counter() - begun)
        right = dict(_of_expected(expected))
        for field, values in _of_found(found):
            tallies.setdefault(field, Tally()).add(right[field], values)
            differing += [
                f"{document.name}: {field}: missing {one}" for one in sorted(map(str, right[field] - values))
            ]
            differing += [
                f"{document.name}: {field}: wrong {one}" for one in sorted(map(str, values - right[field]))
            ]
    return tallies, differing, slowest


def _of_expected(one: dict[str, Any]) -> Iterator[tuple[str, set[Any]]]:
    yield from _single(one)
    yield "bases", set(one["bases"])
    yield "report_deadline", _some(one["report_deadline"])
    yield "units", {(fold(unit["name"]), unit["kind"], unit["count"]) for unit in one["units"]}
    yield (
        "owners",
        {
            (fold(unit["name"]), no, role)
            for unit in one["units"]
            for role in ("lead", "coop")
            for no in unit[role]
        },
    )
    yield "dates", set(one["dates"])
    yield "warnings", _numbered(one["warnings"])


def _of_found(one: dict[str, Any]) -> Iterator[tuple[str, set[Any]]]:
    yield from _single(one)
    yield "bases", {_short(text) for text in one["bases"]}
    yield "report_deadline", _some((one["report_deadline"] or {}).get("last_valid_date"))
    yield "units", {(fold(unit["name"]), unit["kind"], unit["count"]) for unit in one["units"]}
    yield (
        "owners",
        {(fold(unit["name"]), own["no"], own["role"]) for unit in one["units"] for own in unit["criteria"]},
    )
    yield "dates", {day["date"] if "date" in day else f"{day['from']}/{day['to']}" for day in one["dates"]}
    yield "warnings", _numbered([warning["code"] for warning in one["warnings"]])


def _single(one: dict[str, Any]) -> Iterator[tuple[str, set[Any]]]:
    for field in WHOLE:
        yield field, _some(one[field])
    for field in ("issuer", "signer"):
        yield field, {f"{key}: {value}" for key, value in one[field].items() if value}


def _some(value: Any) -> set[Any]:
    return set() if value is None else {value}


def _numbered(codes: Iterable[str]) -> set[str]:
    """Each code as often as it comes."""
    seen: dict[str, int] = {}
    for code in codes:
        seen[code] = seen.get(code, 0) + 1
    return {f"{code}/{no + 1}" for code, times in seen.items() for no in range(times)}


def _short(text: str) -> str:
    """A basis by its number, a law without one by its name."""
    words = [word for word in text.replace(",", " ").split() if "/" in word and any(map(str.isupper, word))]
    return words[0] if words else text.split(" ngày", maxsplit=1)[0]


def processor_time(*command: str) -> float:
    """The seconds of processor time that a whole process takes, the best of three."""
    return min(_once(command) for _ in range(3))


def _once(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print the table; exit code 1 when owners or dates fall below 0.98."""
    tallies, differing, slowest = measured()
    print(f"{len(expected_of())} documents; slowest read in {slowest:.3f} s")
    command = str(Path(sys.executable).with_name("mangnon"))
    whole = processor_time(command, "plan", "read", str(FOLDER / "hoang-dong-2024.txt"))
    bare = processor_time(sys.executable, "-c", "pass")
    print(f"mangnon plan read: {whole:.2f} s of processor time; python -c pass: {bare:.2f} s")
    print(f"{'field':<16} {'precision':>9} {'recall':>7} {'wanted':>7} {'found':>6}")
    for field, tally in tallies.items():
        print(f"{field:<16} {tally.precision:>9.3f} {tally.recall:>7.3f} {tally.wanted:>7} {tally.found:>6}")
    print("\n".join(differing))
    if any(min(tallies[field].precision, tallies[field].recall) < 0.98 for field in ("owners", "dates")):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
