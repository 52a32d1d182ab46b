"""`/hoi-dong/cham-diem`: every criterion with what it gets, the verdict, and what if; `/hoi-dong/tieu-chi/…`: one of them."""

from __future__ import annotations

from collections.abc import Collection, Container
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from db.errors import Missing, Outdated, Refusal
from documents.writing.contexts import told_proofs
from documents.writing.facts import proofs_of
from tasks.council_findings import Finding, tidied, wrong_fields
from tasks.council_members import names_of
from tasks.council_scores import Stored, agreed_points, save_finding
from tasks.council_standing import Standing, standing_of, verdict_or_why
from tasks.current import current_plan
from tasks.scoring import CriterionSheet
from web.council import score_form as forms
from web.council.saving import (
    LONGEST_TYPED,
    READ,
    VERSION,
    WRITER,
    Others,
    Trouble,
    for_newest,
    may_write,
    tried,
)
from web.council.score_form import Filled
from web.forms import Posted, Writer, after, text
from web.numbers import whole
from web.rendering import page
from web.roles import allow
from web.site import Site
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
No = Annotated[int, Path(ge=1, le=99)]
MOST_ASKED = 40
MOST_VOTERS = 200
NOTICES = {"luu": "Đã lưu điểm của Hội đồng."}


@router.get("/hoi-dong/cham-diem", **allow(*READ))
def overview(request: Request, site: TheSite, visitor: Signed) -> Response:
    """All criteria, the verdict; `?tc8=40&tc9=30` tells what the total would be, and writes nothing."""
    with site.store.read() as session:
        standing = standing_of(session, current_plan(session, visitor.commune_id))
    verdict, trouble = verdict_or_why(standing)
    asked = dict(list(request.query_params.items())[:MOST_ASKED])
    answer, wrong = _what_if(standing, asked)
    return page(
        request, "council/scores.html", 422 if wrong else 200, standing=standing, verdict=verdict, trouble=trouble, asked=asked,
        answer=answer, wrong=wrong, may_write=may_write(visitor), notice=NOTICES.get(asked.get("xong", ""), ""),
    )  # fmt: skip


@router.get("/hoi-dong/tieu-chi/{no}", **allow(*READ))
def criterion(request: Request, site: TheSite, visitor: Signed, no: No) -> Response:
    """One criterion with figures, evidence, arithmetic, votes and the agreed score."""
    return _page(request, site, visitor, no)


@router.post("/hoi-dong/tieu-chi/{no}", **allow(*WRITER))
def save(request: Request, site: TheSite, visitor: Writer, form: Posted, no: No) -> Response:
    """Save what the council finds; what was typed stays when it cannot be saved."""
    if other := for_newest(site, visitor, form):
        return _for_another_plan(request, site, visitor, form, no, other)
    with site.store.read() as session:
        standing = standing_of(session, current_plan(session, visitor.commune_id))
    members = _voters(standing, no, form)
    filled = Filled({name: text(form, name, LONGEST_TYPED) for name in forms.names(members)})
    finding, unreadable = forms.read(filled, members)
    wrong = _faults(standing, no, finding, members) | unreadable if unreadable else {}
    seen, by, now = whole(text(form, VERSION)), visitor.actor_as(WRITER), site.clock.now()
    trouble = (
        Trouble(wrong, 422)
        if wrong
        else tried(
            site, visitor, form, lambda s, plan: save_finding(s, plan, no, finding, seen=seen, by=by, now=now)
        )
    )
    if trouble and trouble.another_plan:
        return _for_another_plan(request, site, visitor, form, no, trouble)
    if trouble:
        return _page(request, site, visitor, no, filled, trouble)
    return after(request, f"/hoi-dong/cham-diem?xong=luu#tc{no}")


def _for_another_plan(
    request: Request, site: Site, visitor: Visitor, form: FormData, no: int, trouble: Trouble
) -> Response:
    """What was typed for a plan that is not the newest any more: again in the form, the votes by their members' names."""
    voters = {number for one in form if (number := whole(one.rpartition(".")[2]))}
    with site.store.read() as session:
        names = names_of(session, visitor.commune_id, sorted(voters)[:MOST_VOTERS])
    typed = {name: text(form, name, LONGEST_TYPED) for name in (*forms.names([]), *forms.names(names))}
    kept = forms.votes_words(typed, names)
    try:
        return _page(request, site, visitor, no, Filled(typed), trouble, kept)
    except Missing as refusal:
        # Its rules do not have this criterion, so there is no form to show it in.
        said = [typed[forms.POINTS], typed[forms.REASON], kept]
        raise Outdated(f"{trouble.wrong['']} {refusal} Đã nhập: {'; '.join(filter(None, said))}") from None


def _what_if(standing: Standing, asked: dict[str, str]) -> tuple[str, list[str]]:
    """The answer of the scenario box, or what is wrong with the question."""
    assumed, wrong = forms.assumptions(asked)
    if wrong or not assumed:
        return "", list(wrong.values())
    try:
        return standing.what_if(assumed), []
    except Refusal as refusal:
        return "", [str(refusal)]


def _voters(standing: Standing, no: int, typed: Container[object] = ()) -> list[int]:
    """Members now, and those who left but voted or stand in the form that was `typed`."""
    voted = {one.member_id for one in standing.stored(no).finding.ballots}
    return [
        one.id or 0
        for one in standing.members
        if one.left_at is None or one.id in voted or f"{forms.VOTE}.{one.id}" in typed
    ]


def _faults(standing: Standing, no: int, finding: Finding, members: Collection[int]) -> dict[str, str]:
    """What else is wrong where something is no number: all of it is told at once."""
    agreed = agreed_points(standing.findings)
    told = wrong_fields(_sheet(standing, no), standing.sheet, tidied(finding), agreed, members)
    return {field: said for field, said in told.items() if said}


def _sheet(standing: Standing, no: int) -> CriterionSheet:
    for one in standing.sheet.criteria:
        if one.criterion.no == no:
            return one
    raise Missing(f"Bộ quy tắc của kế hoạch này không có tiêu chí {no}.")


def _page(
    request: Request,
    site: Site,
    visitor: Visitor,
    no: int,
    filled: Filled | None = None,
    trouble: Trouble | None = None,
    kept: str = "",
) -> Response:
    with site.store.read() as session:
        standing = standing_of(session, current_plan(session, visitor.commune_id))
        proofs, withheld = proofs_of(session, standing.plan.id or 0, standing.rules)
    sheet, stored, found = _sheet(standing, no), standing.stored(no), trouble or Trouble()
    voters = _voters(standing, no, filled.typed if filled else ())
    shown = forms.of_finding(stored.finding, voters)
    if filled and found.another_plan:
        shown = Filled({**dict.fromkeys(shown.typed, ""), **filled.typed})
    elif filled:
        shown = filled
    numbers = [one.criterion.no for one in standing.sheet.criteria]
    place = numbers.index(no)
    return page(
        request, "council/criterion.html", found.status, another_plan=found.another_plan, standing=standing, sheet=sheet, stored=stored, wrong=found.wrong,
        filled=shown, kept=kept, plan_id=standing.plan.id, proofs=told_proofs(proofs, withheld, no),
        voters=[one for one in standing.members if one.id in voters], may_write=may_write(visitor),
        before=numbers[place - 1] if place else 0, after=numbers[place + 1] if place + 1 < len(numbers) else 0,
        others=_others(standing, stored, found) if found.outdated and stored.version else None,
    )  # fmt: skip


def _others(standing: Standing, stored: Stored, found: Trouble) -> Others:
    finding, names = stored.finding, standing.names
    votes = (
        f"{names[one.member_id]}: {one.points} điểm{f', {one.remark}' if one.remark else ''}"
        for one in finding.ballots
    )
    said = (
        ("Điểm thống nhất", "chưa ghi" if finding.points is None else f"{finding.points} điểm"),
        ("Kết luận", {True: "đạt", False: "chưa đạt", None: "chưa kết luận"}[finding.reached]),
        ("Lý do", finding.reason or "không ghi"),
        ("Ý kiến thành viên", "; ".join(votes) or "chưa ghi"),
    )
    return Others(stored.by_name, stored.updated_at, said, found.another_plan)
