"""The program's log: for whoever runs it, never for the screen of whoever uses it."""

from __future__ import annotations

import logging
import sys

import structlog


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
