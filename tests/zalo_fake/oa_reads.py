"""What can be asked on the OA host: the OA itself, its people, its groups."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from aiohttp import web

from zalo_fake.clock import iso
from zalo_fake.defaults import GROUPS, OA_ID, OA_NAME
from zalo_fake.dialects import OA
from zalo_fake.endpoint import Answer, Endpoint, json_body, query
from zalo_fake.oa_door import admit, good, reachable
from zalo_fake.wire import Asked, Json, Refused, Reply, text_of

if TYPE_CHECKING:
    from zalo_fake.world import World

PAGE = 50


class OaReads:
    """The doors for questions; the fates of all of them are laid out under "oa_info"."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        doors: list[tuple[str, Answer]] = [
            ("/v2.0/oa/getoa", self.oa),
            ("/v3.0/oa/user/detail", self.user),
            ("/v3.0/oa/user/getlist", self.users),
            ("/v3.0/oa/group/getgroupsofoa", self.groups),
        ]
        quota = Endpoint(self._world, "oa_info", OA, self.quota, json_body)
        return [
            *(
                web.get(path, Endpoint(self._world, "oa_info", OA, answer, query).__call__)
                for path, answer in doors
            ),
            web.post("/v3.0/oa/quota/message", quota.__call__),
        ]

    def oa(self, asked: Asked) -> Reply:
        """GET /v2.0/oa/getoa."""
        headers = admit(self._world, asked)
        linked = "" if self._world.allowance.wallet == "missing" else "ZBS-GIA"
        data = {
            "oa_id": OA_ID, "name": OA_NAME, "is_verified": True, "oa_type": "4", "num_follower": "120",
            "package_name": "Nâng cao", "linked_ZCA": linked,
        }  # fmt: skip
        return good(data, headers)

    def user(self, asked: Asked) -> Reply:
        """GET /v3.0/oa/user/detail?data={"user_id":..}."""
        headers = admit(self._world, asked)
        user = text_of(_data(asked).get("user_id"))
        if not self._world.people.knows_user(user):
            raise Refused(-201, "user_id is invalid")
        reachable(self._world, user)
        last = iso(self._world.people.last_heard(user))[:10]
        data = {
            "user_id": user, "user_id_by_app": f"app-{user}", "display_name": f"Người dùng {user}",
            "user_is_follower": True, "user_last_interaction_date": f"{last[8:]}/{last[5:7]}/{last[:4]}",
        }  # fmt: skip
        return good(data, headers)

    def users(self, asked: Asked) -> Reply:
        """GET /v3.0/oa/user/getlist?data={"offset":..,"count":..}."""
        headers = admit(self._world, asked)
        offset, count = _page(_data(asked))
        users = self._world.people.users()
        shown = [{"user_id": user} for user in users[offset : offset + count]]
        data = {"total": str(len(users)), "count": str(len(shown)), "offset": str(offset), "users": shown}
        return good(data, headers)

    def groups(self, asked: Asked) -> Reply:
        """GET /v3.0/oa/group/getgroupsofoa?offset&count."""
        headers = admit(self._world, asked)
        offset, count = _page(asked.body)
        known = [group for group in GROUPS if self._world.people.knows_group(group)]
        shown = [{"group_id": group, "name": f"Nhóm {group}", "status": "enabled"} for group in known]
        return good({"total": str(len(known)), "groups": shown[offset : offset + count]}, headers)

    def quota(self, asked: Asked) -> Reply:
        """POST /v3.0/oa/quota/message."""
        headers = admit(self._world, asked)
        left = str(self._world.allowance.left())
        return good(
            [{"quota_type": "daily", "remain": left, "total": str(self._world.allowance.daily)}], headers
        )


def _data(asked: Asked) -> Json:
    try:
        data = json.loads(asked.body.get("data", ""))
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise Refused(-201, "data is invalid")
    return data


def _page(asked: Json) -> tuple[int, int]:
    offset, count = text_of(asked.get("offset", "0")), text_of(asked.get("count", "10"))
    if not offset.isdecimal() or not count.isdecimal() or int(count) > PAGE:
        raise Refused(-201, "offset or count is invalid")
    return int(offset), int(count)
