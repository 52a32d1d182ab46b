"""What every answer carries: headers that keep a page to itself, and a log line without personal data."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.health.traffic import Traffic

CSP = "Content-Security-Policy"


def policy(*, forms_to: Sequence[str] = ()) -> str:
    """What a page may load and do: nothing from elsewhere. `forms_to`: where its forms may lead besides here."""
    targets = " ".join(("'self'", *forms_to))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        f"form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
    )


HEADERS = {
    CSP: policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
log = structlog.get_logger(__name__)


class Guard:
    """Sets the headers, counts and logs by the route's template: a path may hold a token, so it is never logged."""

    def __init__(self, app: ASGIApp, traffic: Traffic) -> None:
        self._app = app
        self._traffic = traffic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _dress(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, receive, sending)
        finally:
            route, seconds = _route(scope), time.perf_counter() - began
            method = scope["method"] if scope["method"] in METHODS else "-"
            self._traffic.note(method, route, status, seconds)
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000))


def _route(scope: Scope) -> str:
    """The template of the route, with where its application is mounted; "-" where none was found."""
    template = getattr(scope.get("route"), "path", "")
    return f"{scope.get('root_path', '')}{template}" or "-"


def _dress(headers: MutableHeaders) -> None:
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    headers.setdefault("Cache-Control", "no-store")
