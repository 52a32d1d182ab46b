"""The control interface as typed calls. They block: inside an event loop that also serves the fake, use a thread."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from types import EllipsisType
from typing import Any, Literal, TypedDict

import httpx


class Sent(TypedDict):
    """One attempt to send, as the fake saw it; `received` is True only if the receiver has it. `at`: ISO, UTC."""

    n: int
    channel: str
    to: str
    text: str | None
    media: str | None
    template_id: str | None
    template_data: Any
    tracking_id: str | None
    msg_id: str
    at: str
    accepted: bool
    received: bool
    error: int
    fate: str


class Tokens(TypedDict):
    """The living pair; `issued`: every token ever given out; `expires_in`: seconds."""

    access: str
    refresh: str
    refreshes: int
    consumed_reuse: int
    issued: list[str]
    expires_in: int


class Try(TypedDict):
    """One try to deliver a letter; `status` 0: no answer, `trouble` says why."""

    status: int
    seconds: float
    num_retry: int
    trouble: str


class Controls:
    """Everything a test may turn or look at, at `url`. Raises ValueError for an order that the fake refuses."""

    def __init__(self, url: str) -> None:
        self.url = url
        # Plain HTTP needs no certificates, and to load them takes longer than most tests.
        self._client = httpx.Client(base_url=url, timeout=120, trust_env=False, verify=False)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def sends(self, channel: str | None = None, to: str | None = None) -> list[Sent]:
        """All attempts in order, refused ones too."""
        asked = {name: value for name, value in (("channel", channel), ("to", to)) if value is not None}
        sends: list[Sent] = self._answer(self._client.get("/_fake/sends", params=asked))
        return sends

    def received(self, channel: str | None = None, to: str | None = None) -> list[Sent]:
        """Only what came to its receiver."""
        return [one for one in self.sends(channel, to) if one["received"]]

    def fate(
        self, channel: str, *fates: str, to: str | None = None, always: str | EllipsisType | None = ...
    ) -> None:
        """Lay out fates (see `zalo_fake.fates`) for the next requests; `always`: for all that have none, None ends it."""
        order: dict[str, Any] = {"channel": channel, "fates": fates, "to": to}
        self._order("fate", order if isinstance(always, EllipsisType) else order | {"always": always})

    def unused_fates(self) -> list[dict[str, Any]]:
        """Fates that no request has met."""
        unused: list[dict[str, Any]] = self._answer(self._client.get("/_fake/fate"))
        return unused

    def person(
        self, to: str, error: int | EllipsisType | None = ..., *, known: bool | None = None, days_silent: float | None = None
    ) -> None:  # fmt: skip
        """Force a code for `to` (None lifts all), make it known or not, let it have been silent for days."""
        order: dict[str, Any] = {} if isinstance(error, EllipsisType) else {"error": error}
        self._order("person", {"to": to, **order, **_given(known=known, days_silent=days_silent)})

    def clock(self, shift: float) -> datetime:
        """Let the fake's clock be so many seconds off the machine's; what it shows then."""
        return datetime.fromisoformat(self._order("clock", {"shift_seconds": shift})["now"])

    def set_clock(self, now: datetime) -> datetime:
        """Let the fake's clock go on from `now` (aware)."""
        return datetime.fromisoformat(self._order("clock", {"now": now.isoformat()})["now"])

    def advance(self, seconds: float) -> datetime:
        """Move the fake's clock on by so many seconds."""
        return datetime.fromisoformat(self._order("clock", {"advance_seconds": seconds})["now"])

    def quota(
        self, daily: int | None = None, template: int | None = None, *, template_id: str | None = None,
        wallet: Literal["full", "empty", "missing"] | None = None, per_minute: int | None = None,
    ) -> None:  # fmt: skip
        """So many more today, so many more of each template (or of one); who pays; OA requests a minute."""
        self._order(
            "quota",
            _given(
                daily=daily, template=template, template_id=template_id, wallet=wallet, per_minute=per_minute
            ),
        )

    def night(self, on: bool | Literal["clock"] = True) -> None:
        """Always night, never, or by the fake's clock."""
        self._order("night", {"on": on})

    def bot(self, *, matching_status: bool) -> None:
        """Whether the bot's refusals come with their own HTTP status instead of 200."""
        self._order("bot", {"matching_status": matching_status})

    def template(self, template_id: str, status: str) -> None:
        """Change a template's status: ENABLE, PENDING_REVIEW, REJECT, DISABLE, DELETE."""
        self._order("template", {"template_id": template_id, "status": status})

    def sms(
        self, *, balance: int | None = None, templates: Sequence[str] | None = None, callback: bool | None = None
    ) -> None:  # fmt: skip
        """Messages that are paid for; expressions that a text must match; whether eSMS calls back by itself."""
        self._order("sms", _given(balance=balance, templates=templates, callback=callback))

    def tokens(self) -> Tokens:
        """The pair and what happened to it."""
        tokens: Tokens = self._answer(self._client.get("/_fake/tokens"))
        return tokens

    def set_tokens(self, **order: Any) -> None:
        """expire_access, consume_refresh, rotate (True); pair (two tokens); proof, echo_state, quoted_errors, omit_refresh; expires_in."""
        self._order("tokens", order)

    def webhook(
        self, oa: str | None = None, *, auto_deliver: bool | None = None, ladder_scale: float | None = None,
        limit_seconds: float | None = None,
    ) -> None:  # fmt: skip
        """Register the OA's webhook and how it is used."""
        self._order(
            "webhook",
            _given(oa=oa, auto_deliver=auto_deliver, ladder_scale=ladder_scale, limit_seconds=limit_seconds),
        )

    def say(self, kind: Literal["bot", "oa"], sender: str, text: str, **more: Any) -> list[Try]:
        """A person writes; the tries to deliver it. `more`: group, name, webhook, signature, copies, at_once, bare, what."""
        tries: list[Try] = self._order("say", {"kind": kind, "from": sender, "text": text, **more})
        return tries

    def event(self, event: str | Sequence[str], *, sender: str | None = None, **more: Any) -> list[Try]:
        """An OA event or several. `more`: msg_id, msg_ids, tracking_id, fields, signature, copies, order, stamp …"""
        tries: list[Try] = self._order("event", {"event": event, **_given(**{"from": sender}), **more})
        return tries

    def callback(self, **order: Any) -> list[Try]:
        """eSMS calls back: sms_id or request_id, failed, url, copies."""
        tries: list[Try] = self._order("callback", order)
        return tries

    def reset(self) -> None:
        """As on the first morning."""
        self._order("reset", {})

    def health(self) -> dict[str, Any]:
        """Its time, and how many attempts and received messages it has seen."""
        health: dict[str, Any] = self._answer(self._client.get("/_fake/health"))
        return health

    def _order(self, name: str, order: dict[str, Any]) -> Any:
        return self._answer(self._client.post(f"/_fake/{name}", json=order))

    def _answer(self, response: httpx.Response) -> Any:
        if response.status_code != 200:
            raise ValueError(response.text)
        return response.json()


def _given(**order: Any) -> dict[str, Any]:
    return {name: value for name, value in order.items() if value is not None}
