"""The mail with a code that links a chat. It is asked for by the person, so no ledger, digest or quiet hour applies."""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from notifications.channels.base import Outgoing
from notifications.clean_text import one_line
from notifications.linking import Code
from notifications.sign_in_mail import ENVIRONMENT

SUBJECT = "[Măng Non] Mã liên kết Zalo"
CHAT_NAMES = {"zalo_bot": "bot Zalo của Măng Non", "zalo_oa": "trang Zalo (OA) của xã"}


def code_mail(
    *, name: str, greeting: str, address: str, code: Code, invite_url: str, at: datetime, time_zone: str
) -> Outgoing:
    """The finished mail. `at` is aware; the code's end is told in the local time of `time_zone`."""
    shown = {
        "subject": SUBJECT,
        "opening": one_line(greeting) or one_line(name),
        "code": code.code,
        "chat": CHAT_NAMES[code.channel],
        "invite_url": invite_url,
        "until": f"{code.expires_at.astimezone(ZoneInfo(time_zone)):%H giờ %M ngày %d/%m/%Y}",
    }
    return Outgoing(
        tracking_id=f"ma-{secrets.token_urlsafe(12)}",
        address=address,
        recipient_name=one_line(name),
        subject=SUBJECT,
        text=ENVIRONMENT.get_template("chat_code.txt.j2").render(shown),
        html=ENVIRONMENT.get_template("chat_code.html.j2").render(shown),
        reply_to=None,
        at=at,
        optional=False,
    )
