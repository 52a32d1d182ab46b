"""`/thu/hop-thu`: what was said in chats, by us and to us, as it was said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from notifications.bubbles import talk
from tasks.people import names_of
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
SHOWN = 40
Asked = Annotated[str, Query(max_length=40)]


@router.get("/thu/hop-thu", **allow("coordinator"))
def show(request: Request, site: TheSite, visitor: Signed, nguoi: Asked = "", truoc: Asked = "") -> Response:
    """The newest conversations; of one person, and further back, as the address says."""
    person_id = whole(nguoi) or None
    with site.store.read() as session:
        found = talk(session, visitor.commune_id, SHOWN, person_id=person_id, before=_instant(truoc))
        people = names_of(session, visitor.commune_id)
    return page(
        request, "messages/outbox.html", talk=found, people=people, person_id=person_id, further_back=truoc
    )


def _instant(given: str) -> datetime | None:
    """An instant as the page's own link writes it; None for anything else."""
    try:
        found = datetime.fromisoformat(given.replace(" ", "+"))
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None
