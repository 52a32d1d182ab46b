"""The process that reads a document: bytes on standard input, blocks as JSON on standard output.

It reads what the document says, too, and drops it: whoever repeats that with these blocks knows that it ends soon.
"""

from __future__ import annotations

import json
import logging
import resource
import sys

REFUSED = 3
SECONDS = 10
"""Processor time. A plan needs half a second; LibreOffice, which inherits the bound, some five."""


def main(name: str) -> None:
    """Read one document; a refusal's sentence goes to standard output."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    logging.disable()
    # Imported after the limit is set, and only in this process.
    from db.errors import Refusal  # noqa: PLC0415
    from documents.apart import packed  # noqa: PLC0415
    from documents.reading import read_plan_document  # noqa: PLC0415
    from documents.sources import read_blocks  # noqa: PLC0415

    try:
        blocks = read_blocks(sys.stdin.buffer.read(), name)
        read_plan_document(blocks, {})
    except Refusal as refusal:
        sys.stdout.write(str(refusal))
        sys.exit(REFUSED)
    json.dump(packed(blocks), sys.stdout, ensure_ascii=False)
