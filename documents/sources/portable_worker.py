"""The process that takes a PDF apart: bytes on standard input, its pages as JSON on standard output."""

from __future__ import annotations

import json
import logging
import resource
import sys
from io import BytesIO
from typing import Any

from documents.sources.drawn import Drawn
from documents.sources.sheets import sheet_of

ENCRYPTED, TOO_MANY_PAGES, DAMAGED = 3, 4, 5
MOST_PAGES = 80
FEWEST_RULES = 2
SECONDS = 4
MEMORY = 600_000_000
"""Bytes of address space; reading a plan needs some 60 MB of it."""


def main() -> None:
    """Read one PDF; the exit code tells why not."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    logging.disable()
    try:
        json.dump(_pages(sys.stdin.buffer.read()), sys.stdout)
    except Exception:
        sys.exit(DAMAGED)


def _pages(raw: bytes) -> list[dict[str, Any]]:
    # Imported after the limits are set, and only in this process.
    from pypdf import PdfReader  # noqa: PLC0415

    reader = PdfReader(BytesIO(raw))
    if reader.is_encrypted and not reader.decrypt(""):
        sys.exit(ENCRYPTED)
    if len(reader.pages) > MOST_PAGES:
        sys.exit(TOO_MANY_PAGES)
    return [_page(page) for page in reader.pages]


def _page(page: Any) -> dict[str, Any]:
    """Stretches of text and tables, as `sheet_of` gives them, and whether the page has lines of a table at all."""
    drawn = Drawn()
    whole = page.extract_text(visitor_operand_before=drawn.operator, visitor_text=drawn.text) or ""
    items = [whole] if page.rotation else sheet_of(drawn, whole)
    return {"items": items, "ruled": min(len(drawn.level), len(drawn.upright)) >= FEWEST_RULES}
