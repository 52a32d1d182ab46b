"""The mail with a sign-in link."""

from __future__ import annotations

from datetime import datetime

from notifications.asked_mail import Asked, asked_mail, until
from notifications.channels.base import Outgoing

SIGN_IN = Asked("vao", "sign_in", "[Măng Non] Liên kết đăng nhập")


def sign_in_mail(
    *, name: str, greeting: str, address: str, url: str, expires_at: datetime, at: datetime, time_zone: str
) -> Outgoing:
    """The finished mail. `expires_at` and `at` are aware; the end is told in the local time of `time_zone`."""
    more = {"url": url, "until": until(expires_at, time_zone)}
    return asked_mail(SIGN_IN, name=name, greeting=greeting, address=address, at=at, more=more)
