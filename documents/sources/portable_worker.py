"""The process that takes a PDF apart: bytes on standard input, the pages' texts as JSON on standard output."""

from __future__ import annotations

import json
import logging
import resource
import sys
from io import BytesIO

ENCRYPTED, TOO_MANY_PAGES, DAMAGED = 3, 4, 5
MOST_PAGES = 80
SECONDS = 4
MEMORY = 600_000_000
"""Bytes of address space; reading a plan needs some 60 MB of it."""


def main() -> None:
    """Read one PDF; the exit code tells why not."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable()
    try:
        json.dump(_texts(sys.stdin.buffer.read()), sys.stdout)
    except Exception:
        sys.exit(DAMAGED)


def _texts(raw: bytes) -> list[str]:
    # Imported after the limits are set, and only in this process.
    from pypdf import PdfReader  # noqa: PLC0415

    reader = PdfReader(BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        sys.exit(ENCRYPTED)
    if len(reader.pages) > MOST_PAGES:
        sys.exit(TOO_MANY_PAGES)
    return [page.extract_text() or "" for page in reader.pages]
