"""`/hoi-dong`: who sits in the council, its meetings, what it needs to decide, and how far it came."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from tasks.confirming import bar_of
from tasks.council_members import PARTS
from tasks.council_standing import Standing, standing_of, verdict_or_why
from tasks.current import current_plan
from tasks.ruleset import Bar
from web.council.saving import READ, may_write
from web.rendering import page
from web.roles import allow
from web.visitor import Signed, TheSite

router = APIRouter()
NOTICES = {
    "thanh-vien": "Đã lưu thành viên Hội đồng.",
    "thoi": "Đã ghi: thành viên thôi tham gia Hội đồng. Điểm đã cho và biên bản vẫn được giữ.",
    "tro-lai": "Đã mời trở lại Hội đồng.",
    "hop": "Đã lưu cuộc họp.",
    "bo-hop": "Đã bỏ cuộc họp.",
    "dieu-kien": "Đã lưu loại xã và số thành viên tối thiểu.",
    "nhu-cu": "Không có gì thay đổi.",
}


@router.get("/hoi-dong", **allow(*READ))
def show(request: Request, site: TheSite, visitor: Signed, xong: str = "") -> Response:
    """Members, meetings, conditions and the state of the scoring."""
    with site.store.read() as session:
        standing = standing_of(session, current_plan(session, visitor.commune_id))
    verdict, trouble = verdict_or_why(standing)
    return page(
        request, "council/overview.html", standing=standing, verdict=verdict, trouble=trouble, bar=_bar(standing),
        parts=PARTS, may_write=may_write(visitor), notice=NOTICES.get(xong, ""),
    )  # fmt: skip


def _bar(standing: Standing) -> Bar | None:
    """The chosen bar, as long as the rules have it."""
    key = standing.dossier.class_bar
    return bar_of(standing.rules, key) if key in {one.key for one in standing.rules.bars} else None
