"""Permissions that were asked for and have not come back yet: one a session, for one use, in this process's memory.

A restart forgets them; whoever is under way presses the button once more.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from db.errors import Refusal
from notifications.channels.zalo_permission import new_verifier

LASTING = timedelta(minutes=10)
"""As long as Zalo's code is good."""
NOT_BEGUN = "Lượt cấp quyền này không còn dùng được: đã dùng rồi, hoặc không do đồng chí bắt đầu ở đây. Xin bấm cấp quyền lần nữa."
OTHER = "Lượt cấp quyền vừa trở về không phải lượt đồng chí đã bấm. Xin bấm cấp quyền lần nữa."
TOO_LATE = "Lượt cấp quyền đã quá 10 phút. Xin bấm cấp quyền lần nữa."


@dataclass(frozen=True)
class Begun:
    """`state` goes to Zalo and comes back with its answer; the `verifier` stays here. `until` is aware."""

    state: str = field(repr=False)
    verifier: str = field(repr=False)
    until: datetime


class Permissions:
    """All that are under way, by the session that began them."""

    def __init__(self) -> None:
        self._begun: dict[int, Begun] = {}
        self._lock = Lock()

    def begin(self, session_id: int, now: datetime) -> Begun:
        """A new one; what this session had begun before is good no more."""
        begun = Begun(secrets.token_urlsafe(32), new_verifier(), now + LASTING)
        with self._lock:
            self._begun = {number: one for number, one in self._begun.items() if one.until > now - LASTING}
            self._begun[session_id] = begun
        return begun

    def take(self, session_id: int, state: str, now: datetime) -> str:
        """The verifier, once. Raises Refusal.

        Zalo is not known to give the state back. Without one, the session and the verifier, which Zalo compares with
        what this session's browser brought there, still tell a foreign answer.
        """
        with self._lock:
            begun = self._begun.get(session_id)
            if begun is None:
                raise Refusal(NOT_BEGUN)
            if state and not hmac.compare_digest(state.encode(), begun.state.encode()):
                raise Refusal(OTHER)
            del self._begun[session_id]
        if begun.until <= now:
            raise Refusal(TOO_LATE)
        return begun.verifier
