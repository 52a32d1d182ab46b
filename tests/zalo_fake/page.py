"""GET /: everything that was sent, newest first, for a person's eye."""

from __future__ import annotations

from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from aiohttp import web

from zalo_fake.clock import VIETNAM
from zalo_fake.ledger import Send

if TYPE_CHECKING:
    from zalo_fake.world import World

MOST = 500
_CHANNELS = {
    "bot": "Zalo Bot", "oa_user": "Mẫu, theo mã người dùng", "oa_group": "Nhóm Zalo", "oa_cs": "Tin tư vấn",
    "template_phone": "Mẫu, theo số điện thoại", "sms": "Tin nhắn SMS",
}  # fmt: skip
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 "Liberation Sans", sans-serif; }
body { max-width: 44rem; margin: 0 auto; padding: 1rem; }
ol { list-style: none; padding: 0; }
li { margin: 0 0 1rem; padding: .6rem .9rem; border-radius: .9rem; background: #0068ff1f; max-width: 36rem; }
li.nobody { background: #8884; }
small { display: block; opacity: .8; }
p, dl { margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; }
dt { float: left; clear: left; margin-right: .5rem; opacity: .8; }
dd { margin: 0; }
"""


class Page:
    """The one page."""

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Where it is."""
        return [web.get("/", self.show)]

    async def show(self, _: web.Request) -> web.Response:
        """The page."""
        ledger = self._world.ledger
        items = "".join(_item(one) for one in reversed(ledger.sends[-MOST:]))
        head = f"{ledger.received} tin đã đến, {len(ledger.sends)} lần gửi"
        page = (
            '<!doctype html><html lang="vi"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>Zalo giả: {head}</title><style>{_STYLE}</style><h1>Zalo giả</h1><p>{head}.</p><ol>{items}</ol></html>"
        )
        return web.Response(text=page, content_type="text/html")


def _item(send: Send) -> str:
    at = datetime.fromtimestamp(send.at, VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    head = f"{send.n} · {_CHANNELS[send.channel]} · tới {send.to} · {at}"
    kind = "" if send.received else ' class="nobody"'
    return f"<li{kind}><small>{escape(head)}</small>{_content(send)}<small>{escape(_end(send))}</small></li>"


def _content(send: Send) -> str:
    if isinstance(send.template_data, dict):
        rows = "".join(
            f"<dt>{escape(str(name))}</dt><dd>{escape(str(value))}</dd>"
            for name, value in send.template_data.items()
        )
        return f"<p>Mẫu {escape(send.template_id or '')}</p><dl>{rows}</dl>"
    return f"<p>{escape(send.text or send.media or '')}</p>"


def _end(send: Send) -> str:
    if send.received:
        return f"Đã đến. {send.fate}".strip()
    if send.accepted:
        return f"Đã nhận, chưa đến. {send.fate}".strip()
    return f"Không nhận: lỗi {send.error}. {send.fate}".strip()
