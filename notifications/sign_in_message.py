"""A sign-in link as a message, in every form that a channel speaks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from notifications.asked_mail import Asked, asked_mail, until
from notifications.channels.base import Outgoing
from notifications.clean_text import one_line, plain_letters

SIGN_IN = Asked("vao", "sign_in", "[Măng Non] Liên kết đăng nhập")
WHAT = "Đăng nhập Măng Non"


@dataclass(frozen=True)
class Entry:
    """A link on its way to one person; `expires_at` is aware."""

    name: str
    greeting: str
    commune: str
    url: str
    expires_at: datetime


def sign_in_message(entry: Entry, at: datetime, time_zone: str) -> Outgoing:
    """The finished message, for any of the person's addresses. `at` is aware; the end is told in the local time of `time_zone`."""
    more = {"url": entry.url, "until": until(entry.expires_at, time_zone)}
    mail = asked_mail(SIGN_IN, name=entry.name, greeting=entry.greeting, address="", at=at, more=more)
    ends = f"{entry.expires_at.astimezone(ZoneInfo(time_zone)):%H:%M %d/%m/%Y}"
    return replace(
        mail,
        chat=_chat(entry, more["until"]),
        facts=_facts(entry, ends),
        short=_short(entry, ends),
        asked=True,
    )


def _chat(entry: Entry, end: str) -> str:
    return (
        f"Kính gửi {one_line(entry.greeting) or one_line(entry.name)},\n"
        f"Có người vừa xin liên kết đăng nhập Măng Non gửi đến đây. Để đăng nhập, xin bấm:\n{entry.url}\n"
        f"Liên kết dùng được một lần, đến {end}. Nếu không phải mình yêu cầu, xin bỏ qua; không chuyển cho ai khác."
    )


def _short(entry: Entry, end: str) -> str:
    return f"{plain_letters(f'{WHAT}: mở liên kết dưới đây, dùng một lần, đến {end}. Không chuyển cho ai.')} {entry.url}"


def _facts(entry: Entry, end: str) -> Mapping[str, str]:
    """What a template of its own may say; `link_path` belongs on its button."""
    return {
        "name": one_line(entry.name),
        "commune": one_line(entry.commune),
        "what": WHAT,
        "status": WHAT,
        "due": end,
        "date": end.rpartition(" ")[2],
        "link_path": entry.url.partition("://")[2].partition("/")[2],
    }
