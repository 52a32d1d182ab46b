"""https://oauth.zaloapp.com: permission, codes and refresh tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from zalo_fake.defaults import APP_ID, APP_SECRET, OA_ID, OA_NAME
from zalo_fake.dialects import OAUTH
from zalo_fake.endpoint import Endpoint, form_body
from zalo_fake.wire import Asked, Json, Refused, Reply

if TYPE_CHECKING:
    from zalo_fake.world import World

_PAGE = (
    '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    f"<title>Zalo giả: cấp quyền</title><h1>{OA_NAME}</h1><p>Ứng dụng Măng Non xin quyền gửi tin thay OA này.</p>"
    '<form method="post"><button name="answer" value="yes">Cho phép</button> <button name="answer" value="no">Từ chối</button></form></html>'
)


class OAuth:
    """The two doors of OAuth v4."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where they are."""
        token = Endpoint(self._world, "oauth", OAUTH, self.token, form_body)
        return [
            web.post("/v4/oa/access_token", token.__call__),
            web.get("/v4/oa/permission", self.asking),
            web.post("/v4/oa/permission", self.agreed),
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

    async def asking(self, request: web.Request) -> web.Response:
        """The page on which the OA's admin agrees or does not."""
        if wrong := _wrong(request):
            return web.json_response(OAUTH.say(wrong))
        return web.Response(text=_PAGE, content_type="text/html")

    async def agreed(self, request: web.Request) -> web.Response:
        """The admin agreed: sent on to redirect_uri with a code; or did not, and comes back without one."""
        asked = request.query
        if wrong := _wrong(request):
            return web.json_response(OAUTH.say(wrong))
        target = urlsplit(asked["redirect_uri"])
        if (await request.post()).get("answer") == "no":
            return web.Response(status=302, headers={"Location": asked["redirect_uri"]})
        more = {"code": self._world.tokens.permit(asked.get("code_challenge", "")), "oa_id": OA_ID}
        if self._world.tokens.echo_state and "state" in asked:
            more["state"] = asked["state"]
        full = urlencode([*parse_qsl(target.query, keep_blank_values=True), *more.items()])
        return web.Response(status=302, headers={"Location": urlunsplit(target._replace(query=full))})


def _wrong(request: web.Request) -> Refused | None:
    """Why an app's question is not even shown."""
    if request.query.get("app_id") != APP_ID:
        return Refused(-14002)
    target = urlsplit(request.query.get("redirect_uri", ""))
    good = target.scheme in {"http", "https"} and bool(target.netloc)
    return None if good else Refused(-14003)
