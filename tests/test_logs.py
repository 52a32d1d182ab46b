"""What the program logs when things go wrong: kinds and places, never the values that an error or a library speaks of."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from log_capture import programs_log

SECRET = "Bà Kín Đáo 0912 345 678"


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """Where the log goes; everything is as it was afterwards."""
    stream = io.StringIO()
    with programs_log(stream):
        yield stream


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def trip() -> None:
    raise ValueError(SECRET)


def test_an_error_is_told_by_its_kind_its_place_and_what_it_came_from(told: io.StringIO) -> None:
    try:
        try:
            trip()
        except ValueError as error:
            raise RuntimeError(f"not {SECRET}") from error
    except RuntimeError:
        structlog.get_logger("notifications").exception("sending broke", message=7)
    (line,) = lines(told)
    assert (line["event"], line["message"], line["level"]) == ("sending broke", 7, "error")
    outer, inner = line["exception"]
    assert outer.startswith("RuntimeError: tests/test_logs.py:")
    assert inner.startswith("ValueError: tests/test_logs.py:") and " trip, " in inner
    assert SECRET not in told.getvalue()


def test_every_error_of_a_group_is_told(told: io.StringIO) -> None:
    group = ExceptionGroup(SECRET, [ValueError(SECRET), KeyError(SECRET)])
    structlog.get_logger().error("several broke", exc_info=group)
    assert [one.partition(":")[0] for one in lines(told)[0]["exception"]] == [
        "ExceptionGroup",
        "ValueError",
        "KeyError",
    ]
    assert SECRET not in told.getvalue()


def test_a_library_is_quoted_before_anything_was_filled_in(told: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: %s", f"https://bot.example/bot{SECRET}")
    logging.getLogger("apscheduler").error(
        'Job "%s" raised an exception', SECRET, exc_info=ValueError(SECRET)
    )
    logging.getLogger("asyncio").error(f"Task exception was never retrieved\nfuture: {SECRET}")
    first, second = lines(told)
    assert (first["event"], first["library"]) == ('Job "%s" raised an exception', "apscheduler")
    assert first["exception"] == ["ValueError: "]
    assert second["event"] == "Task exception was never retrieved"
    assert SECRET not in told.getvalue()


def test_a_task_that_nobody_waited_for_tells_no_value(told: io.StringIO) -> None:
    async def work() -> None:
        async def broken() -> None:
            trip()

        task = asyncio.ensure_future(broken())
        await asyncio.sleep(0)
        del task

    asyncio.run(work())
    assert lines(told)[0]["library"] == "asyncio"
    assert SECRET not in told.getvalue()


def test_a_thread_that_breaks_tells_no_value(told: io.StringIO) -> None:
    thread = threading.Thread(target=trip)
    thread.start()
    thread.join()
    assert lines(told)[0]["event"] == "the program broke"
    assert SECRET not in told.getvalue()


def test_a_program_that_breaks_ends_badly_and_tells_no_value() -> None:
    program = f"from mangnon.logs import configure_logs; configure_logs(); raise ValueError({SECRET!r})"
    ran = subprocess.run(
        [sys.executable, "-c", program], check=False, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 1
    assert json.loads(ran.stderr)["event"] == "the program broke"
    assert SECRET not in ran.stderr
