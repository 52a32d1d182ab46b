"""The OA and template hosts: every call carries the access token, and one that is turned down is renewed once."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlencode

import httpx

from notifications.channels.base import HandOver
from notifications.channels.http_line import Answer, Call, HttpLine, NoAnswer
from notifications.channels.outcomes import Judge
from notifications.channels.zalo_refresh import Access
from notifications.channels.zalo_tokens import TokenKeeper
from notifications.channels.zalo_verdicts import Verdict
from tasks.clock import Clock

Where = Literal["oa", "template", "user_template"]
"""Whose codes an answer speaks in; a template by user id goes to the OA's host."""
OA_ITSELF = "/v2.0/oa/getoa"
# "Token invalid" on the OA's host; in practice also said to a template, of a person who has blocked the OA.
BLOCKED = -216


@dataclass(frozen=True)
class OaHosts:
    """Base URLs of the OA host and the template host. `proof_key`: the app secret where calls must prove it, else ""."""

    api_url: str
    template_url: str
    proof_key: str = field(default="", repr=False)


class OaApi:
    """Calls over one line. Raises ChannelError where there is no token to be had; `handing_over` is awaited once."""

    def __init__(self, http: HttpLine, keeper: TokenKeeper, hosts: OaHosts, clock: Clock, zone: str) -> None:
        self._http = http
        self._keeper = keeper
        self._hosts = hosts
        self._clock = clock
        self._zone = zone
        self._headers: tuple[Access | None, tuple[tuple[str, str], ...]] = (None, ())

    async def send(self, where: Where, path: str, body: Mapping[str, Any], handing_over: HandOver) -> Verdict:
        """POST something that is to reach somebody. A verdict of "refresh": not even a new token is taken, or not for them."""
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        return await self._ask(where, httpx.URL(f"{self._base(where)}{path}"), raw, _Once(handing_over))

    async def get(self, where: Where, path: str, query: Mapping[str, str]) -> Verdict:
        """GET an answer to a question."""
        url = httpx.URL(f"{self._base(where)}{path}?{urlencode(query)}")
        return await self._ask(where, url, None, None)

    async def _ask(
        self, where: Where, url: httpx.URL, body: bytes | None, handing_over: HandOver | None
    ) -> Verdict:
        access = await self._keeper.current()
        verdict = await self._once(where, url, body, access, handing_over)
        if verdict.outcome != "refresh" or await self._about_person(where, verdict, access):
            return verdict
        access = await self._keeper.renew(access)
        return await self._once(where, url, body, access, handing_over)

    async def _about_person(self, where: Where, verdict: Verdict, access: Access) -> bool:
        """Whether it is the person who is turned down: the OA itself is well known under this token."""
        if where == "oa" or verdict.code != BLOCKED:
            return False
        url = httpx.URL(f"{self._hosts.api_url}{OA_ITSELF}")
        return (await self._once("oa", url, None, access, None)).outcome == "ok"

    async def _once(
        self, where: Where, url: httpx.URL, body: bytes | None, access: Access, handing_over: HandOver | None
    ) -> Verdict:
        method: Literal["GET", "POST"] = "GET" if body is None else "POST"
        call = Call(url, body or b"", self._signed(access), method)
        reply = await self._http.ask(call, handing_over)
        return self._judged(where, reply, sends=body is not None)

    def _judged(self, where: Where, reply: Answer | NoAnswer, *, sends: bool) -> Verdict:
        now = self._clock.now()
        if where == "user_template":
            return Judge("template", now, self._zone).of_user_template(reply)
        return Judge(where, now, self._zone).verdict(reply, sends=sends)

    def _signed(self, access: Access) -> tuple[tuple[str, str], ...]:
        signed_for, headers = self._headers
        if signed_for != access:
            headers = (("Content-Type", "application/json"), ("access_token", access.token))
            if key := self._hosts.proof_key:
                proof = hmac.new(key.encode(), access.token.encode(), hashlib.sha256).hexdigest()
                headers = (*headers, ("appsecret_proof", proof))
            self._headers = access, headers
        return headers

    def _base(self, where: Where) -> str:
        return self._hosts.template_url if where == "template" else self._hosts.api_url


class _Once:
    """A hand-over that two requests for the same message share."""

    def __init__(self, handing_over: HandOver) -> None:
        self._handing_over: HandOver | None = handing_over

    async def __call__(self) -> None:
        handing_over, self._handing_over = self._handing_over, None
        if handing_over is not None:
            await handing_over()
