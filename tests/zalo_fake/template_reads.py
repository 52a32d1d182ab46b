"""What can be asked on the template host: what became of a message, the quota, the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from zalo_fake.catalogue import STATUSES
from zalo_fake.dialects import TEMPLATE
from zalo_fake.endpoint import Answer, Endpoint, query
from zalo_fake.oa_door import good
from zalo_fake.wire import Asked, Json, Refused, Reply

if TYPE_CHECKING:
    from zalo_fake.world import World

PAGE = 100


class TemplateReads:
    """The doors for questions."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        doors: list[tuple[str, str, Answer]] = [
            ("/message/status", "status", self.status),
            ("/message/quota", "quota", self.quota),
            ("/quality", "info", self.quality),
            ("/message/template-tag", "info", self.tags),
            ("/template/all", "info", self.all),
            ("/template/info/v2", "info", self.info),
            ("/template/sample-data", "info", self.sample),
        ]
        return [
            web.get(path, Endpoint(self._world, channel, TEMPLATE, self._admitted(answer), query).__call__)
            for path, channel, answer in doors
        ]

    def _admitted(self, answer: Answer) -> Answer:
        def admitted(asked: Asked) -> Reply:
            given = asked.request.headers
            self._world.tokens.check(
                given.get("access_token", ""), given.get("appsecret_proof", ""), stale=-124, unproven=-1241
            )
            reply = answer(asked)
            assert isinstance(reply, Reply)
            return reply

        return admitted

    def status(self, asked: Asked) -> Reply:
        """Delivered once the receiver has it; what Zalo took on and nobody got stays accepted."""
        if not asked.body.get("message_id"):
            raise Refused(-107)
        send = self._world.ledger.find(asked.body["message_id"])
        if send is None:
            return good({"delivery_time": "", "status": "-1", "message": "The message is not found"})
        if not send.received:
            return good({"delivery_time": "", "status": "0", "message": "The message is accepted"})
        time = str(int(send.at * 1_000))
        return good({"delivery_time": time, "status": "1", "message": "The message is delivered"})

    def quota(self, asked: Asked) -> Reply:
        """What is left today."""
        allowance = self._world.allowance
        return good(
            {
                "remainingQuota": str(allowance.left()), "dailyQuota": str(allowance.daily),
                "dailyQuotaPromotion": "0", "remainingQuotaPromotion": "0", "monthlyPromotionQuota": "0",
                "remainingMonthlyPromotionQuota": "0", "estimatedNextMonthPromotionQuota": "0",
            }
        )  # fmt: skip

    def quality(self, asked: Asked) -> Reply:
        """The OA's quality."""
        return good({"oaCurrentQuality": "HIGH", "oa7dayQuality": "HIGH"})

    def tags(self, asked: Asked) -> Reply:
        """What kinds of templates the OA may send."""
        return good(["TRANSACTION", "CUSTOMER_CARE"])

    def all(self, asked: Asked) -> Reply:
        """Templates, a page of them, of one status if it is asked for by its number."""
        offset, limit = _number(asked.body, "offset", 0), _number(asked.body, "limit", PAGE)
        if limit > PAGE:
            raise Refused(-132, "limit is invalid")
        wanted = _number(asked.body, "status", 0)
        if wanted > len(STATUSES):
            raise Refused(-132, "status is invalid")
        found = [
            one.brief() for one in self._world.catalogue.templates.values()
            if not wanted or one.status == STATUSES[wanted - 1]
        ]  # fmt: skip
        return good(found[offset : offset + limit], metadata={"total": str(len(found))})

    def info(self, asked: Asked) -> Reply:
        """One template with its parameters."""
        return good(self._world.catalogue.find(asked.body.get("template_id", "")).told())

    def sample(self, asked: Asked) -> Reply:
        """One template's parameters, filled."""
        template = self._world.catalogue.find(asked.body.get("template_id", ""))
        return good({one.name: one.sample for one in template.parameters})


def _number(body: Json, name: str, default: int) -> int:
    value = body.get(name, str(default))
    if not value.isdecimal():
        raise Refused(-132, f"{name} is invalid")
    return int(value)
