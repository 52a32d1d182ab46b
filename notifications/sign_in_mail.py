"""The mail with a sign-in link. It is asked for by the person, so no ledger, digest or quiet hour applies."""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.channels.base import Channel, Outgoing, Receipt
from notifications.clean_text import one_line

SUBJECT = "[Măng Non] Liên kết đăng nhập"
ENVIRONMENT = Environment(
    loader=PackageLoader("notifications"),
    autoescape=select_autoescape(("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


def sign_in_mail(
    *, name: str, greeting: str, address: str, url: str, expires_at: datetime, at: datetime, time_zone: str
) -> Outgoing:
    """The finished mail. `expires_at` and `at` are aware; the end is told in the local time of `time_zone`."""
    shown = {
        "subject": SUBJECT,
        "opening": one_line(greeting) or one_line(name),
        "url": url,
        "until": f"{expires_at.astimezone(ZoneInfo(time_zone)):%H giờ %M ngày %d/%m/%Y}",
    }
    return Outgoing(
        tracking_id=f"vao-{secrets.token_urlsafe(12)}",
        address=address,
        recipient_name=one_line(name),
        subject=SUBJECT,
        text=ENVIRONMENT.get_template("sign_in.txt.j2").render(shown),
        html=ENVIRONMENT.get_template("sign_in.html.j2").render(shown),
        reply_to=None,
        at=at,
        optional=False,
    )


async def send_now(channel: Channel, mail: Outgoing) -> Receipt:
    """Hand one mail to the channel at once. Raises ChannelError."""
    async with channel.line() as line:
        return await line.send(mail, _unmarked)


async def _unmarked() -> None:
    """Such a mail has no row to mark: whoever waits for it asks again."""
