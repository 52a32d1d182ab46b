"""Signed tokens for links and cookies. What they stand for lies in the database, so they can be revoked."""

from __future__ import annotations

import hashlib
import secrets
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

TASK, SIGN_IN, CALENDAR = "task", "sign_in", "calendar"
_LONGEST = 200


def sign(secret_key: str, purpose: str, number: int) -> str:
    """The token of an access link: its row's number under a signature. The same row gives the same token."""
    return str(_signer(secret_key, purpose).dumps(number))


def read(secret_key: str, purpose: str, token: str) -> int | None:
    """The row's number; None for a token that was not signed here for this purpose."""
    if len(token) > _LONGEST:
        return None
    try:
        number = _signer(secret_key, purpose).loads(token)
    except BadSignature:
        return None
    return number if isinstance(number, int) and 0 < number < 2**31 else None


def fresh() -> str:
    """A secret nobody can guess."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@lru_cache(maxsize=16)
def _signer(secret_key: str, purpose: str) -> URLSafeSerializer:
    # SHA-256 with 16 bytes kept would do; the library's default digest is SHA-1.
    return URLSafeSerializer(
        secret_key,
        salt=f"mangnon.{purpose}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
