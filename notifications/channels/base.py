"""What every channel offers: lines that carry one message after another, and errors that say what to do next."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

ErrorKind = Literal["permanent", "payload", "retry", "defer", "config", "unknown"]
Form = Literal["mail", "chat", "facts", "short"]
HandOver = Callable[[], Awaitable[None]]
_TRACKING_ID = re.compile(r"[A-Za-z0-9_-]{1,48}")


@dataclass(frozen=True)
class Outgoing:
    """A finished message for one address. `at` is aware; `optional` ones may be declined by the receiver.

    It is put into the forms that its channel speaks, the others are empty. "mail": `subject`, `text`, `html`.
    "chat": `chat`, plain text of at most 2,000 characters. "facts": `facts`, what a registered template may be filled
    with, by the names in `notifications.facts`. "short": `short`, one text message without accents.

    `asked`: the person asked for it and waits, so it goes at any hour; templates have one of their own for it.
    """

    tracking_id: str
    address: str
    recipient_name: str
    reply_to: str | None
    at: datetime
    optional: bool
    subject: str = ""
    text: str = ""
    html: str = ""
    chat: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    short: str = ""
    asked: bool = False


@dataclass(frozen=True)
class Receipt:
    """The receiver took the message; `detail` is what it said.

    `provider_id`: the number it gave the message, under which it later tells of its delivery; "" for none.
    `quota_left`: how many more it takes today, where it says so.
    """

    detail: str
    provider_id: str = ""
    quota_left: int | None = None


class ChannelError(Exception):
    """A message did not surely leave. `detail` is a Vietnamese sentence.

    `kind` decides what follows: "permanent" never to this address again; "payload" never this message by this
    channel, which is no fault of the address; "retry" later; "defer" not before `until` (aware); "config" the channel
    is set up wrongly, no message's fault; "unknown" it may have arrived, so it must not be sent again blindly.
    `most`: after so many retries the address counts as failed for this message; 0: as the policy says.
    """

    def __init__(self, kind: ErrorKind, detail: str, until: datetime | None = None, *, most: int = 0) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.until = until
        self.most = most


class Line(Protocol):
    """One long-lived connection, opened when it is first needed. Not to be shared between tasks."""

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Deliver one message. Raises ChannelError; what `handing_over` raises passes unchanged.

        `handing_over` is awaited at most once, right before the first byte that the receiver could act on. A
        failure before it is never "unknown": nothing left. It is not called when the message is found to
        have been delivered before. It may take a moment, so the line looks again whether its connection stands.
        """

    async def check(self) -> None:
        """Try everything short of sending. Raises ChannelError."""


class Channel(Protocol):
    """A way to reach people; `name` is what contact points and attempts call it, `forms` what it needs of a message.

    `repeatable`: the receiver knows a tracking id again, so that a message whose fate is unknown may be sent once more.
    """

    name: str
    forms: frozenset[Form]
    repeatable: bool

    def line(self) -> AbstractAsyncContextManager[Line]:
        """A connection for one worker; neither opening nor closing it raises."""

    def already_sent(self, tracking_id: str) -> bool | None:
        """Whether the message is surely there (True) or surely not (False); None when the channel cannot tell."""


def require_tracking_id(tracking_id: str) -> str:
    """Give back an id that is safe in file names and headers. Raises ValueError for any other."""
    if not _TRACKING_ID.fullmatch(tracking_id):
        raise ValueError(f"not a tracking id: {tracking_id[:60]!r}")
    return tracking_id
