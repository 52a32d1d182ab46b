"""Who stands in for Zalo, eSMS and the mail server while the Zalo season is lived: processes of a checkout, on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from db.errors import Refusal
from mangnon.demo.outside import Outside
from mangnon.demo.reach import MAILBOX_GONE, mailbox_of

HOST = "127.0.0.1"
TESTS = Path(__file__).resolve().parents[2] / "tests"
NEEDED = ("aiohttp", "aiosmtpd")
NOT_HERE = "Bản cài này không kèm Zalo giả. Hãy chạy --zalo-fake trong thư mục mã nguồn của Măng Non, sau lệnh make setup."
PATIENCE = 5.0


@contextmanager
def outside(start: datetime) -> Iterator[Outside]:
    """The fake of Zalo and eSMS, whose clock begins at `start`. Raises Refusal where it did not come with the program."""
    running, defaults = _fake()
    with running.ZaloFake(clock=start) as fake:
        yield Outside(fake, defaults)


@contextmanager
def mail_server(folder: Path) -> Iterator[tuple[str, int]]:
    """A mail server that keeps what it takes in a folder, and knows one mailbox less than the contacts do."""
    command = [
        sys.executable,
        "-m",
        "mangnon.demo.mailbox",
        str(folder),
        "--refuse",
        mailbox_of(MAILBOX_GONE),
    ]
    # In a session of its own, so that Ctrl+C is for the demo alone, which then lets it end.
    with subprocess.Popen(  # noqa: S603 - the command is our own
        command, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
    ) as process:
        try:
            yield HOST, _port(process)
        finally:
            _end(process)


def _fake() -> tuple[Any, Any]:
    """The modules of the fake: how it is run, and what it knows."""
    if not (TESTS / "zalo_fake").is_dir() or not all(find_spec(name) for name in NEEDED):
        raise Refusal(NOT_HERE)
    sys.path.append(str(TESTS))
    try:
        return import_module("zalo_fake.running"), import_module("zalo_fake.defaults")
    finally:
        sys.path.remove(str(TESTS))


def _port(process: subprocess.Popen[str]) -> int:
    line = process.stdout.readline() if process.stdout is not None else ""
    if not line:
        raise Refusal("Máy chủ thư của bản chạy thử không mở được. Hãy chỉ một máy chủ thư bằng --smtp.")
    port: int = json.loads(line)["port"]
    return port


def _end(process: subprocess.Popen[str]) -> None:
    """It ends when its input closes; one that does not is ended."""
    if process.stdin is not None:
        process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
