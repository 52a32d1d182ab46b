"""What a provider's event says: somebody wrote, a message arrived or came back, something changed. Pure.

Everything in an event comes from outside: what is not as expected says nothing, and never trips the program.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notifications.clean_text import block, one_line

LONGEST_TEXT = 2_000
LONGEST_NAME = 100
LONGEST_KEY = 160
_ESMS_REFUSED, _ESMS_ENDED = "4", "5"
_OTHER_KINDS = {
    "image": "(hình ảnh)", "photo": "(hình ảnh)", "sticker": "(nhãn dán)", "gif": "(hình động)", "voice": "(tin thoại)",
    "audio": "(tin thoại)", "video": "(phim)", "file": "(tệp)", "link": "(liên kết)", "location": "(vị trí)",
    "business_card": "(danh thiếp)", "unsupported": "(tin không đọc được)",
}  # fmt: skip


@dataclass(frozen=True)
class Spoken:
    """Somebody wrote. `address` is that of a contact point; `words`: it is text, not a picture or the like.

    `overheard`: said in a group to one another, and not to us.
    """

    address: str
    name: str
    text: str
    words: bool
    sticker: bool = False
    overheard: bool = False

    @property
    def in_group(self) -> bool:
        """Whether others read the answer too."""
        return self.address.startswith("group:")


@dataclass(frozen=True)
class Arrived:
    """Messages reached their receiver, or (`seen`) were looked at. `numbers`: the provider's own; `tracking_id` may be ""."""

    numbers: tuple[str, ...]
    tracking_id: str = ""
    seen: bool = False


@dataclass(frozen=True)
class CameBack:
    """A message that had been accepted could not be delivered; `reason` is a Vietnamese sentence."""

    numbers: tuple[str, ...]
    tracking_id: str
    reason: str


@dataclass(frozen=True)
class Followed:
    """Somebody follows the OA, or (`ended`) does so no longer."""

    address: str
    ended: bool


@dataclass(frozen=True)
class Changed:
    """The provider changed what we may send; `code` names what, as `template 123 DISABLE`."""

    code: str


Fact = Spoken | Arrived | CameBack | Followed | Changed | None


def read_event(channel: str, body: str) -> Fact:
    """What an event says that concerns us; None for nothing."""
    found = parsed(body)
    if channel == "zalo_bot":
        return _of_bot(found)
    return _of_oa(found) if channel == "zalo_oa" else _of_sms(found)


def parsed(body: str | bytes) -> dict[str, Any]:
    """The JSON object; the bot's may stand in an envelope. Empty for anything else."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    inner = found.get("result", found) if isinstance(found, dict) and "event_name" not in found else found
    return inner if isinstance(inner, dict) else {}


def key_of(body: bytes, event: Mapping[str, Any]) -> str:
    """What tells an event from every other: its message's own number, or else all of it."""
    name, message = _text(event, "event_name"), _part(event, "message")
    number = _text(message, "message_id") or _text(message, "msg_id")
    key = f"{name}:{number}"
    return key if number and len(key) <= LONGEST_KEY else f"sha256:{hashlib.sha256(body).hexdigest()}"


def _of_bot(event: Mapping[str, Any]) -> Fact:
    kind, message = _between(_text(event, "event_name"), "message.", ".received"), _part(event, "message")
    chat, sender = _part(message, "chat"), _part(message, "from")
    # A kind that is not known is taken for one in which others read, too.
    number, group = _text(chat, "id"), _text(chat, "chat_type").upper() not in {"", "PRIVATE"}
    if not kind or kind == "reaction" or not number or sender.get("is_bot") is True:
        return None
    text = _text(message, "text") or _text(message, "caption")
    return _spoken(f"{'group' if group else 'user'}:{number}", _text(sender, "display_name"), text, kind)


def _of_oa(event: Mapping[str, Any]) -> Fact:
    name, message = _text(event, "event_name"), _part(event, "message")
    if name.startswith("user_send_"):
        return _said_to_oa(event, name.removeprefix("user_send_"))
    if name == "user_received_message":
        return Arrived(_numbers(message), _text(message, "tracking_id"))
    if name == "user_seen_message":
        return Arrived(_numbers(message), seen=True)
    if name in {"follow", "unfollow"}:
        number = _text(_part(event, "follower"), "id")
        return Followed(f"user:{number}", name == "unfollow") if number else None
    return _changed(name, event)


def _said_to_oa(event: Mapping[str, Any], kind: str) -> Fact:
    group, kind = kind.startswith("group_"), kind.removeprefix("group_")
    message, receiver = _part(event, "message"), _part(event, "recipient")
    number = _text(_part(event, "sender"), "id")
    if group:
        number = _text(receiver, "group_id") or _text(receiver, "id")
    if not number:
        return None
    address = f"{'group' if group else 'user'}:{number}"
    return _spoken(address, "", _text(message, "text"), kind, overheard=group)


def _spoken(address: str, name: str, text: str, kind: str, *, overheard: bool = False) -> Spoken:
    # A picture's caption is words, too.
    words = block(text)[:LONGEST_TEXT].strip()
    shown = words or _OTHER_KINDS.get(kind, _OTHER_KINDS["unsupported"])
    return Spoken(
        address, one_line(name, LONGEST_NAME), shown, bool(words), sticker=kind == "sticker", overheard=overheard
    )  # fmt: skip


def _changed(name: str, event: Mapping[str, Any]) -> Fact:
    template = _text(event, "template_id")
    if name == "change_template_status":
        return Changed(f"template {template[:20]} {_text(_part(event, 'status'), 'new')[:40]}")
    if name == "change_template_quality":
        return Changed(f"template quality {template[:20]}")
    if name in {"change_oa_daily_quota", "change_template_quota"}:
        quota = _part(event, "quota")
        return Changed(f"quota {(_text(quota, 'new_value') or _text(quota, 'new'))[:20]}")
    return None


def _of_sms(event: Mapping[str, Any]) -> Fact:
    """eSMS counts: how many were delivered and how many failed, of the one that we sent."""
    numbers, tracking_id = tuple(filter(None, [_text(event, "SMSID")])), _text(event, "RequestId")
    status, failed = _text(event, "SendStatus"), _text(event, "SendFailed") not in {"", "0"}
    if status == _ESMS_ENDED and _text(event, "SendSuccess") not in {"", "0"}:
        return Arrived(numbers, tracking_id)
    if status == _ESMS_REFUSED or (status == _ESMS_ENDED and failed):
        return CameBack(numbers, tracking_id, "Nhà mạng báo tin nhắn không đến máy.")
    return None


def _numbers(message: Mapping[str, Any]) -> tuple[str, ...]:
    several = message.get("msg_ids")
    given = several if isinstance(several, list) else []
    return tuple(dict.fromkeys(filter(None, (_text(message, "msg_id"), *map(_plain, given[:100])))))


def _between(name: str, before: str, after: str) -> str:
    whole = name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after)
    return name[len(before) : -len(after)] if whole else ""


def _part(event: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = event.get(name)
    return found if isinstance(found, dict) else {}


def _text(event: Mapping[str, Any], name: str) -> str:
    return _plain(event.get(name))


def _plain(value: Any) -> str:
    """Text, or a number as text; "" for anything else, and for what no database could keep."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).encode("utf-8", "ignore").decode().replace("\x00", "")
