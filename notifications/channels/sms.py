"""The channel "sms": a text message through eSMS.vn, the last resort.

Sending again does no harm here: eSMS takes a RequestId once, and ours is the message's tracking id. So an answer that was
lost is "retry", never "unknown", although the message was handed over: whoever sends it again BY THIS CHANNEL gets
"had before". This holds for this channel only: going on to another address instead may reach a person twice.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from notifications.channels import outcomes
from notifications.channels.base import ChannelError, Form, HandOver, Outgoing, Receipt, require_tracking_id
from notifications.channels.esms_codes import ESMS
from notifications.channels.http_line import Answer, Call, HttpLine, NoAnswer
from notifications.channels.phones import mobile
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.zalo_codes import Meaning, Outcome
from notifications.channels.zalo_verdicts import Verdict, clean, not_sent, wake
from tasks.clock import Clock

HAD_BEFORE = 124
NO_BRAND = "8"
"""The SmsType of a fixed number, which bears no brand."""
LONGEST_TEXT = 459
"""Three parts of unaccented text."""
_SEND = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"
_BALANCE = "/MainService.svc/json/GetBalance_json"
_HEADERS = (("Content-Type", "application/json"),)
_REFUSED: dict[int, Outcome] = {401: "config", 403: "config", 400: "payload", 413: "payload"}


class SmsChannel:
    """Text messages under one brand; addresses are mobile numbers, `84…`. `kind`: eSMS's SmsType.

    `callback_url`: where eSMS tells how a message fared, "" for nowhere; `sandbox`: nothing reaches anybody.
    `timeout` in seconds, for connecting and for the answer each.
    """

    name = "sms"
    forms: frozenset[Form] = frozenset({"short"})
    repeatable = True

    def __init__(
        self,
        *,
        api_url: str,
        api_key: str,
        secret_key: str,
        brandname: str,
        kind: str,
        sandbox: bool,
        callback_url: str,
        timeout: float,
        quiet_hours: QuietHours,
        clock: Clock,
    ) -> None:
        self._api_url = api_url
        self._keys = {"ApiKey": api_key, "SecretKey": secret_key}
        self._brand = {} if kind == NO_BRAND else {"Brandname": brandname}
        self._kind = {"SmsType": kind, "IsUnicode": "0", "Sandbox": "1" if sandbox else "0"}
        self._callback = {"CallbackUrl": callback_url} if callback_url else {}
        self._timeout = timeout
        self._quiet_hours = quiet_hours
        self._clock = clock

    @asynccontextmanager
    async def line(self) -> AsyncIterator[SmsLine]:
        """A connection that is made for the first message."""
        http = HttpLine(self._timeout)
        try:
            yield SmsLine(self, http)
        finally:
            await http.close()

    def already_sent(self, tracking_id: str) -> None:
        """eSMS would tell by refusing a second copy; without sending one, nobody knows."""

    def message(self, message: Outgoing) -> Call:
        """The request for one message. Raises ChannelError: defer, permanent, payload."""
        if not message.asked:
            self._quiet_hours.refuse(self._clock.now())
        number = mobile(message.address)
        if not (message.short.isascii() and 0 < len(message.short) <= LONGEST_TEXT):
            raise ChannelError("payload", f"Tin SMS phải không dấu và có từ 1 đến {LONGEST_TEXT} ký tự.")
        said = {
            "Phone": number,
            "Content": message.short,
            "RequestId": require_tracking_id(message.tracking_id),
        }
        return self._call(_SEND, self._keys | said | self._brand | self._kind | self._callback)

    def balance(self) -> Call:
        """The request for the account's balance."""
        return self._call(_BALANCE, self._keys)

    def verdict(self, reply: Answer | NoAnswer) -> Verdict:
        """What an answer means, whichever request it is to."""
        return judged(reply, self._clock, self._quiet_hours.zone)

    def _call(self, path: str, body: dict[str, str]) -> Call:
        return Call(httpx.URL(f"{self._api_url}{path}"), json.dumps(body).encode(), _HEADERS)


class SmsLine:
    """One worker's connection to eSMS."""

    def __init__(self, channel: SmsChannel, http: HttpLine) -> None:
        self._channel = channel
        self._http = http

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Deliver one message. Raises ChannelError, never of kind "unknown" for want of an answer."""
        call = self._channel.message(message)
        verdict = _passed(self._channel.verdict(await self._http.ask(call, handing_over)))
        if verdict.code == HAD_BEFORE:
            return Receipt("eSMS đã nhận tin này từ lần gửi trước.")
        return Receipt("eSMS đã nhận tin.", str(verdict.result.get("SMSID", "")))

    async def check(self) -> None:
        """Ask for the account's balance. Raises ChannelError."""
        _passed(self._channel.verdict(await self._http.ask(self._channel.balance())))


def judged(reply: Answer | NoAnswer, clock: Clock, zone: str) -> Verdict:
    """What an answer of eSMS means. A lost one may be asked for again."""
    if isinstance(reply, NoAnswer):
        return Verdict("config", said="chứng thư số không hợp lệ") if reply.untrusted else not_sent(reply.why)
    found = _read(reply.body)
    code = _code(found)
    if code is None:
        return Verdict(_REFUSED.get(reply.status, "retry"), said=f"HTTP {reply.status}")
    meaning = ESMS.get(code, Meaning("unknown", sure=False))
    until = wake(meaning.until, clock.now(), zone) if meaning.outcome == "defer" else None
    return Verdict(meaning.outcome, code, clean(str(found.get("ErrorMessage") or "")), until, result=found)


def _passed(verdict: Verdict) -> Verdict:
    if verdict.outcome != "ok":
        raise outcomes.error(verdict, service="eSMS", section="sms")
    return verdict


def _read(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _code(found: dict[str, Any]) -> int | None:
    said = found.get("CodeResult", found.get("CodeResponse", ""))
    text = str(said).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
