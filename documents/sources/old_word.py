"""Old Word files (.doc), .rtf and .odt: turned into .docx by LibreOffice, where it is installed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from db.errors import Refusal

PROGRAMS = ("soffice", "libreoffice")
PATIENCE = 60.0
"""Seconds for one file; a plan takes about three."""


def converted(raw: bytes, ending: str) -> bytes:
    """The file as .docx. Raises Refusal with advice when LibreOffice is missing or fails."""
    program = next((found for name in PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        raise Refusal(
            f"tệp .{ending} chỉ đọc được khi máy chủ có LibreOffice. Hãy mở bằng Word và lưu lại dạng .docx."
        )
    with tempfile.TemporaryDirectory(prefix="mangnon-") as folder:
        return _converted_in(Path(folder), program, raw, ending)


def _converted_in(folder: Path, program: str, raw: bytes, ending: str) -> bytes:
    given = folder / f"plan.{ending}"
    given.write_bytes(raw)
    # A profile of its own: no macros of an officer's profile run, and two conversions do not wait for each other.
    command = [
        program, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", "docx", "--outdir", str(folder), str(given),
    ]  # fmt: skip
    try:
        _run(command)
        return (folder / "plan.docx").read_bytes()
    except (OSError, subprocess.TimeoutExpired):
        raise Refusal(
            "LibreOffice không chuyển được tệp này. Hãy mở bằng Word và lưu lại dạng .docx."
        ) from None


def _run(command: Sequence[str]) -> None:
    """Run a program and all that it starts, for a while. Raises OSError, TimeoutExpired."""
    # `soffice` is a script that starts others, so the whole group is ended; an open pipe would wait for them.
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(  # noqa: S603
        command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )
    try:
        process.wait(PATIENCE)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
