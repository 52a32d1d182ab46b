"""A .docx packed the same way each time: the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from typing import Any

FIRST = "[Content_Types].xml"
LONG_AGO = (1980, 1, 1, 0, 0, 0)


def packed(document: Any) -> bytes:
    """The bytes of a python-docx or docxtpl document, without the hour at which they were made."""
    stream = io.BytesIO()
    document.save(stream)
    return repacked(stream.getvalue())


def repacked(raw: bytes) -> bytes:
    """The same parts in a fixed order with a fixed date."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda one: (one != FIRST, one)):
            new.writestr(zipfile.ZipInfo(name, LONG_AGO), old.read(name), zipfile.ZIP_DEFLATED)
    return stream.getvalue()
