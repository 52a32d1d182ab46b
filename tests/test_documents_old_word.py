"""Old Word files through LibreOffice: read like the .docx they were, with advice without it, and never without an end."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Folder
from docx import Document

from benchmarks.reading import FOLDER
from db.errors import Refusal
from documents.findings import FLAT_TABLE
from documents.sources import old_word, read_blocks

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "WordDocument".encode("utf-16-le")


def fake_program(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A `soffice` that does as `script` says, before all others on the path."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


def alive(number: int) -> bool:
    """Whether a process runs; one that ended and that nobody has asked after does not."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def unsourced(value: Any) -> Any:
    """Findings without where they stand, which a table cell and a page tell differently."""
    if isinstance(value, dict):
        return {key: unsourced(one) for key, one in value.items() if key != "source"}
    return [unsourced(one) for one in value] if isinstance(value, list) else value


def test_a_converter_that_hangs_is_stopped_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_program(tmp_path, f'sleep 300 &\necho $! > "{tmp_path}/child"\nwait', monkeypatch)
    monkeypatch.setattr(old_word, "PATIENCE", 1.0)
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(work))
    begun = time.monotonic()
    with pytest.raises(Refusal, match="LibreOffice không chuyển được tệp này"):
        read_blocks(OLD, "cu.doc")
    assert time.monotonic() - begun < 10
    assert list(work.iterdir()) == []
    child = int((tmp_path / "child").read_text())
    ending = time.monotonic() + 10
    while alive(child) and time.monotonic() < ending:
        time.sleep(0.05)
    assert not alive(child)


@pytest.mark.parametrize("script", ["exit 1", "exit 0", "kill -SEGV $$"])
def test_a_converter_that_fails_or_makes_nothing_is_told_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    fake_program(tmp_path, script, monkeypatch)
    with pytest.raises(Refusal, match=r"cu\.doc: LibreOffice không chuyển được tệp này") as caught:
        read_blocks(OLD, "cu.doc")
    assert len(str(caught.value).splitlines()) == 1


def test_without_libreoffice_the_command_gives_advice_and_ends_with_2(tmp_path: Path) -> None:
    (tmp_path / "cu.doc").write_bytes(OLD)
    ran = Folder(tmp_path).run("plan", "read", "cu.doc", PATH=str(tmp_path))
    ran.refused("cu.doc", "LibreOffice", "lưu lại dạng .docx")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs libreoffice-writer-nogui")
@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("dong-tam", "doc"),
        ("ngoc-linh", "doc"),
        ("tam-son", "doc"),
        ("dong-tam", "odt"),
        ("tam-son", "rtf"),
        ("dak-ruong", "doc"),
        ("an-loc-dong", "docx"),
    ],
)
def test_a_plan_saved_in_another_form_is_read_as_its_docx_is(tmp_path: Path, name: str, ending: str) -> None:
    document = Document(str(FOLDER / f"{name}.docx"))
    # As Word saves it: a last table is always followed by a paragraph.
    document.add_paragraph("")
    document.save(str(tmp_path / f"{name}.docx"))
    new, old = both_read(tmp_path, name, ending)
    assert old["units"]
    assert unsourced(old) == unsourced(new)


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs libreoffice-writer-nogui")
def test_a_pdf_of_a_plan_gives_the_same_but_for_the_table_which_is_told(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "an-loc-dong.docx", tmp_path)
    new, old = both_read(tmp_path, "an-loc-dong", "pdf")
    for field in ("number", "issued_on", "issuer", "year", "title", "signer", "report_deadline", "bases"):
        assert old[field] == new[field]
    assert {own["no"] for unit in old["units"] for own in unit["criteria"]} == set()
    assert [one["what"] for one in old["unread"]] == [FLAT_TABLE]
    assert {one["code"] for one in old["warnings"]} == {"owner_unread"}


def both_read(folder: Path, name: str, ending: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is read in a .docx, and in what LibreOffice makes of it."""
    made = folder / "made"
    subprocess.run(
        ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", ending,
         "--outdir", str(made), str(folder / f"{name}.docx")],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    shell = Folder(folder)
    new = shell.run("plan", "read", f"{name}.docx", "--json").done().data
    return new, shell.run("plan", "read", f"made/{name}.{ending}", "--json").done().data
