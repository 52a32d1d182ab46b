"""The mail with a code that links a chat."""

from __future__ import annotations

from datetime import datetime

from notifications.asked_mail import Asked, asked_mail, until
from notifications.channels.base import Outgoing
from notifications.linking import Code

CHAT_CODE = Asked("ma", "chat_code", "[Măng Non] Mã liên kết Zalo")
CHAT_NAMES = {"zalo_bot": "bot Zalo của Măng Non", "zalo_oa": "trang Zalo (OA) của xã"}


def code_mail(
    *, name: str, greeting: str, address: str, code: Code, invite_url: str, at: datetime, time_zone: str
) -> Outgoing:
    """The finished mail. `at` is aware; the code's end is told in the local time of `time_zone`."""
    more = {
        "code": code.code,
        "chat": CHAT_NAMES[code.channel],
        "invite_url": invite_url,
        "until": until(code.expires_at, time_zone),
    }
    return asked_mail(CHAT_CODE, name=name, greeting=greeting, address=address, at=at, more=more)
