"""Who may begin: whoever holds the link of this very process, while there is no commune."""

from __future__ import annotations

import hmac

from fastapi import Request

from db.errors import Missing, Refusal
from web.forms import own_page
from web.rates import Rate
from web.visitor import site_of
from web.waiting import Waiting


class Begun(Refusal):
    """The link has done its work."""

    status = 410

    def __init__(self) -> None:
        super().__init__(
            "Xã đã có kế hoạch nên liên kết bắt đầu không dùng nữa. Xin đăng nhập ở trang đầu như thường lệ."
        )


class TooOften(Refusal):
    """Too many wrong links from one place."""

    status = 429

    def __init__(self) -> None:
        super().__init__("Đã có nhiều lần mở liên kết không đúng. Xin thử lại sau ít phút.")


async def by_first_link(request: Request) -> None:
    """Let pass whoever opened the right link. Raises Begun, ForeignForm, TooOften or Missing."""
    waiting: Waiting = request.app.state.waiting
    if not await waiting.here():
        raise Begun
    if request.method == "POST":
        await own_page(request)
    site, given = site_of(request), str(request.path_params["token"])
    if not hmac.compare_digest(given.encode(), site.first_secret.encode()):
        _count(request)
        raise Missing(
            "Liên kết bắt đầu này không đúng, hoặc chương trình đã được chạy lại. "
            "Xin mở liên kết mà người vận hành đang thấy trên màn hình lệnh."
        )


def _count(request: Request) -> None:
    client = request.client.host if request.client else "?"
    rate: Rate = request.app.state.first_rate
    if rate.wait(client, site_of(request).clock.now()):
        raise TooOften
