"""POST /_fake/say, /_fake/event and /_fake/callback: people write, and things happen to messages that were sent."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from zalo_fake import events
from zalo_fake.defaults import OA_ID, WEBHOOK_SECRET_TOKEN
from zalo_fake.events import Letter
from zalo_fake.webhooks import Delivery, OaHook, in_turn
from zalo_fake.wire import Json
from zalo_fake.world import outcome_of

if TYPE_CHECKING:
    from zalo_fake.world import World


async def say(world: World, order: Json) -> list[Json]:
    """A person writes to the bot or to the OA. The tries to deliver that; none when it waits for getUpdates."""
    if order["kind"] == "bot":
        return await _say_to_bot(world, order)
    if order["kind"] != "oa":
        raise ValueError("kind is bot or oa")
    world.people.know(order["from"])
    world.people.heard(order["from"], world.clock.now())
    msg_id = order.get("msg_id") or world.numbers.next()
    body = events.written(order["from"], order["text"], msg_id, order.get("group"))
    return await _carry(world, order, [body])


async def event(world: World, order: Json) -> list[Json]:
    """An OA event, or several: their letters are made in the order given, a millisecond apart, and may go reversed."""
    if not order.get("webhook") and not world.hook.url:
        raise ValueError("no webhook: name one, or register it with /_fake/webhook")
    names = order["event"] if isinstance(order["event"], list) else [order["event"]]
    return await _carry(world, order, [_body(world, name, order) for name in names])


async def callback(world: World, order: Json) -> list[Json]:
    """eSMS calls back about a message, found by its own number or the caller's."""
    ledger = world.ledger
    send = ledger.find(order["sms_id"]) if "sms_id" in order else ledger.tracked(order["request_id"])
    if send is None or not (order.get("url") or send.callback):
        raise ValueError("no such message with a CallbackUrl")
    asked = outcome_of(send, failed=order.get("failed", False)) | order.get("fields", {})
    work = partial(world.courier.call_back, order.get("url") or send.callback, asked, world.hook)
    return _told(await in_turn([work] * order.get("copies", 1), at_once=order.get("at_once", False)))


async def _say_to_bot(world: World, order: Json) -> list[Json]:
    user: str = order["from"]
    group: str = order.get("group") or ""
    world.people.know(group or user)
    update = events.said_to_bot(
        order.get("what", "text"), user, order.get("name", user), order["text"], group,
        order.get("msg_id") or world.numbers.next(), world.clock.millis(),
    )  # fmt: skip
    url = order.get("webhook") or world.bot.url
    copies = order.get("copies", 1)
    if not url:
        for _ in range(copies):
            world.bot.tell(update)
        return []
    letter = _bot_letter(world, update, order)

    async def once() -> list[Delivery]:
        return [await world.courier.once(url, letter, world.hook.limit_seconds)]

    return _told(await in_turn([once] * copies, at_once=order.get("at_once", False)))


def _bot_letter(world: World, update: Json, order: Json) -> Letter:
    headers, kind = dict(events.AGENT), order.get("signature", "right")
    if kind != "missing":
        secret = world.bot.secret_token or WEBHOOK_SECRET_TOKEN
        headers["X-Bot-Api-Secret-Token"] = secret if kind == "right" else f"{secret}-khac"
    whole = update if order.get("bare") else {"ok": True, "result": update}
    return Letter(events.compact(whole), headers)


async def _carry(world: World, order: Json, bodies: list[Json | None]) -> list[Json]:
    hook: OaHook = world.hook
    if order.get("webhook"):
        hook = replace(hook, url=order["webhook"], disabled=False)
    start = order.get("timestamp") or world.clock.millis()
    letters = [_letter(body, order, int(start) + number) for number, body in enumerate(bodies)]
    letters = [one for one in letters for _ in range(order.get("copies", 1))]
    if order.get("order") == "reversed":
        letters.reverse()
    works = [partial(world.courier.climb, hook, one) for one in letters]
    return _told(await in_turn(works, at_once=order.get("at_once", False)))


def _letter(body: Json | None, order: Json, millis: int) -> Letter:
    if body is None:
        return events.PROBE
    message = body.get("message")
    zns = isinstance(message, dict) and "tracking_id" in message
    return events.sealed(
        body,
        str(millis),
        zns=zns,
        signature=order.get("signature", "right"),
        stamp=order.get("stamp", "body"),
    )


def _body(world: World, name: str, order: Json) -> Json | None:
    """The body of an event by name; an unknown name gets what `fields` say. None: the console's unsigned probe."""
    user, fields = order.get("from", ""), order.get("fields", {})
    if name == "probe":
        return None
    if name == "user_received_message":
        body = _delivered(world, order)
    elif name == "user_seen_message":
        body = events.seen(
            order.get("msg_ids") or [order["msg_id"]], user or _receiver(world, order["msg_id"])
        )
    elif name in {"follow", "unfollow"}:
        body = _follows(world, name, user)
    else:
        body = {"event_name": name, "oa_id": OA_ID}
    return {**body, **fields}


def _delivered(world: World, order: Json) -> Json:
    stamp, ledger = str(world.clock.millis()), world.ledger
    send = ledger.find(order["msg_id"]) if order.get("msg_id") else ledger.tracked(order["tracking_id"])
    if send is not None:
        return events.delivered_send(send, stamp)
    return events.delivered(order.get("msg_id", ""), order.get("from", ""), order.get("tracking_id"), stamp)


def _receiver(world: World, msg_id: str) -> str:
    send = world.ledger.find(msg_id)
    return send.to if send else ""


def _follows(world: World, name: str, user: str) -> Json:
    if name == "follow":
        world.people.know(user)
        world.people.heard(user, world.clock.now())
    return events.follows(name, user)


def _told(tries: list[Delivery]) -> list[dict[str, Any]]:
    return [asdict(one) for one in tries]
