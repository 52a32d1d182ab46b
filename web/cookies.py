"""The two cookies: a session's secret, and the task link somebody came by."""

from __future__ import annotations

from fastapi import Request, Response

from web.sessions import COOKIE
from web.visitor import LINK_COOKIE, site_of

LINK_SECONDS = 12 * 3600


def give_session(request: Request, response: Response, secret: str) -> None:
    """Let the browser keep a session's secret; scripts cannot read it."""
    site = site_of(request)
    response.set_cookie(
        COOKIE, secret, max_age=int(site.limits.session.total_seconds()), httponly=True, samesite="lax",
        secure=site.base_url.startswith("https://"),
    )  # fmt: skip
    response.delete_cookie(LINK_COOKIE)


def give_link(request: Request, response: Response, token: str) -> None:
    """Let the browser read one task for a while, without having signed in."""
    secure = site_of(request).base_url.startswith("https://")
    response.set_cookie(
        LINK_COOKIE, token, max_age=LINK_SECONDS, httponly=True, samesite="lax", secure=secure
    )


def carry(request: Request, response: Response) -> Response:
    """Give the session that this request opened, if it opened one."""
    if secret := getattr(request.state, "new_session", None):
        give_session(request, response, secret)
    return response
