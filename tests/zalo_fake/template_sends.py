"""Template messages: by telephone number (the old ZNS wire) on one host, by user id on the other."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from aiohttp import web

from zalo_fake.defaults import ADMIN_PHONES, ADMIN_USERS
from zalo_fake.dialects import OA, TEMPLATE
from zalo_fake.endpoint import Endpoint
from zalo_fake.ledger import Send
from zalo_fake.oa_door import admit, good, reachable
from zalo_fake.people import person_key
from zalo_fake.wire import Asked, Json, Refused, Reply, text_of

if TYPE_CHECKING:
    from zalo_fake.world import World

_PHONE = re.compile(r"\+?84[35789]\d{8}")
_HASH = re.compile(r"[0-9a-f]{64}")
_TRACKING = re.compile(r"[A-Za-z0-9_-]{1,48}")
PROMOTION = 3


class TemplateSends:
    """The three doors for template messages."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        phone = Endpoint(self._world, "template_phone", TEMPLATE, self.by_phone, draft=_by("phone"))
        hashed = Endpoint(self._world, "template_phone", TEMPLATE, self.by_hash, draft=_by("hash_phone"))
        user = Endpoint(self._world, "oa_user", OA, self.by_user, draft=_to_user)
        return [
            web.post("/message/template", phone.__call__),
            web.post("/message/template/hashphone", hashed.__call__),
            web.post("/v3.0/oa/message/template", user.__call__),
        ]

    def by_phone(self, asked: Asked) -> Reply:
        """POST /message/template."""
        return self._by_number(asked, _PHONE)

    def by_hash(self, asked: Asked) -> Reply:
        """POST /message/template/hashphone: the same, for the SHA-256 of a number."""
        return self._by_number(asked, _HASH)

    def _by_number(self, asked: Asked, shape: re.Pattern[str]) -> Reply:
        send = asked.sending
        self._admitted(asked)
        if not shape.fullmatch(send.to):
            raise Refused(-108)
        template = self._world.catalogue.approved(send.template_id or "")
        template.check(send.template_data)
        if not _TRACKING.fullmatch(send.tracking_id or ""):
            raise Refused(-132, "tracking_id is invalid")
        _check_mode(asked.body, template.tag, person_key(send.to) in ADMIN_PHONES)
        if self._world.allowance.is_night():
            raise Refused(-133)
        reachable(self._world, send.to)
        self._world.allowance.charge(missing=-136, empty=-115)
        quota = self._world.allowance.spend(template.number, over_daily=-144, over_template=-147)
        return good(
            {"msg_id": send.msg_id, "sent_time": self._sent_time(), "sending_mode": "1", "quota": quota}
        )

    def by_user(self, asked: Asked) -> Reply:
        """POST /v3.0/oa/message/template. Refusals that are about the template keep their numbers of the other host.

        The night as a rule is only for promotion; a night that a test has switched on is for all.
        """
        send, allowance = asked.sending, self._world.allowance
        headers = admit(self._world, asked)
        if not self._world.people.knows_user(send.to):
            raise Refused(-201, "user_id is invalid")
        template = self._world.catalogue.approved(send.template_id or "")
        if not template.by_user:
            raise Refused(-249)
        template.check(send.template_data)
        _check_mode(asked.body, template.tag, send.to in ADMIN_USERS)
        if allowance.is_night() and (template.tag == PROMOTION or allowance.night is True):
            raise Refused(-234)
        reachable(self._world, send.to)
        allowance.charge(missing=-320, empty=-321)
        quota = allowance.spend(template.number, over_daily=-211, over_template=-211)
        told = {"quota_type": "daily", "remain": quota["remainingQuota"]}
        data = {"message_id": send.msg_id, "user_id": send.to, "sent_time": self._sent_time(), "quota": told}
        return good(data, headers)

    def _admitted(self, asked: Asked) -> None:
        given = asked.request.headers
        self._world.tokens.check(
            given.get("access_token", ""), given.get("appsecret_proof", ""), stale=-124, unproven=-1241
        )

    def _sent_time(self) -> str:
        return str(self._world.clock.millis())


def _check_mode(body: Json, tag: int, is_admin: bool) -> None:
    """Refuse a development message to anybody but an admin, and a sending mode that is not for everybody."""
    sending = body.get("sending_mode", "1")
    if sending == "3":
        raise Refused(-161 if tag == PROMOTION else -162)
    if sending != "1":
        raise Refused(-161)
    if "mode" not in body:
        return
    if body["mode"] != "development":
        raise Refused(-132, "mode is invalid")
    if not is_admin:
        raise Refused(-127)


def _by(field: str) -> Callable[[Json], Send]:
    def draft(body: Json) -> Send:
        return Send(
            "template_phone", text_of(body.get(field)), template_id=text_of(body.get("template_id")),
            template_data=body.get("template_data"), tracking_id=text_of(body.get("tracking_id")),
        )  # fmt: skip

    return draft


def _to_user(body: Json) -> Send:
    return Send(
        "oa_user", text_of(body.get("user_id")), template_id=text_of(body.get("template_id")),
        template_data=body.get("template_data"), tracking_id=body.get("tracking_id"),
    )  # fmt: skip
