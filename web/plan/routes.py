"""`/ke-hoach`: the plan, and changed plans: handed in, looked at, applied or dropped."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile

from db.errors import Missing, Outdated, Refusal
from plans.toml_source import LARGEST_FILE
from tasks import proposing
from tasks.proposing import Foreseen
from web.forms import Posted, Writer, after, text
from web.plan.reading import plan_view, sections
from web.rendering import page
from web.roles import TaskId as RowId
from web.roles import allow
from web.visitor import Signed, TheSite, Visitor

router = APIRouter()
READ = ("coordinator", "leadership", "council", "superior")
NOTICES = {
    "duyet": "Đã duyệt: kế hoạch và các việc đã theo bản sửa.",
    "bo": "Đã bỏ bản sửa; kế hoạch giữ nguyên.",
    "tu-van-ban": "Đã nhập kế hoạch và lập các việc. Hãy xem lại, rồi nhập danh bạ và chuyển giai đoạn.",
    "nhan": "Đã nhận tệp. Chưa có gì thay đổi cho tới khi đồng chí duyệt.",
}


@router.get("/ke-hoach", **allow(*READ))
def show(request: Request, site: TheSite, visitor: Signed, xong: str = "") -> Response:
    """The plan with its deadlines and assignments."""
    may_edit = "coordinator" in visitor.roles
    try:
        with site.store.read() as session:
            view = plan_view(session, site, visitor)
    except Missing as missing:
        return page(request, "plan/none.html", missing.status, sentence=str(missing), may_edit=may_edit)
    return page(
        request, "plan/plan.html", view=view, may_edit=may_edit, wrong=[], notice=NOTICES.get(xong, "")
    )


@router.post("/ke-hoach/de-nghi", **allow("coordinator"))
def hand_in(request: Request, site: TheSite, visitor: Writer, form: Posted) -> Response:
    """Take a changed plan file; what is wrong with it is told with place and reason."""
    try:
        name, raw = _upload(form)
        with site.store.write() as session:
            number = proposing.propose(
                session, visitor.commune_id, name, raw, by=visitor.actor(), now=site.clock.now()
            )
    except Missing:
        raise
    except Refusal as refusal:
        with site.store.read() as session:
            view = plan_view(session, site, visitor)
        return page(request, "plan/plan.html", 422, view=view, may_edit=True, wrong=str(refusal).splitlines())
    return after(request, f"/ke-hoach/de-nghi/{number}?xong=nhan")


@router.get("/ke-hoach/de-nghi/{number}", **allow("coordinator"))
def proposal(request: Request, site: TheSite, visitor: Signed, number: RowId, xong: str = "") -> Response:
    """What a changed plan would change, as of now."""
    with site.store.read() as session:
        return _page(request, session, visitor, number, notice=NOTICES.get(xong, ""), now=site.clock.now())


@router.post("/ke-hoach/de-nghi/{number}", **allow("coordinator"))
def decide(request: Request, site: TheSite, visitor: Writer, form: Posted, number: RowId) -> Response:
    """Apply what was shown, or put it aside."""
    by, now, dropped = visitor.actor(), site.clock.now(), text(form, "viec") == "bo"
    try:
        with site.store.write() as session:
            if dropped:
                proposing.drop_proposal(session, visitor.commune_id, number, by=by, now=now)
            else:
                seal = text(form, "da_xem")
                meant = text(form, "xa_khac") == "co"
                proposing.apply_proposal(
                    session, visitor.commune_id, number, seal=seal, by=by, now=now, anothers=meant
                )
    except Missing:
        raise
    except Refusal as refusal:
        status = Outdated.status if isinstance(refusal, Outdated) else 422
        with site.store.read() as session:
            return _page(request, session, visitor, number, status, str(refusal).splitlines(), now=now)
    return after(request, f"/ke-hoach?xong={'bo' if dropped else 'duyet'}")


def _page(
    request: Request,
    session: Session,
    visitor: Visitor,
    number: int,
    status: int = 200,
    wrong: list[str] | None = None,
    notice: str = "",
    *,
    now: datetime,
) -> Response:
    row = proposing.find_proposal(session, visitor.commune_id, number)
    seen, told = Foreseen((), (), ""), list(wrong or ())
    if row.state == "waiting":
        try:
            seen = proposing.foreseen(session, visitor.commune_id, row.file_name, row.content, now)
        except Refusal as refusal:
            # The plan or its rules changed, so that the file no longer fits.
            told = list(dict.fromkeys([*told, *str(refusal).splitlines()]))
    return page(
        request,
        "plan/proposal.html",
        status,
        row=row,
        seen=seen,
        sections=sections(seen.lines),
        wrong=told,
        notice=notice,
    )


def _upload(form: FormData) -> tuple[str, bytes]:
    given = form.get("tep")
    if not isinstance(given, UploadFile) or not given.filename:
        raise Refusal("Hãy chọn tệp kế hoạch (.toml) trước khi gửi.")
    return given.filename, given.file.read(LARGEST_FILE + 1)
