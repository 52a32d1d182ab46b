"""What the buttons of the form do. Every one answers with the page again, for what was typed must not be lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import PurePath

from fastapi import Request
from fastapi.responses import Response

from db.errors import Refusal
from documents.correcting.checking import Checked
from documents.correcting.draft import PlanDraft, next_id, texts
from documents.correcting.numbers import whole
from documents.correcting.own import Own
from documents.correcting.tables import days_of
from tasks import proposing
from tasks.alarms import alarms, is_anothers
from tasks.clock import local_date
from tasks.coverage import warnings
from tasks.current import AnotherPlan, require_newest
from tasks.generation import days_given
from tasks.planfile import PlanFile
from web.forms import after
from web.fromdoc.bench import ASKED, Bench
from web.fromdoc.saving import foresee, import_new
from web.fromdoc.sheet import Sheet, rules_of
from web.fromdoc.showing import KINDS, correcting
from web.rendering import page
from web.site import Site

KEPT_WORDS = "Những gì đồng chí đã nhập vẫn còn ở dưới; xem lại với kế hoạch mới này rồi bấm lại."
KEPT = "private, no-cache"
"""Unlike other pages these may stay in the browser, so that going back finds what was typed."""


def show(request: Request, site: Site, bench: Bench, sheet: Sheet) -> Response:
    """The document beside the draft, each problem at its field."""
    own = bench.own(site, sheet.draft)
    return _page(request, site, bench, sheet, own, sheet.check(own))


def check(request: Request, site: Site, bench: Bench, sheet: Sheet) -> Response:
    """The same, and what the plan leaves open."""
    own = bench.own(site, sheet.draft)
    found = sheet.check(own)
    told = [one.text for one in warnings(found.plan, rules_of(own))] if found.plan else []
    return _page(
        request,
        site,
        bench,
        sheet,
        own,
        found,
        told,
        422 if found.problems else 200,
        ready=found.plan is not None and not _outdated(sheet, own),
    )


def save(request: Request, site: Site, bench: Bench, sheet: Sheet) -> Response:
    """A proposal for the plan of that year; where there is none, what a new plan would bring."""
    own = bench.own(site, sheet.draft)
    found = sheet.check(own)
    if found.plan is None or _outdated(sheet, own):
        return _page(request, site, bench, sheet, own, found, status=422)
    try:
        if not _is_known(own, found.plan):
            return _new_plan(request, site, bench, sheet, own, found.plan)
        with site.store.write() as session:
            require_newest(session, bench.commune_id, sheet.opened_for)
            number = proposing.propose(
                session, bench.commune_id, file_name(sheet), found.text.encode(), by=bench.by,
                now=site.clock.now(),
            )  # fmt: skip
    except Refusal as refusal:
        status = int(getattr(refusal, "status", 422))
        return _page(request, site, bench, sheet, own, found, str(refusal).splitlines(), status)
    return after(request, f"/ke-hoach/de-nghi/{number}?xong=nhan")


def bring(request: Request, site: Site, bench: Bench, sheet: Sheet) -> Response:
    """Import the new plan that was looked at."""

    def write(own: Own, plan: PlanFile) -> Response:
        with site.store.write() as session:
            require_newest(session, bench.commune_id, sheet.opened_for)
            if is_anothers(own.issuer, plan.commune.name) and not sheet.anothers:
                raise Refusal(proposing.ANOTHERS)
            import_new(session, plan, rules_of(own), by=bench.by, now=site.clock.now())
        return after(request, "/ke-hoach?xong=tu-van-ban")

    return bring_by(write, request, site, bench, sheet)


def bring_by(
    write: Callable[[Own, PlanFile], Response], request: Request, site: Site, bench: Bench, sheet: Sheet
) -> Response:
    """Answer with what `write` does to a plan without problems; whatever it refuses is told on the page."""
    own = bench.own(site, sheet.draft)
    found = sheet.check(own)
    if found.plan is None or _outdated(sheet, own):
        return _page(request, site, bench, sheet, own, found, status=422)
    try:
        return write(own, found.plan)
    except Refusal as refusal:
        status = int(getattr(refusal, "status", 422))
        return _page(request, site, bench, sheet, own, found, str(refusal).splitlines(), status)


def take(request: Request, site: Site, bench: Bench, sheet: Sheet) -> Response:
    """The plan file as it stands; what is missing in it is marked."""
    own = bench.own(site, sheet.draft)
    found = sheet.check(own)
    if not found.text:
        return _page(request, site, bench, sheet, own, found, status=422)
    year = whole(sheet.draft.year)
    name = f"ke-hoach-{year}.toml" if year else "ke-hoach.toml"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(found.text, media_type="application/toml; charset=utf-8", headers=headers)


Deed = Callable[[Request, Site, Bench, Sheet], Response]
BY_NAME: dict[str, Deed] = {
    "kiem": check, "luu": save, "nhap": bring, "tai": take,
}  # fmt: skip


def _outdated(sheet: Sheet, own: Own) -> bool:
    """Whether a newer plan came since the page was opened; the page then tells it once."""
    return own.newest != sheet.opened_for


def file_name(sheet: Sheet) -> str:
    """The proposal goes by the document's name."""
    return f"{PurePath(sheet.document.name).stem[: proposing.LONGEST_NAME - 5]}.toml"


def _warned(site: Site, bench: Bench, own: Own, draft: PlanDraft) -> list[str]:
    return list(alarms(own.issuer, draft.issuer, days_of(draft), _today(site, bench)))


def _today(site: Site, bench: Bench) -> date:
    return local_date(site.clock.now(), bench.time_zone)


def _is_known(own: Own, plan: PlanFile) -> bool:
    return plan.key in own.plan_keys.values()


def _new_plan(request: Request, site: Site, bench: Bench, sheet: Sheet, own: Own, plan: PlanFile) -> Response:
    with site.store.read() as session:
        foreseen = foresee(session, plan, rules_of(own))
    told = [one.text for one in warnings(plan, rules_of(own))]
    warned = alarms(own.issuer, plan.commune.name, days_given(foreseen.diff), _today(site, bench))
    fields = [*texts(sheet.draft), *bench.carried()]
    answer = page(
        request,
        "fromdoc/new_plan.html",
        plan=plan,
        foreseen=foreseen,
        told=told,
        sheet=sheet,
        fields=fields,
        csrf=bench.csrf,
        saving=bench.saving,
        warned=list(warned),
        anothers=is_anothers(own.issuer, plan.commune.name),
    )
    answer.headers["Cache-Control"] = KEPT
    return answer


def _page(
    request: Request,
    site: Site,
    bench: Bench,
    sheet: Sheet,
    own: Own,
    found: Checked,
    told: Sequence[str] = (),
    status: int = 200,
    *,
    ready: bool = False,
) -> Response:
    if _outdated(sheet, own):
        told, status = [f"{AnotherPlan(max(own.plan_keys))} {KEPT_WORDS}", *told], AnotherPlan.status
    known = bool(found.plan and _is_known(own, found.plan)) or own.knows(sheet.draft.year)
    view = correcting(
        sheet.document, sheet.carried, sheet.found, sheet.draft, found, known=known, own=own, told=told
    )
    answer = page(
        request,
        "fromdoc/correct.html",
        status,
        view=view,
        kinds=KINDS,
        warned=_warned(site, bench, own, sheet.draft),
        ready=ready,
        csrf=bench.csrf,
        bench=bench,
        asked=ASKED,
        plan_id=own.newest,
        next_basis=next_id(sheet.draft.bases),
        next_unit=next_id(sheet.draft.units),
    )
    answer.headers["Cache-Control"] = KEPT
    return answer
