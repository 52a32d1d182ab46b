"""`/webhook/…`: Zalo's bot, the Official Account, and eSMS."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from notifications.events import key_of, parsed
from web.roles import PUBLIC, allow
from web.visitor import TheSite
from web.webhooks.keeping import keep, taken, whole_body
from web.webhooks.proof import same_secret, signed_by_oa

router = APIRouter()
OF_SMS = ("SMSID", "RequestId", "SendStatus", "SendSuccess", "SendFailed")
LONGEST_PART = 200


@router.post("/webhook/zalo-bot", **allow(PUBLIC, at_first=True))
async def from_bot(request: Request, site: TheSite) -> Response:
    """News for the bot, bare or in an envelope; a call without the secret is answered and dropped."""
    if not same_secret(request.headers.get("x-bot-api-secret-token", ""), site.chats.bot_secret):
        return taken()
    raw = await whole_body(request)
    text, event = _read(raw)
    return (
        await keep(request, site, "zalo_bot", key_of(raw, event), text)
        if event.get("event_name")
        else taken()
    )


@router.post("/webhook/zalo-oa", **allow(PUBLIC, at_first=True))
async def from_oa(request: Request, site: TheSite) -> Response:
    """An event of the OA; one that is not signed, such as the developer console's probe, is answered and dropped."""
    raw = await whole_body(request)
    text, event = _read(raw)
    given, chats = request.headers.get("x-zevent-signature", ""), site.chats
    instants = [str(event.get("timestamp", "")), request.headers.get("x-zevent-timestamp", "")]
    signed = signed_by_oa(raw, given, filter(None, instants), chats.oa_app_id, chats.oa_key)
    if not signed or not event.get("event_name"):
        return taken()
    return await keep(request, site, "zalo_oa", key_of(raw, event), text)


@router.get("/webhook/esms/{secret}", **allow(PUBLIC, at_first=True))
async def from_sms(request: Request, site: TheSite, secret: str) -> Response:
    """What became of an SMS, in the address; the receiver's number in it is not kept."""
    event = {name: request.query_params.get(name, "")[:LONGEST_PART] for name in OF_SMS}
    if not same_secret(secret, site.chats.sms_secret) or not event["SendStatus"]:
        return taken()
    body = json.dumps(event)
    return await keep(request, site, "sms", key_of(body.encode(), {}), body)


def _read(raw: bytes) -> tuple[str, dict[str, Any]]:
    text = raw.decode("utf-8", "replace")
    return text, parsed(text)
