"""All that a process and its children log: the program's log, what libraries say at any level, standard error."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import structlog

from mangnon.logs import configure_logs

LIBRARIES = "library %(name)s %(levelname)s %(message)s"
RECEIVER = "mail.log"
"""The tests' mail server logs whom it takes mail for; it is no part of the program."""


@contextmanager
def programs_log(stream: TextIO | None = None) -> Iterator[None]:
    """The log as the program sets it up, to `stream` or to standard error; everything is as it was afterwards."""
    root, hooks = logging.getLogger(), (sys.excepthook, threading.excepthook)
    handlers, level = list(root.handlers), root.level
    configure_logs(stream)
    try:
        yield
    finally:
        structlog.reset_defaults()
        root.handlers[:], (sys.excepthook, threading.excepthook) = handlers, hooks
        root.setLevel(level)


@contextmanager
def captured(path: Path) -> Iterator[Callable[[], str]]:
    """Let everything go to a file, in full; what is called says what stands there by now."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with (
        path.open("a", encoding="utf-8", buffering=1) as stream,
        _standard_error(stream),
        programs_log(stream),
    ):
        everything = logging.StreamHandler(stream)
        everything.setFormatter(logging.Formatter(LIBRARIES))
        everything.addFilter(lambda record: record.name != RECEIVER)
        logging.getLogger().addHandler(everything)
        logging.getLogger().setLevel(logging.DEBUG)
        yield lambda: path.read_text(encoding="utf-8")


@contextmanager
def _standard_error(stream: io.TextIOWrapper) -> Iterator[None]:
    """The file takes the place of standard error, for child processes too."""
    kept = os.dup(2)
    os.dup2(stream.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
