"""What becomes of a message after an attempt. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.channels.base import ChannelError

BEHIND_THE_OTHERS = timedelta(milliseconds=1)


@dataclass(frozen=True)
class RetryPolicy:
    """Waits double from `first` to `longest`; after `limit` attempts the message has failed.

    Each wait is up to the share `spread` longer, so that what failed together does not come back together.
    """

    limit: int = 20
    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=4)
    spread: float = 0.25

    def wait(self, attempts: int, message_id: int = 0) -> timedelta:
        """How long to wait after the n-th attempt (1, 2, …); the same for the same message and attempt."""
        doublings = min(attempts - 1, 20)
        return min(self.first * int(2**doublings), self.longest) * (
            1 + self.spread * _share(message_id, attempts)
        )


def _share(message_id: int, attempts: int) -> float:
    """From 0 to 1, evenly over messages and attempts."""
    digest = hashlib.blake2s(f"{message_id}/{attempts}".encode(), digest_size=4).digest()
    return int.from_bytes(digest) / 2**32


@dataclass(frozen=True)
class Verdict:
    """The message's next state, why, and when it may be tried again."""

    state: str
    reason: str
    not_before: datetime | None = None
    next_address: bool = False
    close_channel: bool = False


def judge(
    error: ChannelError,
    *,
    attempts: int,
    more_addresses: bool,
    policy: RetryPolicy,
    now: datetime,
    message_id: int = 0,
) -> Verdict:
    """`attempts` counts the one that just failed; `message_id` spreads the waits.

    An unknown outcome is final: sending again could double it. A channel set up wrongly costs the message
    nothing: it goes behind the others that wait, and the channel is closed for this run.
    """
    if error.kind == "permanent":
        state = "pending" if more_addresses else "failed"
        return Verdict(state, error.detail, now if more_addresses else None, next_address=True)
    if error.kind == "unknown":
        return Verdict("unknown", error.detail)
    if error.kind == "config":
        return Verdict("pending", error.detail, now + BEHIND_THE_OTHERS, close_channel=True)
    if error.kind == "defer" and error.until is not None:
        return Verdict("pending", error.detail, error.until)
    if attempts >= policy.limit:
        return Verdict("failed", f"Đã thử {attempts} lần. Lần cuối: {error.detail}")
    return Verdict("pending", error.detail, now + policy.wait(attempts, message_id))
