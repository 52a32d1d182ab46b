"""The world around the demo's house: Zalo, eSMS and mail boxes, by whom people are reached and in which they write back.

Nothing here reaches anybody: a fake of Zalo and of eSMS stands on this machine, with a clock that follows the season's.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from mangnon.demo.reach import chat_of


class FakeZalo(Protocol):
    """The fake, as far as the demo needs it; `tests/zalo_fake` is one."""

    url: str

    def set_clock(self, now: datetime) -> datetime:
        """Let its clock go on from `now`."""

    def person(self, to: str, error: int | None = ..., *, known: bool | None = None) -> None:
        """Refuse every message to `to` with a code; let the bot or the OA know it."""

    def say(self, kind: Any, sender: str, text: str, **more: Any) -> Any:
        """Somebody writes to the bot or to the OA."""

    def received(self, channel: str | None = None) -> Sequence[Any]:
        """What came to its receiver."""


class Known(Protocol):
    """What the fake knows from the start: `zalo_fake.defaults`."""

    APP_ID: str
    APP_SECRET: str
    FIRST_ACCESS: str
    FIRST_REFRESH: str
    BOT_TOKEN: str
    ESMS_KEY: str
    ESMS_SECRET: str
    BRAND: str
    TEMPLATE_PHONE: str
    TEMPLATE_USER: str


class Outside:
    """The fake with its clock, and whether somebody wrote to the bot."""

    def __init__(self, fake: FakeZalo, known: Known) -> None:
        self.fake = fake
        self.known = known
        self._news = False

    def at(self, now: datetime) -> None:
        """It is now `now` out there, too."""
        self.fake.set_clock(now)

    def say(self, person: str, text: str) -> None:
        """A person, by key, writes to the bot."""
        self.fake.say("bot", chat_of(person), text, name=f"Zalo {person}")
        self._news = True

    def take_news(self) -> bool:
        """Whether the bot has news since this was asked last."""
        news, self._news = self._news, False
        return news
