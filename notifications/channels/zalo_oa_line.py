"""One worker's way to the OA: each kind of address has its own door."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from notifications.channels.base import (
    ChannelError,
    ErrorKind,
    HandOver,
    Outgoing,
    Receipt,
    require_tracking_id,
)
from notifications.channels.outcomes import error
from notifications.channels.phones import mobile
from notifications.channels.quiet_hours import QuietHours
from notifications.channels.zalo_book import TemplateBook
from notifications.channels.zalo_oa_api import BLOCKED, OA_ITSELF, OaApi
from notifications.channels.zalo_templates import OaTemplates, filled
from notifications.channels.zalo_verdicts import Verdict
from tasks.clock import Clock

LONGEST_TEXT = 2_000
_STATES: Mapping[str, Literal["delivered", "accepted", "missing"]] = {
    "1": "delivered", "0": "accepted", "-1": "missing",
}  # fmt: skip


@dataclass(frozen=True)
class MessageStatus:
    """What Zalo knows of a message: with its receiver (`at`, aware, where it says when), taken on, or not there."""

    state: Literal["delivered", "accepted", "missing"]
    at: datetime | None = None


class ZaloOaLine:
    """Sends one message after another. The other methods are questions, and answers to people who just wrote."""

    def __init__(
        self, api: OaApi, book: TemplateBook, templates: OaTemplates, quiet_hours: QuietHours, clock: Clock
    ) -> None:
        self._api = api
        self._book = book
        self._templates = templates
        self._quiet_hours = quiet_hours
        self._clock = clock

    async def send(self, message: Outgoing, handing_over: HandOver) -> Receipt:
        """Deliver one message. Raises ChannelError; what `handing_over` raises passes unchanged."""
        if not message.asked:
            self._quiet_hours.refuse(self._clock.now())
        form, _, number = message.address.partition(":")
        doors = {"group": self._to_group, "user": self._to_user, "phone": self._to_phone}
        if form not in doors or not number:
            raise ChannelError("permanent", "Địa chỉ Zalo OA không đúng dạng. Xin nhập lại địa chỉ.")
        return await doors[form](number, message, handing_over)

    async def check(self) -> None:
        """Ask the OA how it is, and read the templates in use. Raises ChannelError."""
        _settled(await self._api.get("oa", OA_ITSELF, {}), sends=False)
        for template_id in filter(
            None, (self._templates.user, self._templates.phone, self._templates.sign_in)
        ):
            await self._book.parameters(self._api, template_id)

    async def customer_service(
        self, user_id: str, text: str, handing_over: HandOver | None = None
    ) -> Receipt:
        """Answer somebody who wrote within the last 48 hours, at any hour of the day. Raises ChannelError."""
        body = {"recipient": {"user_id": user_id}, "message": {"text": _text(text)}}
        return _receipt(await self._api.send("oa", "/v3.0/oa/message/cs", body, handing_over or _nothing))

    async def message_status(self, message_id: str) -> MessageStatus:
        """What became of a template message with the provider's number `message_id`. Raises ChannelError."""
        verdict = await self._api.get("template", "/message/status", {"message_id": message_id})
        data = _settled(verdict, sends=False)
        state = _STATES.get(str(data.get("status")))
        if state is None:
            raise ChannelError("retry", "Zalo OA không cho biết tình trạng tin. Chương trình sẽ hỏi lại.")
        return MessageStatus(state, _instant(data.get("delivery_time")))

    async def quota(self) -> int | None:
        """How many template messages Zalo takes on today; None when it does not say. Raises ChannelError."""
        data = _settled(await self._api.get("template", "/message/quota", {}), sends=False)
        return _count(data.get("remainingQuota"))

    async def _to_group(self, group_id: str, message: Outgoing, handing_over: HandOver) -> Receipt:
        if self._templates.development:
            raise ChannelError("payload", "Đang ở chế độ thử (development) nên không gửi vào nhóm Zalo.")
        body = {"recipient": {"group_id": group_id}, "message": {"text": _text(unmentioned(message.chat))}}
        return _receipt(await self._api.send("oa", "/v3.0/oa/group/message", body, handing_over))

    async def _to_user(self, user_id: str, message: Outgoing, handing_over: HandOver) -> Receipt:
        if message.asked and not self._templates.sign_in:
            # Zalo takes free words for people who wrote lately, and says so of all others.
            return await self.customer_service(user_id, message.chat, handing_over)
        body = {"user_id": user_id, **await self._filled("template_user", self._templates.user, message)}
        verdict = await self._api.send("user_template", "/v3.0/oa/message/template", body, handing_over)
        return _templated(verdict)

    async def _to_phone(self, number: str, message: Outgoing, handing_over: HandOver) -> Receipt:
        body = {
            "phone": mobile(number),
            **await self._filled("template_phone", self._templates.phone, message),
            "tracking_id": require_tracking_id(message.tracking_id),
            "sending_mode": "1",
        }
        return _templated(await self._api.send("template", "/message/template", body, handing_over))

    async def _filled(self, setting: str, template_id: str, message: Outgoing) -> dict[str, Any]:
        """The part of a body that both kinds of template share. Raises ChannelError."""
        if message.asked:
            setting, template_id = "template_sign_in", self._templates.sign_in
        if not template_id:
            raise ChannelError("config", f"Chưa có mẫu tin Zalo. Hãy ghi {setting} ở mục [zalo_oa].")
        parameters = await self._book.parameters(self._api, template_id)
        data = filled(parameters, self._templates.fields, message.facts)
        mode = {"mode": "development"} if self._templates.development else {}
        return {"template_id": template_id, "template_data": data, **mode}


def unmentioned(text: str) -> str:
    """Text as long as before, in which "[@…]" calls nobody."""
    return text.replace("[@", "(@")


def _text(text: str) -> str:
    if not 0 < len(text) <= LONGEST_TEXT:
        raise ChannelError("payload", f"Tin Zalo OA phải có từ 1 đến {LONGEST_TEXT} ký tự.")
    return text


def _receipt(verdict: Verdict, *, kind: ErrorKind | None = None, limited: bool = False) -> Receipt:
    """`limited`: what is left of a quota is what the channel may still send, not what this person may still get."""
    data = _settled(verdict, sends=True, kind=kind)
    number = data.get("msg_id") or data.get("message_id") or ""
    quota = data.get("quota")
    left = _count(quota.get("remainingQuota", quota.get("remain"))) if isinstance(quota, dict) else None
    return Receipt("Zalo OA đã nhận tin.", str(number), left if limited else None)


def _templated(verdict: Verdict) -> Receipt:
    blocked = verdict.outcome == "refresh" and verdict.code == BLOCKED
    return _receipt(verdict, kind="permanent" if blocked else None, limited=True)


def _settled(verdict: Verdict, *, sends: bool, kind: ErrorKind | None = None) -> dict[str, Any]:
    if verdict.outcome != "ok":
        raise error(verdict, service="Zalo OA", section="zalo_oa", sends=sends, kind=kind)
    return verdict.result if isinstance(verdict.result, dict) else {}


def _count(said: Any) -> int | None:
    text = str(said).strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _instant(said: Any) -> datetime | None:
    """From milliseconds since the epoch, as a number or as text."""
    text = str(said).strip()
    if not (text.isascii() and text.isdecimal() and 11 <= len(text) <= 14):
        return None
    return datetime.fromtimestamp(int(text) / 1_000, UTC)


async def _nothing() -> None:
    """Nobody is to be told before it leaves."""
