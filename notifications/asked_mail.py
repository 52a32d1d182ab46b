"""Mails that a person asked for and waits for: no ledger, digest or quiet hour applies, and they leave at once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.channels.base import Channel, Outgoing, Receipt
from notifications.clean_text import one_line

ENVIRONMENT = Environment(
    loader=PackageLoader("notifications"),
    autoescape=select_autoescape(("html.j2",)),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Asked:
    """A sort of such mails. `mark` begins its tracking ids; `template`: the file name without its ending."""

    mark: str
    template: str
    subject: str


def asked_mail(
    kind: Asked, *, name: str, greeting: str, address: str, at: datetime, more: Mapping[str, str]
) -> Outgoing:
    """The finished mail. `more`: what its template shows beside the subject and whom it speaks to; `at` is aware."""
    shown = {"subject": kind.subject, "opening": one_line(greeting) or one_line(name), **more}
    return Outgoing(
        tracking_id=f"{kind.mark}-{secrets.token_urlsafe(12)}",
        address=address,
        recipient_name=one_line(name),
        subject=kind.subject,
        text=ENVIRONMENT.get_template(f"{kind.template}.txt.j2").render(shown),
        html=ENVIRONMENT.get_template(f"{kind.template}.html.j2").render(shown),
        reply_to=None,
        at=at,
        optional=False,
    )


def until(end: datetime, time_zone: str) -> str:
    """When something ends, in the local time of `time_zone`. `end` is aware."""
    return f"{end.astimezone(ZoneInfo(time_zone)):%H giờ %M ngày %d/%m/%Y}"


async def send_now(channel: Channel, mail: Outgoing) -> Receipt:
    """Hand one mail to the channel at once. Raises ChannelError."""
    async with channel.line() as line:
        return await line.send(mail, _unmarked)


async def _unmarked() -> None:
    """Such a mail has no row to mark: whoever waits for it asks again."""
