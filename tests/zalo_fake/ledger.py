"""What was asked to be sent, in order, and what of it came to somebody."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, get_args

from zalo_fake.clock import iso
from zalo_fake.people import person_key

Channel = Literal["bot", "oa_user", "oa_group", "oa_cs", "template_phone", "sms"]
CHANNELS: tuple[Channel, ...] = get_args(Channel)
_RUN = secrets.token_hex(4)  # so that two lives of the fake never give two messages the same number


@dataclass(slots=True)
class Send:
    """One attempt. `accepted`: Zalo took it on; `received`: its receiver has it; `error`: the code that refused it.

    `at` is in seconds since the epoch by the fake's clock; `fate` is what a test had laid out for it, if anything;
    `dry`: the caller asked for a rehearsal.
    """

    channel: Channel
    to: str
    text: str | None = None
    template_id: str | None = None
    template_data: Any = None
    tracking_id: str | None = None
    media: str | None = None
    callback: str = ""
    dry: bool = False
    msg_id: str = ""
    n: int = 0
    at: float = 0.0
    accepted: bool = False
    received: bool = False
    error: int = 0
    fate: str = ""

    def told(self) -> dict[str, Any]:
        """As the control interface shows it."""
        return {
            "n": self.n, "channel": self.channel, "to": self.to, "text": self.text, "media": self.media,
            "template_id": self.template_id, "template_data": self.template_data,
            "tracking_id": self.tracking_id, "msg_id": self.msg_id, "at": iso(self.at),
            "accepted": self.accepted, "received": self.received, "error": self.error, "fate": self.fate,
        }  # fmt: skip


class Ledger:
    """All attempts since the last reset."""

    def __init__(self) -> None:
        self.sends: list[Send] = []
        self.received = 0
        self._by_msg_id: dict[str, Send] = {}

    def add(self, send: Send, at: float) -> None:
        """Note an attempt at its end."""
        self.sends.append(send)
        send.n, send.at = len(self.sends), at
        if send.accepted:
            self._by_msg_id[send.msg_id] = send
        self.received += send.received

    def find(self, msg_id: str) -> Send | None:
        """The accepted send with this number."""
        return self._by_msg_id.get(msg_id)

    def tracked(self, tracking_id: str) -> Send | None:
        """The last accepted send that carried this number of the caller's."""
        return next(
            (one for one in reversed(self.sends) if one.accepted and one.tracking_id == tracking_id), None
        )

    def some(self, channel: str | None, to: str | None) -> Iterator[Send]:
        """Those of one channel, of one receiver, or of both."""
        key = None if to is None else person_key(to)
        for one in self.sends:
            if channel in (None, one.channel) and key in (None, person_key(one.to)):
                yield one


class Numbers:
    """Message numbers that never come twice."""

    def __init__(self) -> None:
        self._last = 0

    def next(self) -> str:
        """The next number, as lowercase hexadecimal."""
        self._last += 1
        return f"{_RUN}{self._last:012x}"
