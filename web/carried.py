"""Values on their way through a page and back: compressed and signed, so that what comes back is what was shown."""

from __future__ import annotations

import hashlib
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

MOST = 2_000_000
"""How long, in characters, what comes back may be."""


def pack(secret_key: str, purpose: str, value: Any) -> str:
    """A JSON value as a text that only `unpack` for the same purpose takes."""
    return str(_signer(secret_key, purpose).dumps(value))


def unpack(secret_key: str, purpose: str, given: str) -> Any:
    """The value; None for anything that was not packed here for this purpose."""
    try:
        return _signer(secret_key, purpose).loads(given)
    except (BadData, ValueError):
        return None


def _signer(secret_key: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(
        secret_key,
        salt=f"mangnon.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
