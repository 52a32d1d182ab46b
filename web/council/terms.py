"""`/hoi-dong/dieu-kien`: the class of the commune with its document, and how many members a meeting needs."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from db.tables import Dossier
from tasks.confirming import rules_of_plan
from tasks.current import current_plan
from tasks.dossier_facts import DossierChanges, dossier_of, save_dossier
from tasks.ruleset import RuleSet
from web.council.saving import LONGEST_TYPED, VERSION, WRITER, Others, Trouble, for_newest, tried
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
FIELDS = {
    "class_bar": "loai_xa", "class_document": "van_ban", "quorum": "so_toi_thieu", "quorum_source": "can_cu",
}  # fmt: skip


@router.get("/hoi-dong/dieu-kien", **allow(*WRITER))
def show(request: Request, site: TheSite, visitor: Signed) -> Response:
    """The form with what is stored."""
    return _page(request, site, visitor)


@router.post("/hoi-dong/dieu-kien", **allow(*WRITER))
def save(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Save it; what was typed stays when it cannot be saved."""
    typed = {field: text(form, name, LONGEST_TYPED) for field, name in FIELDS.items()}
    seen, by, now = whole(text(form, VERSION)), visitor.actor_as(WRITER), site.clock.now()
    trouble = for_newest(site, visitor, form) or _unreadable(typed)
    trouble = trouble or tried(
        site, visitor, form, lambda s, plan: save_dossier(s, plan, _changes(typed), seen=seen, by=by, now=now)
    )
    if trouble:
        return _page(request, site, visitor, typed, trouble)
    return after(request, "/hoi-dong?xong=dieu-kien")


def _unreadable(typed: Mapping[str, str]) -> Trouble | None:
    given = typed["quorum"]
    if given and not whole(given):
        return Trouble({"quorum": "Xin ghi một số nguyên, ví dụ 6."}, 422)
    return None


def _changes(typed: Mapping[str, str]) -> DossierChanges:
    return {
        "class_bar": typed["class_bar"], "class_document": typed["class_document"],
        "quorum": whole(typed["quorum"]) or None, "quorum_source": typed["quorum_source"],
    }  # fmt: skip


def _page(
    request: Request,
    site: Site,
    visitor: Visitor,
    typed: Mapping[str, str] | None = None,
    trouble: Trouble | None = None,
) -> Response:
    with site.store.read() as session:
        plan = current_plan(session, visitor.commune_id)
        row, rules = dossier_of(session, plan.id or 0), rules_of_plan(plan)
    found = trouble or Trouble()
    stored = {name: str(getattr(row, name) or "") for name in FIELDS}
    return page(
        request, "council/terms.html", found.status, another_plan=found.another_plan, typed=typed or stored, version=row.version, rules=rules,
        wrong=found.wrong, fields=FIELDS, plan_id=plan.id,
        others=_others(row, rules, found) if found.outdated and row.version else None,
    )  # fmt: skip


def _others(row: Dossier, rules: RuleSet, found: Trouble) -> Others:
    bars = {one.key: one.wording for one in rules.bars}
    said = (
        ("Loại xã", bars.get(row.class_bar, "chưa chọn")),
        ("Văn bản xác định", row.class_document or "chưa ghi"),
        ("Số thành viên tối thiểu", str(row.quorum or "chưa ghi")),
        ("Căn cứ", row.quorum_source or "chưa ghi"),
    )
    return Others(row.by_name, row.updated_at, said, found.another_plan)
