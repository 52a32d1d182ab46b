"""/_fake/...: what a test turns and looks at. Orders are JSON objects; a word that is not known is refused with 400."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from zalo_fake import saying
from zalo_fake.catalogue import STATUSES
from zalo_fake.endpoint import json_body
from zalo_fake.wire import Json

if TYPE_CHECKING:
    from zalo_fake.world import World

Order = Callable[[Json], Any]
ORDERS = {
    "reset": "", "clock": "shift_seconds now advance_seconds", "fate": "channel fates to always",
    "person": "to error known days_silent", "night": "on", "bot": "matching_status",
    "quota": "daily template template_id wallet per_minute", "template": "template_id status",
    "tokens": "expire_access consume_refresh rotate pair proof expires_in echo_state quoted_errors omit_refresh",
    "webhook": "oa auto_deliver ladder_scale limit_seconds", "sms": "balance templates callback",
    "say": "kind from text group name what bare msg_id webhook signature copies at_once order stamp timestamp",
    "event": "event msg_id msg_ids tracking_id from fields webhook signature copies at_once order stamp timestamp",
    "callback": "sms_id request_id url failed fields copies at_once",
}  # fmt: skip
"""Each order with the words it may hold."""


class Control:
    """The control interface."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where it is."""
        looks = {
            "sends": self.sends,
            "tokens": self.tokens_now,
            "fate": self.fates_left,
            "health": self.health,
        }
        return [
            *(web.get(f"/_fake/{name}", look) for name, look in looks.items()),
            *(web.post(f"/_fake/{name}", self._obey(name)) for name in ORDERS),
        ]

    def _obey(self, name: str) -> Callable[[web.Request], Awaitable[web.Response]]:
        allowed = set(ORDERS[name].split())

        async def handle(request: web.Request) -> web.Response:
            raw = await request.read()
            order = json_body(request, raw) if raw else {}
            try:
                if order is None or not set(order) <= allowed:
                    raise ValueError(f"{name} takes an object of: {ORDERS[name]}")
                return web.json_response(await self._do(name, order))
            except (ValueError, TypeError, KeyError, AttributeError, re.error) as error:
                return web.json_response({"trouble": f"{type(error).__name__}: {error}"}, status=400)

        return handle

    async def _do(self, name: str, order: Json) -> Any:
        if name == "say":
            return await saying.say(self._world, order)
        if name == "event":
            return await saying.event(self._world, order)
        if name == "callback":
            return await saying.callback(self._world, order)
        obey: Order = getattr(self, name)
        return obey(order) or {}

    async def sends(self, request: web.Request) -> web.Response:
        """What was asked to be sent, of ?channel= and ?to= if given."""
        asked = request.query
        return web.json_response(
            [one.told() for one in self._world.ledger.some(asked.get("channel"), asked.get("to"))]
        )

    async def tokens_now(self, _: web.Request) -> web.Response:
        """The living pair, every token ever given out, and how often a pair was asked for."""
        tokens = self._world.tokens
        return web.json_response(
            {
                "access": tokens.access, "refresh": tokens.refresh, "refreshes": tokens.refreshes,
                "consumed_reuse": tokens.consumed_reuse, "issued": tokens.issued,
                "expires_in": int(tokens.access_until - self._world.clock.now()),
            }
        )  # fmt: skip

    async def fates_left(self, _: web.Request) -> web.Response:
        """Fates that no request has met yet."""
        return web.json_response(self._world.fates.unused())

    async def health(self, _: web.Request) -> web.Response:
        """That it lives, its time, and how much it has seen."""
        ledger = self._world.ledger
        seen = {"now": self._world.clock.iso(), "sends": len(ledger.sends), "received": ledger.received}
        return web.json_response({"ok": True, "webhook_disabled": self._world.hook.disabled} | seen)

    def reset(self, _: Json) -> None:
        """Begin anew."""
        self._world.reset()

    def clock(self, order: Json) -> Json:
        """`shift_seconds`: so far from the machine's clock; `advance_seconds`: from where it stands; `now`: an instant."""
        clock = self._world.clock
        if "now" in order:
            clock.set(datetime.fromisoformat(order["now"]))
        clock.shift = float(order.get("shift_seconds", clock.shift)) + float(order.get("advance_seconds", 0))
        return {"now": clock.iso()}

    def fate(self, order: Json) -> None:
        """Lay fates out."""
        fates, channel, to = self._world.fates, order["channel"], order.get("to") or ""
        fates.lay(channel, order.get("fates", []), to)
        if "always" in order:
            fates.always(channel, order["always"], to)

    def person(self, order: Json) -> None:
        """Force a code (null lifts), make known or unknown, let somebody have been silent for days."""
        people, to = self._world.people, order["to"]
        if "error" in order:
            people.force(to, None if order["error"] is None else int(order["error"]))
        if "known" in order:
            people.know(to, bool(order["known"]))
        if "days_silent" in order:
            people.heard(to, self._world.clock.now() - order["days_silent"] * 86_400)

    def quota(self, order: Json) -> None:
        """How many more may go, and who pays."""
        allowance = self._world.allowance
        if "daily" in order:
            allowance.set_daily(int(order["daily"]))
        if "template" in order:
            allowance.set_template(int(order["template"]), order.get("template_id"))
        allowance.per_minute = order.get("per_minute", allowance.per_minute)
        if "wallet" in order:
            allowance.wallet = _one_of(order["wallet"], ("full", "empty", "missing"))

    def night(self, order: Json) -> None:
        """`on`: true, false or "clock"."""
        self._world.allowance.night = _one_of(order["on"], (True, False, "clock"))

    def bot(self, order: Json) -> None:
        """`matching_status`: whether the bot's refusals come with their own HTTP status."""
        self._world.bot.matching_status = bool(order["matching_status"])

    def template(self, order: Json) -> None:
        """Change a template's status."""
        self._world.catalogue.templates[order["template_id"]].status = _one_of(order["status"], STATUSES)

    def sms(self, order: Json) -> None:
        """The eSMS account."""
        desk = self._world.sms
        desk.balance = order.get("balance", desk.balance)
        desk.callback = order.get("callback", desk.callback)
        if "templates" in order:
            desk.templates = [re.compile(one) for one in order["templates"]]

    def webhook(self, order: Json) -> None:
        """Register the OA's webhook, and how it is used; one that was given up is taken up again."""
        hook = self._world.hook
        hook.url, hook.disabled = order.get("oa", hook.url), False
        hook.auto_deliver = order.get("auto_deliver", hook.auto_deliver)
        hook.ladder_scale = float(order.get("ladder_scale", hook.ladder_scale))
        hook.limit_seconds = float(order.get("limit_seconds", hook.limit_seconds))

    def tokens(self, order: Json) -> None:
        """Let tokens run out, be used up or be replaced, and vary OAuth's answers."""
        tokens = self._world.tokens
        for name in ("proof", "echo_state", "quoted_errors", "omit_refresh"):
            setattr(tokens, name, bool(order.get(name, getattr(tokens, name))))
        tokens.access_seconds = int(order.get("expires_in", tokens.access_seconds))
        if "pair" in order:
            tokens.adopt(*order["pair"])
        for name in ("rotate", "consume_refresh", "expire_access"):
            if order.get(name):
                getattr(tokens, name)()


def _one_of(value: Any, allowed: tuple[Any, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"one of {allowed}")
    return value
