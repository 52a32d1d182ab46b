"""`mangnon contacts link` and `mangnon contacts unlink`: who can open the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from mangnon.cli.app import actor, opened
from mangnon.cli.output import done, warn
from mangnon.cli.people import contacts
from mangnon.settings import DEFAULT_ZONE
from mangnon.signing_in import make_link
from notifications.chats import chats_of
from tasks import people
from tasks.changing import require_office
from web.keys.tokens import end_tokens
from web.links import revoke_links
from web.sessions import end_sessions

CHATS_STAY = "{name} còn Zalo đã liên kết; ai cầm máy có Zalo ấy vẫn nhắn VAO để đăng nhập được. Nếu mất máy, xin bỏ liên kết ở trang của người này trong danh bạ."
Person = Annotated[str, typer.Argument(metavar="MÃ-NGƯỜI", help="Mã người; xem bằng mangnon contacts list.")]


@contacts.command("link")
def link(
    person: Person,
    hours: Annotated[
        int, typer.Option(min=1, max=72, metavar="GIỜ", help="Liên kết dùng được bao lâu.")
    ] = 24,
) -> None:
    """Tạo một liên kết đăng nhập dùng một lần để trao tận tay cho một người."""
    with opened() as house, house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        by = actor(session, commune_id)
        require_office(by, "tạo liên kết đăng nhập")
        name, url, until = make_link(
            session, house, commune_id, person, lasting=timedelta(hours=hours), by=by
        )
    local = until.astimezone(ZoneInfo(DEFAULT_ZONE))
    done(f"Liên kết đăng nhập của {name}, dùng một lần, đến {local:%H:%M %d/%m/%Y}:")
    print(url)


@contacts.command("unlink")
def unlink(person: Person) -> None:
    """Thu hồi mọi liên kết đã gửi cho một người và mọi phiên đăng nhập, khi máy hoặc thư của người đó vào tay người khác."""
    with opened() as house, house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        require_office(actor(session, commune_id), "thu hồi liên kết")
        row = people.find_person(session, commune_id, person)
        number, now = row.id or 0, house.clock.now()
        count = revoke_links(session, commune_id, number, now)
        end_tokens(session, commune_id, number, now)
        end_sessions(session, commune_id, number, now)
        chats = chats_of(session, number)
    if chats:
        warn(CHATS_STAY.format(name=row.name))
    done(
        f"Đã thu hồi {count} liên kết, mọi phiên đăng nhập và mã truy cập của {row.name}. Thư sau sẽ mang liên kết mới."
    )
