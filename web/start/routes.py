"""`/bat-dau/…`: who coordinates and the signed plan; corrected as every plan is; then imported, and the browser is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from db.errors import Refusal
from documents.correcting.own import Own, own_of_document
from tasks.actor import Actor
from tasks.planfile import PlanFile
from tasks.planparts import CommuneEntry
from web.cookies import give_session
from web.forms import Posted, text
from web.fromdoc import deeds, taking
from web.fromdoc.bench import ASKED, Bench
from web.fromdoc.sheet import rules_of
from web.rendering import page
from web.roles import PUBLIC, allow
from web.site import FIRST, Site
from web.start import contact
from web.start.gate import by_first_link
from web.start.starting import start
from web.visitor import TheSite

router = APIRouter()
LONGEST_TYPED = 1_000
TIME_ZONE = str(CommuneEntry.model_fields["time_zone"].default)
AGAIN = "Xin chọn lại tệp: trình duyệt không giữ tệp khi trang còn chỗ phải sửa."


@router.get(FIRST + "/{token}", **allow(PUBLIC, check=by_first_link, at_first=True))
def begin(request: Request) -> Response:
    """Ask who coordinates, and for the signed plan."""
    return _asking(request, 200, dict.fromkeys(contact.names(), ""), {})


@router.post(FIRST + "/{token}", **allow(PUBLIC, check=by_first_link, at_first=True))
def read(request: Request, site: TheSite, form: Posted, token: str) -> Response:
    """Read the plan and show what was found beside it; nothing is written."""
    typed = _typed(form)
    if wrong := contact.problems_in(typed):
        return _asking(request, 422, typed, {"tep": AGAIN} | wrong)
    try:
        document, found = taking.read(form.get("tep"))
        commune = own_of_document(found).commune
        bench = _bench(token, typed, {name: commune[name] for name in ASKED})
        sheet = taking.first_sheet(site, bench, document, found)
    except Refusal as refusal:
        return _asking(request, 422, typed, {"tep": str(refusal)})
    return deeds.show(request, site, bench, sheet)


@router.post(FIRST + "/{token}/sua", **allow(PUBLIC, check=by_first_link, at_first=True))
def correct(request: Request, site: TheSite, form: Posted, token: str) -> Response:
    """The buttons of the correcting page; the last one makes the plan and signs its coordinator in."""
    typed, deed = _typed(form), text(form, "viec", 60)
    bench = _bench(token, typed, {name: text(form, name, LONGEST_TYPED) for name in ASKED})
    try:
        sheet = taking.typed_sheet(site, bench, form)
    except Refusal as refusal:
        return _asking(request, 422, typed, {"tep": str(refusal)})

    def write(own: Own, plan: PlanFile) -> Response:
        return _start(request, site, typed, own, plan)

    if deed == "nhap":
        return deeds.bring_by(write, request, site, bench, sheet)
    return deeds.BY_NAME.get(deed, deeds.show)(request, site, bench, sheet)


def _start(request: Request, site: Site, typed: Mapping[str, str], own: Own, plan: PlanFile) -> Response:
    with site.store.write() as session:
        secret = start(
            session, plan, rules_of(own), contact.facts_in(typed), device=request.headers.get("user-agent", ""),
            lasting=site.limits.session, now=site.clock.now(),
        )  # fmt: skip
    answer = RedirectResponse("/bang?xong=bat-dau", 303)
    give_session(request, answer, secret)
    return answer


def _bench(token: str, typed: Mapping[str, str], asked: Mapping[str, str]) -> Bench:
    by = Actor(contact.facts_in(typed).name, contact.ROLE)
    return Bench(0, TIME_ZONE, by, place=f"{FIRST}/{token}", kept=typed, asked=asked)


def _typed(form: FormData) -> dict[str, str]:
    return {name: text(form, name, LONGEST_TYPED) for name in contact.names()}


def _asking(request: Request, status: int, typed: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
    return page(request, "start/begin.html", status, typed=typed, wrong=wrong)
