"""The program's log: for whoever runs it, never for the screen of whoever uses it.

One JSON object a line on standard error, without personal data: row numbers, codes and kinds. Of an error only kinds and
places are told, for the values it speaks of may be somebody's; of what a library says, only its own sentence as it stood
before anything was filled in.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import PurePath
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict

MOST_PLACES = 12
LONGEST_SENTENCE = 200
log = structlog.get_logger(__name__)


def configure_logs(stream: TextIO | None = None, *, least: int = logging.INFO) -> None:
    """Let what is logged from now on, of the level `least` or above, go to `stream`; None: standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_values,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
    )
    logging.basicConfig(handlers=[Library()], level=logging.WARNING, force=True)
    sys.excepthook = _broke
    threading.excepthook = lambda broken: _broke(broken.exc_type, broken.exc_value, broken.exc_traceback)


class Library(logging.Handler):
    """Takes what libraries log."""

    def emit(self, record: logging.LogRecord) -> None:
        """Say it as the program's own log does."""
        first = str(record.msg).strip().partition("\n")[0]
        log.log(record.levelno, first[:LONGEST_SENTENCE], library=record.name, exc_info=record.exc_info)


def without_values(_: object, __: str, event: EventDict) -> EventDict:
    """A processor: what broke, as kinds and places."""
    error = event.pop("exc_info", None)
    error = sys.exc_info() if error is True else error
    found = error[1] if isinstance(error, tuple) else error
    if isinstance(found, BaseException):
        event["exception"] = list(_told(found))
    return event


def _told(error: BaseException) -> Iterator[str]:
    """The error, and what it came from, each as "Kind: file.py:12 function, …", the innermost place first."""
    seen: set[int] = set()
    waiting = [error]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        yield f"{type(one).__name__}: {', '.join(_places(one.__traceback__))}"
        waiting += [before for before in (one.__context__, one.__cause__) if before is not None]
        waiting += reversed(one.exceptions) if isinstance(one, BaseExceptionGroup) else []


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MOST_PLACES:]
    return [
        f"{'/'.join(PurePath(one.filename).parts[-2:])}:{one.lineno} {one.name}" for one in reversed(frames)
    ]


def _broke(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """What nobody caught ends the program, or one of its threads."""
    log.critical("the program broke", exc_info=(kind, error, trace))
