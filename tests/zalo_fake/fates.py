"""What happens to the next requests: fates, laid out by a test, used up one a request.

Nothing is recorded, and nothing comes to the receiver:
    reset_before    the connection is reset once the request was read          hang   no answer for an hour
    status:N        HTTP status N, plain body (the bot: its own JSON)          html   502 and a gateway's page
    empty           HTTP 200 and no body

The request is carried out as usual, then:
    reset_after, hang_after, html_after, status_after:N, empty_after           the answer is lost in that way
    truncated       HTTP 200, and half of the JSON as the whole body
    cut             half of the promised body, then the connection closes

    ok              all goes well
    error:N         refused with business code N (HTTP 200), noted as an attempt
    lost            answered as if all were well, but it never comes to the receiver

`delay:S` takes S seconds first and then goes on, also when the caller has gone; with a plus another fate follows:
`delay:0.3+reset_after`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from zalo_fake.ledger import CHANNELS
from zalo_fake.people import person_key

ENDPOINTS = (*CHANNELS, "oauth", "status", "quota", "info", "oa_info", "updates", "bot_setup")
"""Whose requests have fates: the channels that send, and
info: templates; oa_info: the OA, its users and groups; updates: getUpdates; bot_setup: getMe and webhooks."""
BEFORE = frozenset({"reset_before", "hang", "html", "status", "empty"})
AFTER = frozenset(
    {"reset_after", "hang_after", "html_after", "status_after", "empty_after", "truncated", "cut"}
)
_BARE = (BEFORE | AFTER | {"ok", "lost"}) - {"status", "status_after"}
_NUMBERED = re.compile(r"(error|status|status_after):(-?\d{1,6})")
_DELAY = re.compile(r"delay:(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Fate:
    """One fate. `number`: of an error or status; `delay` in seconds; `said`: as it was laid out."""

    kind: str
    said: str
    number: int = 0
    delay: float = 0.0


def fate_of(said: str) -> Fate:
    """Read a fate as written above. Raises ValueError."""
    first, _, rest = said.partition("+")
    if delay := _DELAY.fullmatch(first):
        after = fate_of(rest or "ok")
        return Fate(after.kind, said, after.number, float(delay[1]) + after.delay)
    if numbered := _NUMBERED.fullmatch(said):
        return Fate(numbered[1], said, int(numbered[2]))
    if said not in _BARE:
        raise ValueError(f"no such fate: {said}")
    return Fate(said, said)


class Fates:
    """Fates that wait, by endpoint and, if one was named, receiver."""

    def __init__(self) -> None:
        self._waiting: dict[tuple[str, str], deque[Fate]] = {}
        self._always: dict[tuple[str, str], Fate] = {}

    def lay(self, endpoint: str, fates: Iterable[str], to: str = "") -> None:
        """Let the next requests to `endpoint` (of `to`, if given) go so, after those laid out before. Raises ValueError."""
        key = _key(endpoint, to)
        self._waiting.setdefault(key, deque()).extend([fate_of(one) for one in fates])

    def always(self, endpoint: str, fate: str | None, to: str = "") -> None:
        """Let every request go so for which nothing else is laid out; None ends it. Raises ValueError."""
        key = _key(endpoint, to)
        if fate is None:
            self._always.pop(key, None)
        else:
            self._always[key] = fate_of(fate)

    def take(self, endpoint: str, to: str) -> Fate | None:
        """The fate of this request, used up; one for its receiver comes before one for everybody."""
        if not self._waiting and not self._always:
            return None
        keys = [(endpoint, person_key(to)), (endpoint, "")] if to else [(endpoint, "")]
        for key in keys:
            if fates := self._waiting.get(key):
                return self._use(key, fates)
        return next((self._always[key] for key in keys if key in self._always), None)

    def _use(self, key: tuple[str, str], fates: deque[Fate]) -> Fate:
        fate = fates.popleft()
        if not fates:
            del self._waiting[key]
        return fate

    def unused(self) -> list[dict[str, object]]:
        """What still waits."""
        return [
            {"channel": endpoint, "to": to or None, "fates": [one.said for one in fates]}
            for (endpoint, to), fates in self._waiting.items()
        ]


def _key(endpoint: str, to: str) -> tuple[str, str]:
    if endpoint not in ENDPOINTS:
        raise ValueError(f"no such channel: {endpoint}; there are {', '.join(ENDPOINTS)}")
    return endpoint, person_key(to)
