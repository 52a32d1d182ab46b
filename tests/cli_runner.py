"""The real `mangnon` console script in a folder of its own, in processes that know no MANGNON_* variable."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

SCRIPT = Path(sys.executable).with_name("mangnon")
FORKER = Path(__file__).with_name("cli_forker.py")
DATABASE = "mangnon.db"


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """What `--json` printed; fails when standard output is anything but one JSON document."""
        return json.loads(self.out)

    def refused(self, *words: str) -> None:
        """Fail unless it said why in Vietnamese, with these words, and ended with code 2."""
        assert self.code == 2, (self.code, self.out, self.err)
        assert self.err.startswith("✗ "), self.err
        self.quiet_about_python()
        for word in words:
            assert word in self.err, (word, self.err)

    def done(self) -> Ran:
        """Fail unless it succeeded."""
        assert self.code == 0, (self.code, self.out, self.err)
        self.quiet_about_python()
        return self

    def quiet_about_python(self) -> None:
        """Fail when it showed its inside."""
        for word in ("Traceback", "sqlite3.", "sqlalchemy", "Errno", "Usage:", "Error"):
            assert word not in self.out + self.err, self.err


class Folder:
    """A folder in which commands run."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def database(self) -> Path:
        """Its database file."""
        return self.path / DATABASE

    def run(self, *words: str, largest_file: int | None = None, **more: str) -> Ran:
        """Run `mangnon words`. `largest_file`: bytes a file may grow to, as on a full disk; `more`: variables."""
        with tempfile.TemporaryDirectory() as streams:
            out, err = Path(streams, "out"), Path(streams, "err")
            out.touch()
            err.touch()
            wanted = {
                "argv": [str(SCRIPT), *words], "cwd": str(self.path), "env": environment(more),
                "streams": [os.devnull, str(out), str(err)], "largest_file": largest_file,
            }  # fmt: skip
            code = _ask(wanted)
            return Ran(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))

    def write(self, name: str, text: str) -> Path:
        """A file in the folder."""
        path = self.path / name
        path.write_text(text, encoding="utf-8")
        return path

    def configure(self, *replacements: tuple[str, str]) -> None:
        """Change lines of config.toml: (setting, its new value)."""
        path = self.path / "config.toml"
        lines = path.read_text(encoding="utf-8").splitlines()
        for setting, value in replacements:
            place = next(place for place, line in enumerate(lines) if line.startswith(f"{setting} = "))
            lines[place] = f"{setting} = {value}"
        path.write_text("\n".join(lines), encoding="utf-8")

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What a query finds in the database."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of every table."""
        tables = self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        return {name: sorted(self.rows(f"SELECT * FROM {name}"), key=repr) for (name,) in tables}

    @contextmanager
    def serving(self, **more: str) -> Iterator[subprocess.Popen[str]]:
        """`mangnon serve` with more variables, running; killed at the end if it still does."""
        process = subprocess.Popen(
            [SCRIPT, "serve"], cwd=self.path, env=environment({"MANGNON_WEB__PORT": "0"} | more), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            yield process
        finally:
            process.kill()
            process.communicate()


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment as a person's terminal would have it."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("MANGNON_")}
    plain.pop("PYTHONDONTWRITEBYTECODE", None)
    return plain | {"COLUMNS": "80", "NO_COLOR": "1"} | more


def stopped(process: subprocess.Popen[str], sign: int = signal.SIGTERM) -> tuple[int, str, str, float]:
    """Ask a process to stop; its exit code, outputs, and the seconds it took."""
    began = time.monotonic()
    process.send_signal(sign)
    out, err = process.communicate(timeout=30)
    return process.returncode, out, err, time.monotonic() - began


def fresh(path: Path) -> Folder:
    """An empty folder after `mangnon init`."""
    return _copy("fresh", path)


def ready(path: Path) -> Folder:
    """The example plan with its people, collecting figures; letters may leave at any hour of any day."""
    return _copy("ready", path)


def _copy(which: str, path: Path) -> Folder:
    target = path / "xa"
    shutil.copytree(_templates()[which], target)
    return Folder(target)


@cache
def _templates() -> dict[str, Path]:
    root = Path(tempfile.mkdtemp(prefix="mangnon-cli-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    made = {name: Folder(root / name) for name in ("fresh", "ready")}
    made["fresh"].path.mkdir()
    made["fresh"].run("init").done()
    shutil.copytree(made["fresh"].path, made["ready"].path)
    _open_hours(made["ready"])
    for line in (
        "plan import hoang-dong-2024",
        "contacts import contacts-example",
        "step issue",
        "step collect",
    ):
        made["ready"].run(*line.split()).done()
    return {name: folder.path for name, folder in made.items()}


def _open_hours(folder: Folder) -> None:
    """Make these days working days and let the window span the day, so that no test depends on the hour."""
    today = datetime.now(UTC).date()
    days = (today + timedelta(days=step) for step in range(-1, 3))
    text = "\n".join(f'[[day]]\ndate = {day}\nkind = "work"\nsource = "kiểm thử"\n' for day in days)
    folder.write("lich.toml", text)
    folder.configure(
        ("override_file", '"lich.toml"'),
        ("slots", '["00:00"]'),
        ("window_from", '"00:00"'),
        ("window_until", '"23:59:59.999999"'),
    )


@cache
def _forker() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, FORKER],
        env=environment({}),
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(_end, process)
    return process


def _end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=10)


def _ask(wanted: dict[str, Any]) -> int:
    process = _forker()
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(json.dumps(wanted) + "\n")
    process.stdin.flush()
    return int(json.loads(process.stdout.readline()))
