"""Every command that the documents show works, in the order in which they show it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer.main
from cli_runner import Folder

from mangnon.cli.frame import app
from mangnon.cli.ondemand import load_all

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md"))


def commands(document: Path) -> list[str]:
    """The lines of all ```sh blocks."""
    blocks = re.findall(r"```sh\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_the_commands_of_a_document_work_in_their_order(document: Path, tmp_path: Path) -> None:
    for line in commands(document):
        program, *words = shlex.split(line)
        if program == "make":
            assert re.search(rf"^{re.escape(words[0])}:", (ROOT / "Makefile").read_text(), re.MULTILINE), line
            continue
        assert program == "mangnon", line
        ran = Folder(tmp_path).run(*words)
        assert ran.code == 0, (line, ran.out, ran.err)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_mangnon_command_named_in_the_text_exists(document: Path) -> None:
    for words in re.findall(r"`mangnon ((?:[a-z]+ ?)+)", document.read_text(encoding="utf-8")):
        load_all()
        command = typer.main.get_command(app)
        for word in words.split():
            if isinstance(command, typer.core.TyperGroup):
                assert word in command.commands, words
                command = command.commands[word]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_between_documents_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        assert (document.parent / target).exists(), target
