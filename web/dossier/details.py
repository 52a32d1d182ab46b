"""`/ho-so/thong-tin`: what the documents need and no other page asks for: signer, recipients, bases, strengths, gaps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from fastapi import APIRouter, Request
from fastapi.responses import Response

from db.tables import Dossier
from tasks.current import current_plan
from tasks.dossier_facts import DossierChanges, dossier_of, save_dossier
from web.council.saving import LONGEST_TYPED, VERSION, Others, Trouble, tried
from web.dossier.reading import WRITER
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
LINES = {"signer_name": ("nguoi_ky", "Họ và tên người ký"), "drafting": ("phong", "Bộ phận soạn thảo")}
LISTS = {
    "recipients": ("noi_nhan", "Nơi nhận"), "bases": ("can_cu", "Căn cứ thẩm quyền"), "strengths": ("uu_diem", "Ưu điểm"),
    "gaps": ("ton_tai", "Tồn tại, hạn chế"),
}  # fmt: skip
FIELDS = LINES | LISTS


@router.get("/ho-so/thong-tin", **allow(*WRITER))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The form with what is stored."""
    return _page(request, site, visitor)


@router.post("/ho-so/thong-tin", **allow(*WRITER))
def save(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Save it; what was typed stays when it cannot be saved."""
    typed = {field: text(form, name, LONGEST_TYPED) for field, (name, _) in FIELDS.items()}
    seen, by, now = whole(text(form, VERSION)), visitor.actor_as(WRITER), site.clock.now()
    saved: list[bool] = []
    trouble = tried(
        site,
        visitor,
        form,
        lambda s, plan: saved.append(save_dossier(s, plan, _changes(typed), seen=seen, by=by, now=now)),
    )
    if trouble:
        return _page(request, site, visitor, typed, trouble)
    return after(request, f"/ho-so?xong={'thong-tin' if saved[0] else 'nhu-cu'}")


def _changes(typed: Mapping[str, str]) -> DossierChanges:
    given = {field: words.splitlines() if field in LISTS else words for field, words in typed.items()}
    return cast("DossierChanges", given)


def _page(
    request: Request,
    site: Site,
    visitor: Visitor,
    typed: Mapping[str, str] | None = None,
    trouble: Trouble | None = None,
) -> Response:
    with site.store.read() as session:
        plan_id = current_plan(session, visitor.commune_id).id or 0
        row = dossier_of(session, plan_id)
    found = trouble or Trouble()
    return page(
        request, "dossier/details.html", found.status, another_plan=found.another_plan, typed=typed or _stored(row), version=row.version, wrong=found.wrong,
        fields=FIELDS, plan_id=plan_id, others=_others(row, found) if found.outdated and row.version else None,
    )  # fmt: skip


def _stored(row: Dossier) -> dict[str, str]:
    lines = {field: str(getattr(row, field)) for field in LINES}
    return lines | {field: "\n".join(getattr(row, field)) for field in LISTS}


def _others(row: Dossier, found: Trouble) -> Others:
    stored = _stored(row)
    said = tuple((words, stored[field] or "chưa ghi") for field, (_, words) in FIELDS.items())
    return Others(row.by_name, row.updated_at, said, found.another_plan)
