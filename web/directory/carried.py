"""Checked rows on their way through the preview page: signed, so that what is applied is what was checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple

from tasks.contact_rows import ContactRow
from web import carried

PURPOSE = "contacts"


def pack(secret_key: str, commune_id: int, seal: str, rows: Sequence[ContactRow]) -> str:
    """Rows and the seal of their preview, compressed and signed."""
    return carried.pack(secret_key, PURPOSE, [commune_id, seal, [astuple(row) for row in rows]])


def unpack(secret_key: str, commune_id: int, given: str) -> tuple[str, list[ContactRow]] | None:
    """The seal and the rows; None for anything that was not packed here for this commune."""
    number, seal, rows = carried.unpack(secret_key, PURPOSE, given) or (None, "", ())
    return (seal, [ContactRow(*row) for row in rows]) if number == commune_id else None
