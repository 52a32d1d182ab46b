"""The OA's pair of tokens: refresh tokens and codes are good for one use, and a new pair ends the old at once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from zalo_fake.clock import FakeClock
from zalo_fake.defaults import (
    ACCESS_SECONDS,
    APP_SECRET,
    CODE_SECONDS,
    FIRST_ACCESS,
    FIRST_REFRESH,
    REFRESH_SECONDS,
)  # fmt: skip
from zalo_fake.wire import Json, Refused


@dataclass
class Code:
    """A code that a permission gave: until when, and for which challenge ("" if none was given)."""

    until: float
    challenge: str


@dataclass
class Vault:
    """The tokens of the one OA. Instants in seconds since the epoch, by the fake's clock.

    `refreshes`: pairs given out for refresh tokens; `consumed_reuse`: requests that came with one already used;
    `proof`: whether appsecret_proof is asked for; `echo_state`, `quoted_errors`, `omit_refresh`: how answers vary.
    """

    clock: FakeClock
    access: str = FIRST_ACCESS
    refresh: str = FIRST_REFRESH
    access_seconds: int = ACCESS_SECONDS
    refreshes: int = 0
    consumed_reuse: int = 0
    proof: bool = False
    echo_state: bool = False
    quoted_errors: bool = False
    omit_refresh: bool = False
    issued: list[str] = field(default_factory=list)
    _consumed: set[str] = field(default_factory=set)
    _codes: dict[str, Code] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.adopt(self.access, self.refresh)

    def adopt(self, access: str, refresh: str) -> None:
        """Make this the pair, from now on."""
        self.access, self.refresh = access, refresh
        self.issued += [access, refresh]
        self.access_until = self.clock.now() + self.access_seconds
        self.refresh_until = self.clock.now() + REFRESH_SECONDS
        self._consumed.discard(refresh)

    def expire_access(self) -> None:
        """Let the access token run out now."""
        self.access_until = self.clock.now()

    def consume_refresh(self) -> None:
        """Let the refresh token be used up by somebody else, whose new pair is not known; the access token lives on."""
        self._consumed.add(self.refresh)

    def rotate(self) -> Json:
        """Give out a new pair; the answer as OAuth gives it."""
        self._consumed.add(self.refresh)
        self.adopt(secrets.token_urlsafe(48), secrets.token_urlsafe(48))
        return {
            "access_token": self.access,
            "refresh_token": self.refresh,
            "expires_in": str(self.access_seconds),
        }

    def used(self, refresh: str) -> bool:
        """Whether a refresh token was used up before; such a use is counted."""
        self.consumed_reuse += refresh in self._consumed
        return refresh in self._consumed

    def spend(self, refresh: str) -> Json:
        """A new pair for a refresh token. Raises Refused when it is unknown or too old."""
        if refresh != self.refresh:
            raise Refused(-14014)
        if self.clock.now() >= self.refresh_until:
            raise Refused(-14020)
        self.refreshes += 1
        return self.rotate()

    def permit(self, challenge: str) -> str:
        """A new code."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = Code(self.clock.now() + CODE_SECONDS, challenge)
        return code

    def exchange(self, code: str, verifier: str) -> Json:
        """A new pair for a code. Raises Refused when it is unknown, used, too old or not this verifier's."""
        known = self._codes.pop(code, None)
        if known is None or self.clock.now() >= known.until:
            raise Refused(-14005)
        if known.challenge and known.challenge != challenge_of(verifier):
            raise Refused(-14005, "Code verifier is invalid.")
        return self.rotate()

    def check(self, access: str, proof: str, *, stale: int, unproven: int) -> None:
        """Refuse with `stale` a token that is not the living one, and with `unproven` one without its proof."""
        if access != self.access or self.clock.now() >= self.access_until:
            raise Refused(stale)
        if self.proof and not hmac.compare_digest(proof.encode(), proof_of(access).encode()):
            raise Refused(unproven)


def challenge_of(verifier: str) -> str:
    """The S256 challenge of a PKCE verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def proof_of(access: str) -> str:
    """The appsecret_proof of an access token."""
    return hmac.new(APP_SECRET.encode(), access.encode(), hashlib.sha256).hexdigest()
