"""Checked rows on their way through the preview page: signed, so that what is applied is what was checked."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import astuple

from itsdangerous import BadData, URLSafeSerializer

from tasks.contact_rows import ContactRow


def pack(secret_key: str, commune_id: int, seal: str, rows: Sequence[ContactRow]) -> str:
    """Rows and the seal of their preview, compressed and signed."""
    return str(_signer(secret_key).dumps([commune_id, seal, [astuple(row) for row in rows]]))


def unpack(secret_key: str, commune_id: int, given: str) -> tuple[str, list[ContactRow]] | None:
    """The seal and the rows; None for anything that was not packed here for this commune."""
    try:
        number, seal, rows = _signer(secret_key).loads(given)
    except (BadData, ValueError):
        return None
    return (seal, [ContactRow(*row) for row in rows]) if number == commune_id else None


def _signer(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key,
        salt="mangnon.contacts",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
