"""What an OA writes freely: to a person who wrote lately, and into its own groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from zalo_fake.dialects import OA
from zalo_fake.endpoint import Endpoint
from zalo_fake.ledger import Send
from zalo_fake.oa_door import admit, good, reachable
from zalo_fake.wire import Asked, Json, Refused, Reply, part, text_of

if TYPE_CHECKING:
    from zalo_fake.world import World

LONGEST = 2_000
FREE_SECONDS = 48 * 3_600
WINDOW_SECONDS = 7 * 86_400


class OaSends:
    """The two doors."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        service = Endpoint(self._world, "oa_cs", OA, self.service, draft=_to_user)
        group = Endpoint(self._world, "oa_group", OA, self.group, draft=_to_group)
        return [
            web.post("/v3.0/oa/message/cs", service.__call__),
            web.post("/v3.0/oa/group/message", group.__call__),
        ]

    def service(self, asked: Asked) -> Reply:
        """POST /v3.0/oa/message/cs: free for 48 hours after the person did something, paid for up to 7 days."""
        send = asked.sending
        headers = admit(self._world, asked)
        if not self._world.people.knows_user(send.to):
            raise Refused(-201, "user_id is invalid")
        _check_text(send)
        reachable(self._world, send.to)
        quota = self._window(send.to)
        data = {
            "message_id": send.msg_id, "user_id": send.to, "sent_time": str(self._world.clock.millis()), "quota": quota,
        }  # fmt: skip
        return good(data, headers)

    def _window(self, user: str) -> Json:
        silent = self._world.clock.now() - self._world.people.last_heard(user)
        if silent > WINDOW_SECONDS:
            raise Refused(-230)
        if silent <= FREE_SECONDS:
            return {"quota_type": "reply", "remain": "8", "total": "8"}
        self._world.allowance.charge(missing=-320, empty=-321)
        return {"quota_type": "paid"}

    def group(self, asked: Asked) -> Reply:
        """POST /v3.0/oa/group/message: at any hour, free."""
        send = asked.sending
        headers = admit(self._world, asked)
        if not send.to:
            raise Refused(-201, "group_id is invalid")
        if not self._world.people.knows_group(send.to):
            raise Refused(-403)
        _check_text(send)
        reachable(self._world, send.to)
        return good({"message_id": send.msg_id, "group_id": send.to}, headers)


def _check_text(send: Send) -> None:
    if not send.text or not send.text.strip():
        raise Refused(-201, "text is invalid")
    if len(send.text) > LONGEST:
        raise Refused(-210, f"text exceeds {LONGEST} characters")


def _to_user(body: Json) -> Send:
    return Send("oa_cs", text_of(part(body, "recipient").get("user_id")), text=_text(body))


def _to_group(body: Json) -> Send:
    return Send("oa_group", text_of(part(body, "recipient").get("group_id")), text=_text(body))


def _text(body: Json) -> str | None:
    text = part(body, "message").get("text")
    return text if isinstance(text, str) else None
