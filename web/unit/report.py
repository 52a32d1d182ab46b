"""`/viec/…/bao-cao` and `/viec/…/nhap`: the report form handed in, or kept for later."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from db.errors import Outdated, Refusal, StorageRefusal
from tasks import drafting, evidence, reporting
from tasks.report_form import Filled, fields_of, fill
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.roles import TaskId, allow
from web.site import Site
from web.unit.proofs import FILE, attach, typed_reference
from web.unit.reading import TaskView, own_task, view_task
from web.unit.showing import Shown, others_draft, task_page
from web.visitor import TheSite, Visitor

router = APIRouter()
VERSION, DRAFT_VERSION, LOOKED, REMOVED = "phien_ban", "ban_nhap", "da_xem", "bo"
LONGEST_TYPED = 1_000_000


@router.post("/viec/{task_id}/bao-cao", **allow("unit"))
def report(request: Request, site: TheSite, visitor: Writer, form: Posted, task_id: TaskId) -> Response:
    """Hand in the report; a form that needs mending comes back as it was typed."""
    wrong = _proofs(site, visitor, form, task_id)
    with site.store.write() as session:
        view = view_task(session, site, visitor, task_id)
        filled = fill(view.criterion, _typed(view, form))
        shown = Shown(filled, _left(form, wrong), wrong)
        if text(form, VERSION) != str(view.task.version):
            return task_page(request, view, Shown(filled, shown.proof, wrong, conflict=True), 409)
        if wrong or filled.problems or (filled.doubts and text(form, LOOKED) != "1"):
            return task_page(request, view, shown, 422)
        reporting.submit_report(
            session, task_id, figures=filled.figures, note=filled.note, by=visitor.unit_actor(),
            now=site.clock.now(),
        )  # fmt: skip
    return after(request, f"/viec/{task_id}?xong=da-nop")


@router.post("/viec/{task_id}/nhap", **allow("unit"))
def keep(request: Request, site: TheSite, visitor: Writer, form: Posted, task_id: TaskId) -> Response:
    """Keep what was typed so far, and the evidence that came with it."""
    wrong = _proofs(site, visitor, form, task_id)
    try:
        with site.store.write() as session:
            view = view_task(session, site, visitor, task_id)
            typed, left = _typed(view, form), _left(form, wrong)
            if any(typed.values()) or any(left.values()) or view.draft:
                drafting.save_draft(
                    session, task_id, {**typed, **left}, seen=whole(text(form, DRAFT_VERSION)),
                    by=visitor.unit_actor(), now=site.clock.now(),
                )  # fmt: skip
    except StorageRefusal:
        raise
    except Refusal as refusal:
        with site.store.read() as session:
            view = view_task(session, site, visitor, task_id)
        return _unsaved(request, view, form, wrong, refusal)
    if wrong:
        with site.store.read() as session:
            view = view_task(session, site, visitor, task_id)
        return task_page(request, view, Shown(Filled(typed), left, wrong), 422)
    return after(request, f"/viec/{task_id}?xong=da-luu")


def _unsaved(
    request: Request, view: TaskView, form: FormData, wrong: Mapping[str, str], refusal: Refusal
) -> Response:
    filled = Filled(
        _typed(view, form), problems={} if isinstance(refusal, Outdated) else {"": [str(refusal)]}
    )
    others = others_draft(view) if isinstance(refusal, Outdated) else None
    shown = Shown(filled, _left(form, wrong), wrong, others=others)
    return task_page(request, view, shown, getattr(refusal, "status", 422))


def _proofs(site: Site, visitor: Visitor, form: FormData, task_id: int) -> dict[str, str]:
    """Take evidence away and add some, as the form says; what is wrong, by field. Raises NoSuchTask."""
    with site.store.write() as session:
        own_task(session, visitor, task_id)
        for number in form.getlist(REMOVED)[: evidence.MOST]:
            if isinstance(number, str):
                evidence.remove(
                    session, task_id, whole(number), by=visitor.unit_actor(), now=site.clock.now()
                )  # fmt: skip
    return attach(site, visitor, task_id, form)


def _typed(view: TaskView, form: FormData) -> dict[str, str]:
    return {name: text(form, name, LONGEST_TYPED) for name in fields_of(view.criterion)}


def _left(form: FormData, wrong: Mapping[str, str]) -> dict[str, str]:
    """What was typed about a document that could not be kept; nothing when it was."""
    return typed_reference(form) if set(wrong) - {FILE} else {}
