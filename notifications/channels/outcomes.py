"""From what a service answered to what becomes of the message, in one short Vietnamese sentence each. Pure.

The sentences hold no token, telephone number or id: they stand in pages and logs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from notifications.channels.base import ChannelError, ErrorKind
from notifications.channels.http_line import Answer, NoAnswer
from notifications.channels.zalo_codes import TEMPLATE, Host, Outcome
from notifications.channels.zalo_verdicts import Verdict, answered, broken_off, not_sent

KINDS: Mapping[Outcome, ErrorKind] = {
    "retry": "retry",
    "defer": "defer",
    "recipient": "permanent",
    "payload": "payload",
    "config": "config",
    "refresh": "config",
    "unknown": "unknown",
}
"""A `refresh` that repeats with a new token is no matter of the token."""
_SENTENCES: Mapping[ErrorKind, str] = {
    "retry": "{service} đang bận hoặc mất kết nối{said}. Chương trình sẽ thử lại.",
    "defer": "{service} tạm thời không nhận tin{said}. Tin sẽ gửi lại sau {until}.",
    "permanent": "{service} không gửi được cho người này{said}. Xin kiểm tra lại địa chỉ.",
    "payload": "{service} không nhận nội dung tin{said}. Xin báo người quản trị chương trình.",
    "config": "{service} từ chối vì cài đặt{said}. Hãy kiểm tra mục [{section}] trong tệp cài đặt.",
    "unknown": "{service} không trả lời rõ sau khi nhận tin{said}; chưa rõ tin đã đến hay chưa.",
}


@dataclass(frozen=True)
class Judge:
    """Judges the answers of one Zalo host at `now` (aware); `zone`: in whose mornings deferred messages leave."""

    host: Host
    now: datetime
    zone: str

    def verdict(self, reply: Answer | NoAnswer, *, sends: bool) -> Verdict:
        """`sends`: the request was to deliver something, so a lost answer leaves it open whether it did."""
        if isinstance(reply, Answer):
            return answered(self.host, reply.status, reply.body, sends=sends, now=self.now, zone=self.zone)
        if reply.untrusted:
            return Verdict("config", said="chứng thư số không hợp lệ")
        return broken_off(reply.why, sends=sends) if reply.left else not_sent(reply.why)

    def of_user_template(self, reply: Answer | NoAnswer) -> Verdict:
        """A template by user id travels by the OA's host, and is refused with the codes of either."""
        verdict = Judge("template", self.now, self.zone).verdict(reply, sends=True)
        if verdict.code is None or verdict.code in TEMPLATE:
            return verdict
        return Judge("oa", self.now, self.zone).verdict(reply, sends=True)


def error(
    verdict: Verdict, *, service: str, section: str, sends: bool = True, kind: ErrorKind | None = None
) -> ChannelError:
    """What a verdict other than "ok" means. `section`: of the settings; `kind`: instead of the usual one.

    A question that was not understood (`sends` False) is only asked again later.
    """
    kind = kind or KINDS[verdict.outcome]
    kind = "retry" if kind == "unknown" and not sends else kind
    until = verdict.until if kind == "defer" else None
    detail = _SENTENCES[kind].format(
        service=service, section=section, said=_said(verdict), until=f"{until:%H:%M, %d/%m}" if until else ""
    )
    return ChannelError(kind, detail, until, most=verdict.most)


def _said(verdict: Verdict) -> str:
    parts = [f"mã {verdict.code}"] if verdict.code is not None else []
    if verdict.said:
        parts.append(verdict.said.rstrip("."))
    return f" ({': '.join(parts)})" if parts else ""
