"""`/ho-so/lap`: the dossier is made and downloaded; what it lacks is shown first and must be known."""

from __future__ import annotations

import hashlib

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tasks.current import require_newest
from web.council.saving import opened_for
from web.dossier.places import mending
from web.dossier.reading import WRITER, meeting_asked, plan_now
from web.dossier.sending import sent
from web.forms import Posted, Writer, text
from web.rendering import page
from web.roles import allow
from web.visitor import TheSite

router = APIRouter()
SEEN, KNOWN, MEETING = "da_xem", "da_biet", "hop"
CHANGED = "Những phần còn thiếu vừa thay đổi. Xin xem lại danh sách dưới đây rồi lập hồ sơ."
UNTICKED = "Xin đánh dấu vào ô xác nhận trước khi lập hồ sơ còn thiếu."


@router.post("/ho-so/lap", **allow(*WRITER))
def make(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Make it; when parts are missing, ask once more with the list that must be known. Raises AnotherPlan."""
    with site.store.read() as session:
        require_newest(session, visitor.commune_id, opened_for(form))
        plan = plan_now(session, site, visitor, meeting_asked(text(form, MEETING)))
    shown, seen = fingerprint(plan.missing), text(form, SEEN)
    if not plan.missing or (seen == shown and text(form, KNOWN) == "1"):
        return sent(site, plan, visitor.actor_as(WRITER))
    wrong = "" if not seen else CHANGED if seen != shown else UNTICKED
    status = 200 if not seen else 409 if seen != shown else 422
    gaps = mending(plan.gaps, plan.facts.live, may_write=True)
    return page(request, "dossier/ask.html", status, gaps=gaps, shown=shown, wrong=wrong, plan=plan)


def fingerprint(missing: list[str]) -> str:
    """Tells one list of missing parts from another."""
    return hashlib.sha256("\n".join(missing).encode()).hexdigest()
