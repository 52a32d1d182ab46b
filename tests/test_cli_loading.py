"""A command loads what it needs and nothing else: told by the modules that are there when it ends."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from functools import cache

import pytest
import typer.main
from typer.core import TyperGroup

import mangnon.cli
from benchmarks.reading import FOLDER
from mangnon.cli.frame import app
from mangnon.cli.ondemand import PLACES, load_all

HEAVY = {
    "fastapi", "starlette", "sqlalchemy", "sqlmodel", "alembic", "openpyxl", "docxtpl", "docx", "pypdf", "httpx", "uvicorn", "apscheduler",
    "aiosmtplib", "jinja2", "babel", "holidays", "icalendar", "transitions", "pwdlib", "segno", "prometheus_client",
}  # fmt: skip
_RUN = """
import json, sys
sys.argv = ["mangnon", *sys.argv[1:]]
from mangnon.cli import main
try:
    main()
except SystemExit as end:
    code = end.code
print("\\n" + json.dumps([code, sorted({name.partition(".")[0] for name in sys.modules})]))
"""


@cache
def loaded(*words: str) -> tuple[int, frozenset[str]]:
    """How a command ended in a process of its own, and the packages loaded there."""
    ran = subprocess.run(
        [sys.executable, "-c", _RUN, *words], capture_output=True, text=True, timeout=60, check=True
    )
    code, names = json.loads(ran.stdout.splitlines()[-1])
    return code, frozenset(names)


PLAN = str(FOLDER / "hoang-dong-2024.txt")


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("plan", "read", "--help"), ("plan", "read", PLAN), ("plan", "read", PLAN, "--json"), ("plna",)]
)  # fmt: skip
def test_a_command_that_opens_no_database_loads_no_heavy_library(words: tuple[str, ...]) -> None:
    code, names = loaded(*words)
    assert code == (2 if words == ("plna",) else 0)
    assert not names & HEAVY, names & HEAVY


def test_the_command_line_is_the_same_before_and_after_its_commands_are_loaded() -> None:
    load_all()
    tree = typer.main.get_command(app)
    assert isinstance(tree, TyperGroup)
    assert {name: command.help for name, command in tree.commands.items()} == {
        name: place.help for name, place in PLACES.items()
    }


def test_every_module_with_a_command_can_be_reached_by_its_name() -> None:
    frame = {"app", "frame", "ondemand", "output", "usage", "wording", "plan_group"}
    modules = {one.name for one in pkgutil.iter_modules(mangnon.cli.__path__)}
    named = {module for place in PLACES.values() for module in place.modules}
    assert modules - frame == named


def test_the_version_is_told() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", "from mangnon.cli import main; import sys; sys.argv[1:] = ['--version']; main()"],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert ran.stdout == "mangnon 0.1.0\n"
