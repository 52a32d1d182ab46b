"""`/kenh`: how each channel stands and what it carried, and whether the OA's permission holds."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import Response

from notifications.channel_report import channel_report
from notifications.unheard import CHANNEL as OA
from notifications.words import CHANNEL_NAMES
from web.guard import CSP, policy
from web.messages.routes import READERS
from web.rendering import page
from web.roles import allow
from web.site import OA_BACK, Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
NOT_SET_UP = "Chưa cài ứng dụng Zalo nên chưa cấp quyền được. Xin nhờ người vận hành ghi app_id và app_secret ở mục [zalo_oa] của tệp cài đặt."
_OF_ZALO = (".zaloapp.com", ".zalo.me")


@router.get("/kenh", **allow(*READERS))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """Open or closed, and the figures of the last 30 days."""
    return channels_page(request, site, visitor)


def channels_page(request: Request, site: Site, visitor: Visitor, wrong: str = "") -> Response:
    """The page; `wrong`: why a permission was not taken."""
    now = site.clock.now()
    with site.store.read() as session:
        report = channel_report(session, visitor.commune_id, now, site.channels)
        standing = site.oa.standing(session) if site.oa else None
    answer = page(
        request, "messages/channels.html", 422 if wrong else 200, report=report, names=CHANNEL_NAMES, wrong=wrong,
        oa_on=OA in site.channels, oa=standing, oa_ended=standing is None or standing.ended(now),
        oa_back=f"{site.base_url}{OA_BACK}", not_set_up=NOT_SET_UP,
    )  # fmt: skip
    if site.oa:
        answer.headers[CSP] = policy(forms_to=form_targets(site.oa.oauth_url))
    return answer


def form_targets(oauth_url: str) -> tuple[str, ...]:
    """Where the form that asks for permission may end: at the OAuth server, and where Zalo has people sign in.

    Browsers hold a form's page to its policy through every redirect, and Zalo sends whoever is not signed in from
    one of its hosts to another.
    """
    if not (urlsplit(oauth_url).hostname or "").endswith(_OF_ZALO):
        return (oauth_url,)
    return (oauth_url, *(f"https://*{one}" for one in _OF_ZALO))
