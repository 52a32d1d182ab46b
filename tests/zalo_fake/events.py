"""What Zalo sends to a webhook: bodies of the OA's events, signed over their bytes, and of the bot's updates."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Literal

from zalo_fake.defaults import APP_ID, OA_ID, WEBHOOK_KEY
from zalo_fake.ledger import Send
from zalo_fake.wire import Json

Signature = Literal["right", "wrong", "missing"]
AGENT = {"Content-Type": "application/json", "User-Agent": "ZaloWebhook"}


@dataclass(frozen=True)
class Letter:
    """One POST: its bytes and headers, the same at every try."""

    raw: bytes
    headers: dict[str, str] = field(default_factory=lambda: dict(AGENT))


PROBE = Letter(b"{}")
"""What the console sends when somebody presses "Kiểm tra"."""


def compact(body: Json) -> bytes:
    """JSON as Zalo writes it: no spaces, letters as they are."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def signature_of(raw: bytes, timestamp: str, key: str = WEBHOOK_KEY) -> str:
    """The value of x-zevent-signature."""
    return "mac=" + hashlib.sha256(APP_ID.encode() + raw + timestamp.encode() + key.encode()).hexdigest()


def sealed(
    body: Json, timestamp: str, *, zns: bool = False, signature: Signature = "right", stamp: str = "body"
) -> Letter:
    """An OA event, ready to go. `timestamp` in milliseconds; with `stamp` "header" it stands only there."""
    full = {**body, "app_id": APP_ID} | ({"timestamp": timestamp} if stamp == "body" else {})
    raw = compact(full)
    headers = AGENT | {"X-ZEvent-Server": "ZNS" if zns else "OA OpenAPI"}
    if stamp == "header":
        headers["X-ZEvent-Timestamp"] = timestamp
    if signature != "missing":
        key = WEBHOOK_KEY if signature == "right" else f"{WEBHOOK_KEY}-khac"
        headers["X-ZEvent-Signature"] = signature_of(raw, timestamp, key)
    return Letter(raw, headers)


def written(user: str, text: str, msg_id: str, group: str | None) -> Json:
    """Somebody wrote to the OA, or in one of its groups."""
    message = {"text": text, "msg_id": msg_id}
    body: Json = {"sender": {"id": user}, "user_id_by_app": f"app-{user}", "message": message}
    if group is None:
        return body | {"event_name": "user_send_text", "recipient": {"id": OA_ID}}
    return body | {"event_name": "user_send_group_text", "recipient": {"id": group}, "oa_id": OA_ID}


def delivered(msg_id: str, to: str, tracking_id: str | None, at: str) -> Json:
    """A message is with its receiver. A template by number carries the sender's tracking id, nothing else does."""
    message = {"delivery_time": at, "msg_id": msg_id}
    if tracking_id is not None:
        message["tracking_id"] = tracking_id
    return {
        "event_name": "user_received_message", "sender": {"id": OA_ID}, "recipient": {"id": to}, "message": message,
    }  # fmt: skip


def delivered_send(send: Send, at: str) -> Json:
    """The same for a message of the ledger."""
    tracking = send.tracking_id if send.channel == "template_phone" else None
    return delivered(send.msg_id, send.to, tracking, at)


def seen(msg_ids: list[str], user: str) -> Json:
    """Somebody opened the chat that holds these messages."""
    message = {"msg_ids": msg_ids}
    return {
        "event_name": "user_seen_message", "sender": {"id": user}, "recipient": {"id": OA_ID}, "message": message,
    }  # fmt: skip


def follows(event: str, user: str) -> Json:
    """Somebody follows the OA, or does so no longer."""
    return {
        "event_name": event, "oa_id": OA_ID, "follower": {"id": user}, "user_id_by_app": f"app-{user}",
        "source": "oa_profile",
    }  # fmt: skip


def said_to_bot(kind: str, user: str, name: str, text: str, group: str, message_id: str, at: int) -> Json:
    """An update of the bot's; `kind`: text, image, sticker, voice or unsupported; `at` in milliseconds."""
    chat = {"id": group or user, "chat_type": "GROUP" if group else "PRIVATE"}
    message: Json = {
        "from": {"id": user, "display_name": name, "is_bot": False}, "chat": chat, "message_id": message_id, "date": at,
    }  # fmt: skip
    if kind == "text":
        message["text"] = text
    return {"event_name": f"message.{kind}.received", "message": message}
