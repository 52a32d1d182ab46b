"""`/quy-tac`: what is assessed, which points are known, and the commune's confirmation from its appendix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData

from db.errors import Missing, Refusal, WrongFields
from tasks import confirming
from tasks.appendix import BarEntry, fingerprint
from tasks.confirming import bar_of, rules_of_plan
from tasks.current import current_plan
from tasks.ruleset import Bar, Criterion, RuleSet
from web.forms import Posted, Writer, after, text
from web.rendering import page
from web.roles import allow
from web.rules.filled import POINTS, SHOWN, SOURCE, Filled, entry_in, names, of_criterion
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
READ = ("coordinator", "leadership", "council", "superior")
Number = Annotated[int, Path(ge=1, le=99)]
BarKey = Annotated[str, Path(max_length=40)]
LONGEST_TYPED = 1_000_000
NOTICES = {
    "xac-nhan": "Đã xác nhận điểm theo Phụ lục của xã.",
    "rut": "Đã rút lại xác nhận; điểm trở về như bộ quy tắc ghi.",
}


@router.get("/quy-tac", **allow(*READ))
def show(request: Request, site: TheSite, visitor: Signed, xong: str = "") -> Response:
    """All criteria with what is known of their points, and the recognition bars."""
    with site.store.read() as session:
        rules = _rules(session, visitor)
    known = [one.max_points for one in rules.criteria if one.verified and one.max_points]
    return page(
        request, "rules/list.html", rules=rules, known=known, may_edit="coordinator" in visitor.roles,
        notice=NOTICES.get(xong, ""),
    )  # fmt: skip


@router.get("/quy-tac/{no}", **allow("coordinator"))
def criterion(request: Request, site: TheSite, visitor: Signed, no: Number) -> Response:
    """The form of one criterion."""
    with site.store.read() as session:
        one = _criterion(_rules(session, visitor), no)
    return _criterion_page(request, one, of_criterion(one))


@router.post("/quy-tac/{no}", **allow("coordinator"))
def confirm(request: Request, site: TheSite, visitor: Writer, form: Posted, no: Number) -> Response:
    """Confirm the points of a criterion; a form that needs mending comes back as it was typed."""
    with site.store.read() as session:
        one = _criterion(_rules(session, visitor), no)
    typed = {name: text(form, name, LONGEST_TYPED) for name in names(one)}
    entry, by, now = entry_in(one, typed), visitor.actor(), site.clock.now()

    def deed(session: Session, plan_id: int) -> None:
        confirming.confirm_criterion(session, plan_id, no, entry, expected=typed[SHOWN], by=by, now=now)

    if refusal := _tried(site, visitor, deed):
        with site.store.read() as session:
            newest = _criterion(_rules(session, visitor), no)
        return _criterion_page(request, newest, Filled(entry, _wrong(refusal)), _status(refusal))
    return after(request, "/quy-tac?xong=xac-nhan")


@router.post("/quy-tac/{no}/rut", **allow("coordinator"))
def withdraw(request: Request, site: TheSite, visitor: Writer, form: Posted, no: Number) -> Response:
    """Take the confirmation of a criterion back."""
    shown, by, now = text(form, SHOWN), visitor.actor(), site.clock.now()

    def deed(session: Session, plan_id: int) -> None:
        confirming.withdraw_criterion(session, plan_id, no, expected=shown, by=by, now=now)

    if refusal := _tried(site, visitor, deed):
        with site.store.read() as session:
            one = _criterion(_rules(session, visitor), no)
        again = Filled(of_criterion(one).entry, _wrong(refusal))
        return _criterion_page(request, one, again, _status(refusal))
    return after(request, "/quy-tac?xong=rut")


@router.get("/quy-tac/muc/{key}", **allow("coordinator"))
def bar(request: Request, site: TheSite, visitor: Signed, key: BarKey) -> Response:
    """The form of one recognition bar."""
    with site.store.read() as session:
        one = _bar(_rules(session, visitor), key)
    return _bar_page(request, one, BarEntry(str(one.points), one.source if one.confirmed else ""))


@router.post("/quy-tac/muc/{key}", **allow("coordinator"))
def decide_bar(request: Request, site: TheSite, visitor: Writer, form: Posted, key: BarKey) -> Response:
    """Confirm the points of a bar, or take the confirmation back."""
    shown, by, now = text(form, SHOWN), visitor.actor(), site.clock.now()
    entry, back = _bar_entry(form), text(form, "viec") == "rut"

    def deed(session: Session, plan_id: int) -> None:
        if back:
            confirming.withdraw_bar(session, plan_id, key, expected=shown, by=by, now=now)
        else:
            confirming.confirm_bar(session, plan_id, key, entry, expected=shown, by=by, now=now)

    if refusal := _tried(site, visitor, deed):
        with site.store.read() as session:
            one = _bar(_rules(session, visitor), key)
        return _bar_page(request, one, entry, _wrong(refusal), _status(refusal))
    return after(request, f"/quy-tac?xong={'rut' if back else 'xac-nhan'}")


def _tried(site: TheSite, visitor: Visitor, deed: Callable[[Session, int], None]) -> Refusal | None:
    """Do it in one transaction; the refusal when it cannot be done."""
    try:
        with site.store.write() as session:
            deed(session, current_plan(session, visitor.commune_id).id or 0)
    except Missing:
        raise
    except Refusal as refusal:
        return refusal
    return None


def _wrong(refusal: Refusal) -> dict[str, str]:
    return refusal.fields if isinstance(refusal, WrongFields) else {"": str(refusal)}


def _status(refusal: Refusal) -> int:
    return int(getattr(refusal, "status", 422))


def _rules(session: Session, visitor: Visitor) -> RuleSet:
    return rules_of_plan(current_plan(session, visitor.commune_id))


def _criterion(rules: RuleSet, no: int) -> Criterion:
    try:
        return rules.criterion(no)
    except Refusal as refusal:
        raise Missing(str(refusal)) from None


def _bar(rules: RuleSet, key: str) -> Bar:
    try:
        return bar_of(rules, key)
    except Refusal as refusal:
        raise Missing(str(refusal)) from None


def _bar_entry(form: FormData) -> BarEntry:
    return BarEntry(text(form, POINTS, LONGEST_TYPED), text(form, SOURCE, LONGEST_TYPED))


def _criterion_page(request: Request, one: Criterion, filled: Filled, status: int = 200) -> Response:
    return page(request, "rules/criterion.html", status, one=one, filled=filled, seal=fingerprint(one))


def _bar_page(
    request: Request, one: Bar, entry: BarEntry, wrong: dict[str, str] | None = None, status: int = 200
) -> Response:
    return page(
        request, "rules/bar.html", status, one=one, entry=entry, wrong=wrong or {}, seal=fingerprint(one)
    )
