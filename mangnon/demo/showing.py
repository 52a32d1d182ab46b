"""After the season: its pages on a local port, with one sign-in link per role."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta

from sqlmodel import Session

from db.errors import Refusal
from mangnon.demo.season import Season
from mangnon.demo.setting import STAGE_HAND
from mangnon.house import House
from mangnon.serving import listen, pages, run
from mangnon.signing_in import make_link
from tasks.clock import ShiftedClock, SystemClock
from tasks.directory import add_person, load_person
from tasks.person_facts import PersonFacts
from web.app import create_app

HOST = "127.0.0.1"
CAST = (("cán bộ điều phối", "vhxh"), ("đơn vị", "mn-hoa-hong"), ("lãnh đạo", "chu-tich"))
GUESTS = (
    ("thành viên Hội đồng", "council", "Thành viên Hội đồng (ví dụ)", "hoi-dong"),
    ("cấp trên", "superior", "Chuyên viên cấp trên (ví dụ)", "cap-tren"),
    ("người vận hành", "operator", "Người vận hành (ví dụ)", "van-hanh"),
)
"""Roles that nobody has in the season: they come in when it is shown."""
AT = "lanh-dao"
LASTING = timedelta(hours=24)


def shown(season: Season) -> House:
    """The season's house with a clock that goes on from its end."""
    clock = ShiftedClock(season.clock.now(), SystemClock())
    return House(season.house.settings, season.house.folder, clock)


def invitations(house: House, base_url: str) -> Iterator[tuple[str, str, str]]:
    """Role, person and sign-in link for one person of each role."""
    with house.store.write() as session:
        commune_id = house.bearings(session).commune_id
        for role, key in CAST:
            name, url, _ = make_link(
                session, house, commune_id, key, lasting=LASTING, by=STAGE_HAND, base_url=base_url
            )
            yield role, name, url
        for role, part, name, box in GUESTS:
            key = _guest(session, house, commune_id, part, name, box)
            _, url, _ = make_link(
                session, house, commune_id, key, lasting=LASTING, by=STAGE_HAND, base_url=base_url
            )
            yield role, name, url


def _guest(session: Session, house: House, commune_id: int, part: str, name: str, box: str) -> str:
    facts = PersonFacts(name, name, ((part, AT),), f"{box}@hoang-dong.example")
    number = add_person(session, commune_id, facts, by=STAGE_HAND, now=house.clock.now())
    return load_person(session, commune_id, number).key


def serve(house: House, port: int, tell: Callable[[str, str, str], None]) -> None:
    """Answer pages until stopped. `tell` is called with each invitation once the port is open."""
    try:
        listening = listen(HOST, port)
    except Refusal:
        # Somebody uses the usual port: any free one will do for a look.
        listening = listen(HOST, 0)
    with listening:
        base_url = f"http://{HOST}:{listening.getsockname()[1]}"
        for invitation in list(invitations(house, base_url)):
            tell(*invitation)
        asyncio.run(run(house, pages(create_app(house.site())), listening, ticking=False))
