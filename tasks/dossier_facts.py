"""What a plan's dossier needs and the plan does not say: signer, recipients, class of the commune, quorum."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypedDict

from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import Refusal
from db.tables import Dossier, Plan
from tasks import council_desk as desk
from tasks.actor import Actor
from tasks.confirming import bar_of, rules_of_plan

DRAFTING = "VHXH"
MOST_MEMBERS = 99
LABELS = {
    "signer_name": "người ký", "drafting": "bộ phận soạn thảo", "recipients": "nơi nhận", "bases": "căn cứ",
    "strengths": "ưu điểm", "gaps": "tồn tại", "class_bar": "loại xã", "class_document": "văn bản xác định loại xã",
    "quorum": "số thành viên tối thiểu", "quorum_source": "căn cứ của số tối thiểu",
}  # fmt: skip


class DossierChanges(TypedDict, total=False):
    """The fields of `db.tables.Dossier` that somebody gives; what is left out stays."""

    signer_name: str
    drafting: str
    recipients: list[str]
    bases: list[str]
    strengths: list[str]
    gaps: list[str]
    class_bar: str
    class_document: str
    quorum: int | None
    quorum_source: str


def dossier_of(session: Session, plan_id: int) -> Dossier:
    """What is stored; a row of version 0 that belongs to no session while nothing is."""
    row: Dossier | None = session.execute(
        select(Dossier).where(col(Dossier.plan_id) == plan_id)
    ).scalar_one_or_none()
    return row or Dossier(plan_id=plan_id, drafting=DRAFTING, version=0, by_name="")  # type: ignore[call-arg]


def save_dossier(
    session: Session, plan_id: int, changes: DossierChanges, *, seen: int, by: Actor, now: datetime
) -> bool:
    """Write some fields; False when that changes nothing. `seen`: the version they were made from, 0 for none.

    Raises WrongFields by field, Outdated, Refusal.
    """
    plan, row = desk.open_desk(session, plan_id, by), dossier_of(session, plan_id)
    if row.version != seen:
        raise desk.outdated(row.by_name)
    values = _tidy(changes)
    _check(plan, row, values)
    different = [name for name, value in values.items() if getattr(row, name) != value]
    if not different:
        return False
    if seen:
        desk.replace(session, row, values, seen, by, now)
    else:
        kept = {name: getattr(row, name) for name in LABELS} | values
        desk.first(session, Dossier, kept | {"commune_id": plan.commune_id, "plan_id": plan_id}, by, now)
    desk.note(session, plan, "dossier.changed", by, now, changed=[LABELS[name] for name in different])
    return True


def _tidy(changes: DossierChanges) -> dict[str, Any]:
    return {name: _tidied(value) for name, value in changes.items() if name in LABELS}


def _tidied(value: Any) -> Any:
    if isinstance(value, str):
        return desk.line(value)
    return desk.lines(value) if isinstance(value, list) else value


def _check(plan: Plan, row: Dossier, values: Mapping[str, Any]) -> None:
    texts = {name: value for name, value in values.items() if isinstance(value, list)}
    texts |= {name: [value] for name, value in values.items() if isinstance(value, str)}
    wrong = {"class_bar": _wrong_bar(plan, values.get("class_bar", ""))}
    if not {"quorum", "quorum_source"}.isdisjoint(values):
        quorum, source = (values.get(name, getattr(row, name)) for name in ("quorum", "quorum_source"))
        wrong |= _wrong_quorum(quorum, source)
    desk.require_printable(texts, wrong)


def _wrong_bar(plan: Plan, bar: str) -> str | None:
    try:
        if bar:
            bar_of(rules_of_plan(plan), bar)
    except Refusal as refusal:
        return str(refusal)
    return None


def _wrong_quorum(quorum: int | None, source: str) -> dict[str, str | None]:
    if quorum is None:
        return {}
    if not 1 <= quorum <= MOST_MEMBERS:
        return {"quorum": f"Số thành viên tối thiểu phải từ 1 đến {MOST_MEMBERS}."}
    if not source:
        return {
            "quorum_source": "Xin ghi văn bản quy định số thành viên tối thiểu, ví dụ quy chế của Hội đồng."
        }
    return {}
