"""https://oauth.zaloapp.com: permission, codes and refresh tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from zalo_fake.defaults import APP_ID, APP_SECRET, OA_ID
from zalo_fake.dialects import OAUTH
from zalo_fake.endpoint import Endpoint, form_body
from zalo_fake.wire import Asked, Json, Refused, Reply

if TYPE_CHECKING:
    from zalo_fake.world import World


class OAuth:
    """The two doors of OAuth v4."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        token = Endpoint(self._world, "oauth", OAUTH, self.token, form_body)
        return [
            web.post("/v4/oa/access_token", token.__call__),
            web.get("/v4/oa/permission", self.permission),
        ]

    def token(self, asked: Asked) -> Reply:
        """A new pair, for a code or a refresh token. A used refresh token gets an empty body, as was seen in practice."""
        try:
            return self._token(asked)
        except Refused as refused:
            if self._world.tokens.quoted_errors:
                quoted = OAUTH.say(refused) | {
                    "error": str(refused.code),
                    "access_token": "",
                    "refresh_token": "",
                }
                return Reply(quoted)
            raise

    def _token(self, asked: Asked) -> Reply:
        fields, tokens = asked.body, self._world.tokens
        if fields.get("app_id") != APP_ID:
            raise Refused(-14002)
        if asked.request.headers.get("secret_key") != APP_SECRET:
            raise Refused(-14004)
        if fields.get("grant_type") == "authorization_code":
            return self._pair(tokens.exchange(fields.get("code", ""), fields.get("code_verifier", "")))
        if fields.get("grant_type") != "refresh_token":
            raise Refused(-14018)
        if tokens.used(fields.get("refresh_token", "")):
            return Reply(None)
        return self._pair(tokens.spend(fields.get("refresh_token", "")))

    def _pair(self, pair: Json) -> Reply:
        if self._world.tokens.omit_refresh:
            del pair["refresh_token"]
        return Reply(pair)

    async def permission(self, request: web.Request) -> web.Response:
        """As if the OA's admin had agreed: sent on to redirect_uri with a code."""
        asked = request.query
        if asked.get("app_id") != APP_ID:
            return web.json_response(OAUTH.say(Refused(-14002)))
        target = urlsplit(asked.get("redirect_uri", ""))
        if target.scheme not in {"http", "https"} or not target.netloc:
            return web.json_response(OAUTH.say(Refused(-14003)))
        more = {"code": self._world.tokens.permit(asked.get("code_challenge", "")), "oa_id": OA_ID}
        if self._world.tokens.echo_state and "state" in asked:
            more["state"] = asked["state"]
        full = urlencode([*parse_qsl(target.query, keep_blank_values=True), *more.items()])
        return web.Response(status=302, headers={"Location": urlunsplit(target._replace(query=full))})
