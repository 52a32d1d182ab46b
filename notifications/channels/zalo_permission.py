"""How an OA's administrator lets this program act for the OA: a link, and a code that comes back. Pure but for the dice."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode
from urllib.parse import urlencode


def new_verifier() -> str:
    """A secret of 43 characters, to be kept until the code comes back (PKCE, RFC 7636)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """What the link shows of the secret (S256)."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def permission_url(oauth_url: str, app_id: str, redirect_uri: str, verifier: str, state: str = "") -> str:
    """Where the administrator gives permission. Zalo may not echo `state`, so it may also ride in `redirect_uri`."""
    query = {"app_id": app_id, "redirect_uri": redirect_uri, "code_challenge": challenge(verifier)}
    if state:
        query["state"] = state
    return f"{oauth_url}/v4/oa/permission?{urlencode(query)}"
