"""eSMS: a text message by telephone number, with a number of the caller's that makes a second request harmless."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from zalo_fake.defaults import BRAND, ESMS_KEY, ESMS_SECRET
from zalo_fake.dialects import ESMS
from zalo_fake.endpoint import Endpoint
from zalo_fake.ledger import Send
from zalo_fake.wire import Asked, Json, Refused, Reply, text_of

if TYPE_CHECKING:
    from zalo_fake.world import World

PATH = "/MainService.svc/json/SendMultipleMessage_V4_post_json"
_PHONE = re.compile(r"(0|\+?84)[35789]\d{8}")
BRANDED = "2"


@dataclass
class SmsDesk:
    """The account at eSMS. `balance`: how many messages are paid for, None: enough; `templates`: what texts must match.

    `callback`: whether it calls back by itself once a message is sent.
    """

    balance: int | None = None
    templates: list[re.Pattern[str]] = field(default_factory=list)
    callback: bool = True
    requests: set[str] = field(default_factory=set)


class Sms:
    """The one door."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where it is."""
        door = Endpoint(self._world, "sms", ESMS, self.send, draft=_draft)
        return [web.post(PATH + slash, door.__call__) for slash in ("/", "")]

    def send(self, asked: Asked) -> Reply:
        """Take a message on. A RequestId that was taken on before is refused with 124, and nothing goes out."""
        send, desk = asked.sending, self._world.sms
        if (asked.body.get("ApiKey"), asked.body.get("SecretKey")) != (ESMS_KEY, ESMS_SECRET):
            raise Refused(101)
        self._check(asked.body, send)
        if send.tracking_id and send.tracking_id in desk.requests:
            raise Refused(124)
        if desk.balance is not None and desk.balance <= 0:
            raise Refused(103)
        self._take_on(send, text_of(asked.body.get("Sandbox")) == "1")
        return Reply({"CodeResult": "100", "CountRegenerate": 0, "SMSID": send.msg_id})

    def _check(self, body: Json, send: Send) -> None:
        if not _PHONE.fullmatch(send.to):
            raise Refused(108)
        if not send.text:
            raise Refused(99, "Content is empty")
        if text_of(body.get("SmsType")) == BRANDED and body.get("Brandname") != BRAND:
            raise Refused(104)
        if code := self._world.people.forced(send.to, "sms"):
            raise Refused(code)
        templates = self._world.sms.templates
        if templates and not any(one.fullmatch(send.text) for one in templates):
            raise Refused(146)

    def _take_on(self, send: Send, sandbox: bool) -> None:
        desk = self._world.sms
        if send.tracking_id:
            desk.requests.add(send.tracking_id)
        send.dry = sandbox
        if desk.balance is not None and not sandbox:
            desk.balance -= 1


def _draft(body: Json) -> Send:
    return Send(
        "sms", text_of(body.get("Phone")), text=text_of(body.get("Content")),
        tracking_id=text_of(body.get("RequestId")), callback=text_of(body.get("CallbackUrl")),
    )  # fmt: skip
