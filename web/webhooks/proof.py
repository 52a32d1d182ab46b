"""Where a call to a webhook comes from: a shared secret, or a signature over its bytes. Pure, in constant time."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def same_secret(given: str, wanted: str) -> bool:
    """Whether a call carries the secret. Without a secret of ours, none does."""
    return bool(wanted) and hmac.compare_digest(_bytes(given), _bytes(wanted))


def signed_by_oa(raw: bytes, given: str, timestamps: Iterable[str], app_id: str, key: str) -> bool:
    """Whether Zalo signed these bytes for this app, at one of the instants that the call names for itself."""
    if not app_id or not key:
        return False
    return any(hmac.compare_digest(_bytes(given), _mac(raw, one, app_id, key)) for one in timestamps)


def _mac(raw: bytes, timestamp: str, app_id: str, key: str) -> bytes:
    signed = _bytes(app_id) + raw + _bytes(timestamp) + _bytes(key)
    return f"mac={hashlib.sha256(signed).hexdigest()}".encode()


def _bytes(text: str) -> bytes:
    # A caller may send half a letter; it proves nothing, and breaks nothing.
    return text.encode("utf-8", "replace")
