"""A page that was made a moment ago and could only come out the same is not made again.

A page depends on its address, on the cookies that say who asks, on the database and on the time. As long as nothing
was committed and the minute is the same, the answer to the same question is the same bytes; the next commit, by
whichever process, ends that. Without a sign from the database (PostgreSQL) every page is made afresh.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_PAGES = 200
LARGEST = 300_000
_ASKED_BY = (b"cookie", b"accept-encoding", b"if-none-match", b"range")
Stamp = tuple[int, str]
Question = tuple[object, ...]


@dataclass
class _Kept:
    """An answer as it leaves, the route that gave it, and the state of the world it is good for."""

    stamp: Stamp
    scope: Scope
    messages: list[Message] = field(default_factory=list)
    size: int = 0


class Remembered:
    """Answers GET requests for pages from memory while they cannot have changed."""

    def __init__(self, app: ASGIApp, sign: Callable[[], int | None], now: Callable[[], datetime]) -> None:
        self._app = app
        self._sign, self._now = sign, now
        self._pages: OrderedDict[Question, _Kept] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless its answer is known."""
        stamp = self._stamp() if scope["type"] == "http" and scope["method"] == "GET" else None
        if stamp is None:
            await self._app(scope, receive, send)
            return
        question = _question(scope)
        known = self._pages.get(question)
        if known is not None and known.stamp == stamp:
            self._pages.move_to_end(question)
            scope["route"] = known.scope.get("route")
            for message in known.messages:
                await send(_copy(message))
            return
        # The stamp was taken before the page was made: a commit meanwhile makes the next look differ.
        await self._app(scope, receive, self._keeping(question, _Kept(stamp, scope), send))

    def _keeping(self, question: Question, kept: _Kept, send: Send) -> Send:
        async def keep(message: Message) -> None:
            kept.messages.append(_copy(message))
            kept.size += len(message.get("body", b""))
            if message["type"] == "http.response.body" and not message.get("more_body") and _is_page(kept):
                self._pages[question] = kept
                self._pages.move_to_end(question)
                while len(self._pages) > MOST_PAGES:
                    self._pages.popitem(last=False)
            await send(message)

        return keep

    def _stamp(self) -> Stamp | None:
        sign = self._sign()
        return None if sign is None else (sign, f"{self._now():%Y-%m-%dT%H:%M}")


def _copy(message: Message) -> Message:
    """What is sent on is dressed with headers by others; what is kept stays as it is."""
    return {**message, "headers": list(message["headers"])} if "headers" in message else dict(message)


def _question(scope: Scope) -> Question:
    headers = [value for name, value in scope["headers"] if name in _ASKED_BY]
    return (scope["path"], scope["query_string"], *headers)


def _is_page(kept: _Kept) -> bool:
    """Whole pages only: no file, no refusal, nothing that hands out a cookie."""
    start = kept.messages[0]
    names = dict(start.get("headers", ()))
    return (
        start["type"] == "http.response.start"
        and start["status"] == 200
        and names.get(b"content-type", b"").startswith(b"text/html")
        and b"set-cookie" not in names
        and kept.size <= LARGEST
    )
