"""The words that all subjects share: what was asked, what is replied, and a refusal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from zalo_fake.ledger import Send

Json = dict[str, Any]


class Refused(Exception):
    """A business error. `message` replaces the usual words for the code."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


@dataclass(slots=True)
class Asked:
    """A request that could be read. `send` is there when it asks for a message to be sent."""

    request: web.Request
    body: Json
    send: Send | None = None

    @property
    def sending(self) -> Send:
        """The message it asks for; only for endpoints that send."""
        assert self.send is not None
        return self.send


@dataclass(slots=True)
class Reply:
    """A good answer; `body` None is an empty one."""

    body: Json | None
    headers: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a host refuses. `unreadable` and `empty`: its code and words for a body it cannot read, and for none."""

    say: Callable[[Refused], Json]
    unreadable: tuple[int, str]
    empty: tuple[int, str]


def text_of(value: object) -> str:
    """A value that should be a text, as one; "" for anything that is neither a text nor a number."""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def part(body: Json, name: str) -> Json:
    """An object inside an object; empty when it is missing or something else."""
    inner = body.get(name)
    return inner if isinstance(inner, dict) else {}
