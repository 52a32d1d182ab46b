"""No request body grows beyond what is taken, whatever its headers promise."""

from __future__ import annotations

from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.forms import TooLarge


class Bounded:
    """Counts a body's bytes as they come; reading on past `most` of its path raises TooLarge where it is read."""

    def __init__(self, app: ASGIApp, most: Callable[[str], int]) -> None:
        self._app = app
        self._most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        taken, most = 0, self._most(scope.get("path", ""))

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > most:
                raise TooLarge
            return message

        await self._app(scope, counted if scope["type"] == "http" else receive, send)
