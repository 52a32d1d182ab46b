"""Zalo's OAuth server: a new pair of tokens for a refresh token, or for the code that came back with a permission."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlencode

import httpx

from notifications.channels.base import ChannelError, HandOver
from notifications.channels.http_line import Answer, Call, HttpLine
from notifications.channels.outcomes import Judge
from notifications.channels.zalo_verdicts import Verdict
from tasks.clock import Clock

# A token or code that was used, has expired or never was.
SPENT = frozenset({-14005, -14014, -14020})
_PRINTABLE = re.compile(r"[!-~]+")
# No answer of this host's waits for a morning, so it does not matter whose.
_ZONE = "UTC"


@dataclass(frozen=True)
class Granted:
    """A new pair, which kills the old one. `expires_in`: as Zalo said it, of the access token."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: object


@dataclass(frozen=True)
class Turned:
    """No pair. "spent": what was shown is good for nothing any more (`silent`: said by an empty answer);
    "settings": the app's id or secret is wrong, or something nobody knows; "later": ask again.

    `heard`: the question was answered; otherwise it may have been carried out all the same, or never have left.
    """

    reason: Literal["spent", "settings", "later"]
    said: str
    heard: bool
    silent: bool = False


class OAuth:
    """One app at one OAuth server. `timeout` in seconds, for connecting and for the answer each.

    Raises ChannelError (config) where the app's id or secret cannot be one.
    """

    def __init__(self, *, url: str, app_id: str, app_secret: str, timeout: float, clock: Clock) -> None:
        if not (_PRINTABLE.fullmatch(app_id) and _PRINTABLE.fullmatch(app_secret)):
            raise ChannelError(
                "config", "Chưa có ứng dụng Zalo. Hãy ghi app_id và app_secret ở mục [zalo_oa]."
            )
        self.app_id = app_id
        self.timeout = timeout
        self._url = httpx.URL(f"{url}/v4/oa/access_token")
        self._headers = (("Content-Type", "application/x-www-form-urlencoded"), ("secret_key", app_secret))
        self._clock = clock

    async def refresh(self, refresh_token: str, handing_over: HandOver) -> Granted | Turned:
        """A new pair. What `handing_over` raises passes; it is awaited right before the question leaves."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return await self._ask(form, handing_over)

    async def exchange(self, code: str, verifier: str) -> Granted | Turned:
        """The first pair."""
        form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
        return await self._ask(form, None)

    async def _ask(self, form: dict[str, str], handing_over: HandOver | None) -> Granted | Turned:
        call = Call(self._url, urlencode({"app_id": self.app_id, **form}).encode(), self._headers)
        http = HttpLine(self.timeout)
        try:
            reply = await http.ask(call, handing_over)
        finally:
            await http.close()
        verdict = Judge("oauth", self._clock.now(), _ZONE).verdict(reply, sends=True)
        if verdict.outcome == "ok":
            pair = verdict.result
            return Granted(pair["access_token"], pair["refresh_token"], pair.get("expires_in"))
        return _turned(verdict, silent=isinstance(reply, Answer) and not reply.body.strip())


def _turned(verdict: Verdict, *, silent: bool) -> Turned:
    said = (
        f" (mã {verdict.code})" if verdict.code is not None else f" ({verdict.said})" if verdict.said else ""
    )
    if verdict.outcome in {"retry", "unknown"} and verdict.code is None:
        return Turned("later", said, heard=verdict.outcome == "retry")
    if verdict.code in SPENT or (silent and verdict.outcome == "config"):
        return Turned("spent", said, heard=True, silent=silent)
    return Turned("later" if verdict.outcome == "retry" else "settings", said, heard=True)
