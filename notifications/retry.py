"""What becomes of a message after an attempt that failed. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifications.channels.base import ChannelError


@dataclass(frozen=True)
class RetryPolicy:
    """Waits double from `first` to `longest`; after `limit` attempts the message has failed.

    Each wait is up to the share `spread` longer, so that what failed together does not come back together. After
    `fallback_after` attempts at one address the person's next address takes over, where there is one.
    """

    limit: int = 20
    first: timedelta = timedelta(minutes=1)
    longest: timedelta = timedelta(hours=4)
    spread: float = 0.25
    fallback_after: int = 4

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
class Try:
    """The attempt that failed. `attempts`: how often the message has been tried in vain, this time included; `here`:
    how often before at this address. What was put off through no fault of the message's counts for neither.

    `more_addresses`: another one is left that may still be tried. `stays`: it may have arrived, and only this address
    knows the message again, so no other is tried. `spare`: one is left that is no way now: its channel is closed, it was
    out of reach for long, or this one had to be asked first.
    """

    attempts: int
    here: int
    more_addresses: bool
    message_id: int = 0
    stays: bool = False
    spare: bool = False


@dataclass(frozen=True)
class Verdict:
    """The message's next state, why, and when it may be tried again; `outcome` of the attempt.

    `refuses`: the address is not to be used any more.
    """

    state: str
    reason: str
    not_before: datetime | None = None
    outcome: str = ""
    refuses: bool = False


def judge(error: ChannelError, tried: Try, *, policy: RetryPolicy, now: datetime) -> Verdict:
    """What follows from a failure that is not the whole channel's ("config").

    An unknown outcome is final: sending again could double it.
    """
    if error.kind in {"permanent", "payload"}:
        return _given_up(error, tried, now, error.kind)
    if error.kind == "unknown":
        return Verdict("unknown", error.detail, outcome="unknown")
    if error.kind == "defer" and error.until is not None:
        return Verdict("pending", error.detail, error.until, "defer")
    return _again(error, tried, policy, now)


def _given_up(error: ChannelError, tried: Try, now: datetime, outcome: str) -> Verdict:
    """Not at this address any more; the next one takes over."""
    refuses = outcome == "permanent"
    if tried.more_addresses or tried.spare:
        return Verdict("pending", error.detail, now, outcome, refuses)
    return Verdict("failed", error.detail, None, outcome, refuses)


def _again(error: ChannelError, tried: Try, policy: RetryPolicy, now: datetime) -> Verdict:
    if error.most and tried.here >= error.most:
        return _given_up(error, tried, now, "payload")
    if tried.more_addresses and not tried.stays and tried.here + 1 >= policy.fallback_after:
        return Verdict("pending", error.detail, now, error.kind)
    outcome = "unknown" if tried.stays else error.kind
    if tried.attempts >= policy.limit:
        state = "unknown" if tried.stays else "failed"
        return Verdict(state, f"Đã thử {tried.attempts} lần. Lần cuối: {error.detail}", None, outcome)
    return Verdict("pending", error.detail, now + policy.wait(tried.attempts, tried.message_id), outcome)
