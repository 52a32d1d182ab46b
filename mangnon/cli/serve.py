"""`mangnon serve`: tick and delivery until stopped."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from datetime import timedelta

import structlog

from mangnon.cli.app import app, opened
from mangnon.cli.output import done
from mangnon.house import House
from notifications.serving import Ticker
from notifications.tick import tick


@app.command("serve")
def serve() -> None:
    """Chạy bộ nhắc việc cho đến khi bị dừng (Ctrl+C); thư đang gửi dở được gửi nốt."""
    configure_logs()
    with opened() as house:
        asyncio.run(run(house))
    done("Đã dừng.")


async def run(house: House) -> None:
    """Tick until SIGINT or SIGTERM; then only the messages in hand are finished."""
    stop, delivery = asyncio.Event(), house.delivery()

    def end() -> None:
        delivery.stopping.set()
        stop.set()

    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, end)
    await Ticker(lambda: tick(delivery), timedelta(seconds=house.settings.tick.every_seconds)).run(stop)


def configure_logs() -> None:
    """One JSON object a line on standard error; no personal data is ever logged, only row numbers."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
