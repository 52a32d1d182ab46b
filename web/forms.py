"""What a form sent: whole, of bounded size, from our own page, and confirmed where the sender only had a link."""

from __future__ import annotations

import hmac
import unicodedata
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from db.errors import Refusal
from web.cookies import carry
from web.links import good_link
from web.sessions import Entrance, open_session
from web.tokens import TASK
from web.visitor import Visitor, signed, site_of

CONFIRMED = "xac_nhan"
MOST_FIELDS = 1_500
"""A plan read from its document has some three hundred, the largest that is taken about a thousand."""


class ForeignForm(Exception):
    """The form did not come from our own page, or the page was too old."""


class TooLarge(Exception):
    """More was sent than is taken."""


class ConfirmFirst(Exception):
    """Somebody who only opened a link wants to change something: one tap confirms who it is."""

    def __init__(self, fields: list[tuple[str, str]]) -> None:
        super().__init__("confirm first")
        self.fields = fields


async def whole_form(request: Request) -> AsyncIterator[FormData]:
    """The form, read to its end; its files are closed afterwards.

    Raises TooLarge, and starlette's own errors for one that is broken off.
    """
    limits = site_of(request).limits
    files = request.headers.get("content-type", "").startswith("multipart/")
    most = limits.most_at(request.url.path) if files else limits.largest_form
    if int(request.headers.get("content-length") or 0) > most:
        raise TooLarge
    try:
        form = await request.form(max_files=1, max_fields=MOST_FIELDS, max_part_size=limits.largest_form)
    except HTTPException as error:
        if "exceeded maximum size" in str(error.detail):
            raise TooLarge from None
        raise
    try:
        yield form
    finally:
        await form.close()


Posted = Annotated[FormData, Depends(whole_form)]


def writer(request: Request, form: Posted) -> Visitor:
    """The visitor, entitled to change things. Raises SignInNeeded, ForeignForm or ConfirmFirst.

    A confirmed link visitor is signed in by this very request, as a unit.
    """
    visitor = signed(request)
    if not hmac.compare_digest(text(form, "csrf").encode(), visitor.csrf.encode()):
        raise ForeignForm
    if visitor.session_id is not None:
        return visitor
    if text(form, CONFIRMED) != "1":
        sent = [
            (name, value) for name, value in form.multi_items() if isinstance(value, str) and name != "csrf"
        ]
        raise ConfirmFirst(sent)
    request.state.new_session = _sign_in(request, visitor)
    return visitor


Writer = Annotated[Visitor, Depends(writer)]


def text(form: FormData, name: str, longest: int = 20_000) -> str:
    """A field as NFC text without outer blanks; "" when it is missing. Raises Refusal when it is longer."""
    value = form.get(name)
    if value is None or isinstance(value, UploadFile):
        return ""
    clean = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).replace("\x00", "").strip()
    if len(clean) > longest:
        raise Refusal(f"Nội dung dài {len(clean)} ký tự, tối đa {longest}. Hãy rút gọn.")
    return clean


def after(request: Request, to: str) -> Response:
    """On to a page that may be loaded again without sending the form twice."""
    return carry(request, RedirectResponse(to, 303))


def _sign_in(request: Request, visitor: Visitor) -> str:
    site = site_of(request)
    now = site.clock.now()
    with site.store.write() as session:
        link = good_link(session, visitor.link_id or 0, TASK, now)
        if link is None:
            raise ForeignForm
        who = Entrance.by_link(link, visitor.name, request.headers.get("user-agent", ""))
        return open_session(session, who, site.limits.session, now)


async def own_page(request: Request) -> None:
    """Refuse a sign-in that another site's page begins: it could sign somebody in as somebody else.

    Browsers too old to say where a request comes from are let through. Raises ForeignForm.
    """
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise ForeignForm
