"""From values to a page: one Jinja2 environment, nothing that people typed can act."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from tasks.deadline import short_date, weekday_date
from tasks.evidence import quoted
from tasks.meeting_words import begun, ended
from tasks.phones import spoken
from tasks.sections import section_of
from web.visitor import site_of, visitor_of

STATIC = Path(str(files("web"))) / "static"
NOTICES = {
    "da-nhan": "Đã ghi nhận: đồng chí đã nhận việc.",
    "da-nop": "Đã nộp báo cáo. Cảm ơn đồng chí; sẽ không có thư nhắc nào nữa về việc này.",
    "da-luu": "Đã lưu tạm. Báo cáo chưa được nộp; khi đủ số liệu xin bấm «Nộp báo cáo».",
    "gia-han": "Đã gửi yêu cầu gia hạn; cán bộ điều phối sẽ trả lời.",
    "nguoi-thay": "Đã cử người thay; thư nhắc trong những ngày đó được gửi cho người thay.",
    "tro-lai": "Đã ghi nhận. Thư nhắc lại được gửi cho đồng chí.",
    "dat-mat-khau": "Đã đặt mật khẩu.",
    "bo-mat-khau": "Đã bỏ mật khẩu; từ nay đồng chí đăng nhập bằng liên kết gửi qua thư.",
    "da-thu-hoi": "Đã thu hồi.",
    "mo-lich": "Đã có địa chỉ lịch.",
    "chuyen-buoc": "Đã chuyển giai đoạn; những người liên quan sẽ nhận được thư báo.",
    "dong-y": "Đã đồng ý gia hạn; đơn vị nhận được hạn mới.",
    "khong-dong-y": "Đã trả lời không đồng ý; đơn vị nhận được lý do.",
    "da-nhac": "Đã xếp thư nhắc vào hàng gửi; thư rời máy trong giờ gửi thư gần nhất.",
    "tam-dung": "Đã tạm dừng. Những gì đến hạn trong thời gian đó được nhắc một lần sau khi hết tạm dừng.",
    "bo-qua": "Đã bỏ qua phần nhắc việc của thư này; các lần nhắc sau vẫn như lịch.",
    "nhac-lai": "Đã bỏ. Thư nhắc lại theo lịch như thường.",
    "gui-lai": "Đã xếp lại hàng chờ; thư rời máy ở lượt gửi gần nhất.",
    "tra-ve": "Đã ghi nhận thư bị trả về.",
    "da-duyet": "Đã duyệt báo cáo.",
    "go-zalo": "Đã gỡ liên kết; từ nay không gửi gì đến Zalo đó nữa.",
    "gui-ma": "Đã gửi mã vào thư của đồng chí; mã cũng hiện ở dưới đây.",
    "cap-quyen": "Zalo OA đã được cấp quyền. Cảm ơn đồng chí; tin đang chờ kênh này sẽ đi ở lượt gửi gần nhất.",
    "da-xem": "Đã ghi nhận là có người xem.",
    "bat-dau": "Đã nhập kế hoạch đầu tiên, và đồng chí đã đăng nhập. Việc tiếp theo: nhập danh bạ của các đơn vị, rồi xem các kênh gửi đã bật chưa.",
    "da-tra": "Đã trả lại báo cáo; đơn vị sẽ nhận được lý do.",
}
ONWARD = {
    "bat-dau": (
        ("/danh-ba/nhap", "Nhập danh bạ"),
        ("/kenh", "Xem các kênh gửi"),
        ("/mat-khau", "Đặt mật khẩu"),
    ),
}
"""Where to go on after what was just done: an address, and the words for it."""
NAVIGATION = (
    ("/lanh-dao", "Tổng quan", frozenset({"leadership", "coordinator", "council", "superior"})),
    ("/bang", "Bảng theo dõi", frozenset({"coordinator", "leadership", "council", "superior"})),
    ("/giai-doan", "Giai đoạn", frozenset({"coordinator", "leadership", "council", "superior"})),
    ("/duyet", "Chờ duyệt", frozenset({"coordinator"})),
    ("/tre-han", "Trễ hạn", frozenset({"coordinator", "leadership"})),
    ("/lich-nhac", "Lịch nhắc", frozenset({"coordinator", "leadership"})),
    ("/ke-hoach", "Kế hoạch", frozenset({"coordinator", "leadership", "council", "superior"})),
    ("/quy-tac", "Quy tắc", frozenset({"coordinator", "leadership", "council", "superior"})),
    ("/hoi-dong", "Hội đồng", frozenset({"coordinator", "leadership", "council"})),
    ("/ho-so", "Hồ sơ trình", frozenset({"coordinator", "leadership"})),
    ("/danh-ba", "Danh bạ", frozenset({"coordinator"})),
    ("/thu", "Thư", frozenset({"coordinator", "operator"})),
    ("/tin-den", "Tin đến", frozenset({"coordinator", "operator"})),
    ("/nhat-ky", "Nhật ký", frozenset({"coordinator", "leadership", "operator"})),
    ("/viec-cua-toi", "Việc của tôi", frozenset({"unit"})),
    ("/zalo", "Nhận nhắc qua Zalo", frozenset({"unit"})),
)
OF_CHATS = frozenset({"/tin-den", "/zalo"})
"""Pages that are of use only where a chat channel is on."""
_UNDER = {
    "/viec": ("/viec-cua-toi", "/bang"), "/viec-cua-toi": ("/bang",), "/kenh": ("/thu",), "/nguoi-thay": ("/viec-cua-toi",),
}  # fmt: skip
"""Rooms without an entry of their own -> the entries that lead there; the first that the reader has counts."""


def page(request: Request, template: str, status_code: int = 200, **values: Any) -> HTMLResponse:
    """A page with the visitor's name and navigation around it; `?xong=<code>` shows what was just done.

    `marks`, if given: an address of the navigation -> how much waits there.
    """
    visitor, chats = visitor_of(request), bool(site_of(request).chats.open)
    roles = visitor.roles if visitor else frozenset()
    navigation = [
        (to, words) for to, words, who in NAVIGATION if who & roles and (chats or to not in OF_CHATS)
    ]
    shown: dict[str, Any] = {
        "visitor": visitor,
        "csrf": visitor.csrf if visitor else "",
        "navigation": navigation,
        "here": entry_of(request.url.path, [to for to, _ in navigation]),
        "chats_on": chats,
        "marks": {},
        "path": request.url.path,
        "onward": ONWARD.get(request.query_params.get("xong", ""), ()),
        "notice": NOTICES.get(request.query_params.get("xong", ""), ""),
    }
    text = environment().get_template(template).render(shown | values)
    return HTMLResponse(text, status_code)


def entry_of(path: str, entries: Collection[str]) -> str:
    """The entry of the navigation that a page belongs to, "" for none of these."""
    room = "/" + path.split("/")[1]
    wanted = (room, *_UNDER.get(room, ()))
    return next((one for one in wanted if one in entries), "")


def within_reach(place: str, roles: frozenset[str]) -> str:
    """An address, or "" where the navigation does not lead these roles: a link that is refused helps nobody."""
    room = "/" + place.partition("?")[0].split("/")[1] if place else ""
    who = {to: who for to, _, who in NAVIGATION}.get(room)
    return place if who is None or who & roles else ""


@cache
def environment() -> Environment:
    """The environment all pages share."""
    made = Environment(
        loader=PackageLoader("web"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "date_short": short_date,
        "section": section_of,
        "date_long": weekday_date,
        "local": _local,
        "day": _day,
        "percent": _percent,
        "bytes": _bytes,
        "quoted": quoted,
        "capital": _capital,
        "begun": begun,
        "ended": ended,
        "spoken": spoken,
    }
    made.globals["asset"] = asset
    return made


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it for ever."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"


def _local(instant: datetime | date, time_zone: str) -> str:
    if not isinstance(instant, datetime):
        return short_date(instant)
    return f"{instant.astimezone(ZoneInfo(time_zone)):%H:%M, %d/%m/%Y}"


def _day(instant: datetime, time_zone: str) -> str:
    return short_date(instant.astimezone(ZoneInfo(time_zone)).date())


def _percent(share: float) -> str:
    return f"{share * 100:.1f}".rstrip("0").rstrip(".").replace(".", ",") + " %"


def _capital(words: str) -> str:
    """Only the first letter; the filter of the library would make the others small."""
    return words[:1].upper() + words[1:]


def _bytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB".replace(".", ",") if size >= 2**20 else f"{max(1, size // 1024)} KB"
