"""An installation as the program wires it, with the Hoàng Đồng people: its pages over HTTP, its channels at a fake and a sink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
from served_web import served_site
from smtp_sink import Sink
from sqlalchemy import insert
from web_world import KEY, WebWorld
from zalo_fake import defaults
from zalo_fake.running import ZaloFake

from db.store import Store
from db.tables import ChannelState
from mangnon.house import House
from mangnon.settings import Settings
from notifications.channels.zalo_pair import enter_pair
from notifications.channels.zalo_refresh import SPENT
from tasks.address_rows import put_points
from tasks.clock import ManualClock
from tasks.ways import Point

EVERY_CHANNEL = ("zalo_bot", "zalo_oa", "sms", "email")
FIELDS = {"ho_ten": "name", "han": "due", "ma": "link_path"}


@dataclass
class Installed:
    """The program, the people in its database, and the address of its pages."""

    house: House
    web: WebWorld
    base: str

    def reach(self, person: str, *points: Point) -> int:
        """Let a person have these addresses and no others, in this order; their number."""
        number, commune = self.web.person(person), self.web.world.commune_id
        self.web.world.do(lambda s: put_points(s, commune, number, points))
        return number

    def lose_permission(self) -> None:
        """The OA's pair of tokens is dead, and the channel closed for it."""
        now = self.web.site.clock.now()
        closed = {
            "name": "zalo_oa", "closed_at": now, "closed_because": SPENT, "try_again_at": now + timedelta(minutes=9),
        }  # fmt: skip
        with self.web.site.store.write() as session:
            pair = (defaults.FIRST_ACCESS, defaults.FIRST_REFRESH)
            enter_pair(session, defaults.APP_ID, *pair, 90_000, now).trouble = SPENT
            session.execute(insert(ChannelState).values(closed))

    def ask(self, typed: str) -> httpx.Response:
        """Somebody types an address or a number at /vao."""
        return httpx.post(f"{self.base}/vao", data={"thu": typed}, timeout=30, trust_env=False)


@contextmanager
def installed(
    store: Store, clock: ManualClock, fake: ZaloFake, sink: Sink, *, port: int = 0, **more: dict[str, Any]
) -> Iterator[Installed]:
    """Everything on, all of it at `fake` and `sink`; `more`: settings by section. `port`: of the pages, 0 for any free one."""
    settings: dict[str, dict[str, Any]] = {
        "database": {"url": store.url},
        "delivery": {"channels": EVERY_CHANNEL},
        "smtp": {"host": "127.0.0.1", "port": sink.port, "security": "none", "timeout_seconds": 2},
        "zalo_bot": {"api_url": fake.url, "token": defaults.BOT_TOKEN, "timeout_seconds": 1, "updates": "poll"},
        "zalo_oa": {
            "oauth_url": fake.url, "api_url": fake.url, "template_url": fake.url, "app_id": defaults.APP_ID,
            "app_secret": defaults.APP_SECRET, "fields": FIELDS, "timeout_seconds": 2,
        },
        "sms": {
            "api_url": fake.url, "api_key": defaults.ESMS_KEY, "secret_key": defaults.ESMS_SECRET, "brandname": defaults.BRAND,
            "timeout_seconds": 2,
        },
        "web": {"secret_key": KEY},
    }  # fmt: skip
    for section, values in more.items():
        settings[section] = settings[section] | values
    web = WebWorld.build(store, clock)
    house = House(Settings.model_validate(settings), Path(store.url.removeprefix("sqlite:///")).parent, clock)
    web.site = replace(house.site(), store=store)
    with served_site(web.site, port) as base:
        yield Installed(house, web, base)
    house.store.close()
