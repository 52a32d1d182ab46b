"""The pages over a real database with the Hoàng Đồng plan and a person for every role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from copied_rows import built_once
from hoang_dong import OPERATOR, World, found
from sqlalchemy import event, insert, select
from sqlmodel import Session, col
from starlette.testclient import TestClient

from db.store import Store
from db.tables import Member, Person, Task, Unit
from notifications.policy import Policy
from tasks.clock import ManualClock
from tasks.workdays import load_calendar
from web.api import PREFIX
from web.app import create_app
from web.keys.scopes import SCOPES
from web.keys.tokens import make_token
from web.links import TaskLinks, sign_in_link
from web.site import Chats, CodeLetter, Limits, SignInLetter, Site
from web.tokens import SIGN_IN
from web.visitor import person_visitor

KEY = "k" * 48
BASE = "http://mangnon.example"
PEOPLE = {
    "coordinator": "dieu-phoi", "unit": "thon-07", "leadership": "chu-tich", "council": "hoi-dong", "superior": "cap-tren",
    "operator": "van-hanh",
}  # fmt: skip
CHATS = Chats(
    open=("zalo_bot", "zalo_oa"), bot_secret="bi-mat-cua-bot", oa_app_id="4200", oa_key="khoa-webhook", sms_secret="bi-mat-sms"
)  # fmt: skip
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class WebWorld:
    """The application, its world, and the letters it sent."""

    world: World
    site: Site
    letters: list[SignInLetter] = field(default_factory=list)
    codes: list[CodeLetter] = field(default_factory=list)

    @classmethod
    def build(cls, store: Store, clock: ManualClock) -> WebWorld:
        """Plan issued, everybody reachable, one person more for each role the example lacks."""

        def people_and_plan() -> tuple[int, int]:
            made = found(store, clock, contacts=True, issued=True)
            made.do(lambda session: _more_people(session, made.commune_id))
            return made.commune_id, made.plan_id

        return cls._over(World(store, clock, *built_once(store, ("web", clock.now()), people_and_plan)))

    @classmethod
    def empty(cls, store: Store, clock: ManualClock) -> WebWorld:
        """An installation that nobody began with: no commune, no plan, no people."""
        return cls._over(World(store, clock, 0, 0))

    @classmethod
    def _over(cls, world: World) -> WebWorld:
        store, clock = world.store, world.clock
        letters: list[SignInLetter] = []
        codes: list[CodeLetter] = []

        async def post(letter: SignInLetter) -> None:
            letters.append(letter)

        async def post_code(letter: CodeLetter) -> None:
            codes.append(letter)

        site = Site(
            store=store,
            clock=clock,
            calendar=load_calendar(None),
            secret_key=KEY,
            base_url=BASE,
            evidence_folder=Path(store.url.removeprefix("sqlite:///")).parent / "minh-chung",
            policy=Policy(),
            links=TaskLinks(BASE, KEY, Limits().task_link),
            send_sign_in=post,
            chats=CHATS,
            send_code=post_code,
        )
        return cls(world, site, letters, codes)

    @property
    def maker(self) -> TaskLinks:
        """What makes task links."""
        return TaskLinks(BASE, KEY, self.site.limits.task_link)

    def stranger(self) -> TestClient:
        """A browser nobody signed in with."""
        return TestClient(create_app(self.site), base_url=BASE, raise_server_exceptions=False)

    def signed_in(self, role: str) -> TestClient:
        """The browser of the person who holds `role`."""
        return self.entered(self.person(PEOPLE[role]))

    def for_unit(self, unit_id: int) -> TestClient:
        """The browser of a unit's contact."""
        query = select(col(Member.person_id)).where(
            col(Member.unit_id) == unit_id, col(Member.role) == "contact"
        )
        return self.entered(self.world.do(lambda s: s.execute(query).scalars().first()))

    def entered(self, person: int) -> TestClient:
        """The browser of a person."""
        now = self.site.clock.now()
        number = self.world.do(
            lambda s: sign_in_link(s, self.world.commune_id, person, now + self.site.limits.sign_in_link, now)
        )
        client = self.stranger()
        answer = client.post(path_of(self.maker.url(SIGN_IN, number)), follow_redirects=False)
        assert answer.status_code == 303, answer.text
        return client

    def program(self, role: str, *scopes: str) -> TestClient:
        """A program with a token of the person who holds `role`; all scopes unless some are named."""
        now, commune = self.site.clock.now(), self.world.commune_id

        def deed(session: Session) -> str:
            owner = person_visitor(session, self.site, commune, self.person(PEOPLE[role]))
            assert owner
            return make_token(
                session,
                owner,
                name="Thử",
                scopes=scopes or tuple(SCOPES),
                lasting=timedelta(days=30),
                now=now,
            )

        client = TestClient(create_app(self.site), base_url=f"{BASE}{PREFIX}/", raise_server_exceptions=False)
        client.headers["Authorization"] = f"Bearer {self.world.do(deed)}"
        return client

    def link(self, person: str, task: str) -> str:
        """The path of a person's link to a task."""
        pair = (self.person(person), self.task(task))
        self.world.do(lambda s: self.maker.ensure(s, self.world.commune_id, [pair], self.site.clock.now()))
        return path_of(str(self.world.do(lambda s: self.maker.urls(s, self.world.commune_id, [pair])[pair])))

    def person(self, key: str) -> int:
        """A person's number."""
        return int(
            self.world.do(
                lambda s: s.execute(select(col(Person.id)).where(col(Person.key) == key)).scalar_one()
            )
        )

    def task(self, key: str) -> int:
        """A task's number."""
        return int(
            self.world.do(lambda s: s.execute(select(col(Task.id)).where(col(Task.key) == key)).scalar_one())
        )

    def dump(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with self.site.store.engine.connect() as connection:
            names = (
                connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'")
                .scalars()
                .all()
            )
            return {name: connection.exec_driver_sql(f'SELECT * FROM "{name}"').fetchall() for name in names}

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The SELECTs and writes that run meanwhile."""
        statements: list[str] = []

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("PRAGMA", "BEGIN")):
                statements.append(statement)

        event.listen(self.site.store.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(self.site.store.engine, "before_cursor_execute", note)


def path_of(url: str) -> str:
    """An address without the host."""
    return url.removeprefix(BASE)


def csrf(page: str) -> str:
    """The token that a page's forms carry."""
    match = _CSRF.search(page)
    assert match, page
    return match[1]


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's last form, as a browser would send them."""
    form = page.rpartition("<form")[2]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def _more_people(session: Any, commune_id: int) -> None:
    unit = session.execute(select(col(Unit.id)).where(col(Unit.key) == "vhxh")).scalar_one()
    for role in ("coordinator", "council", "superior", "operator"):
        row = {
            "commune_id": commune_id,
            "key": PEOPLE[role],
            "name": f"Người giữ vai {role} (ví dụ)",
            "greeting": "",
        }
        person = session.execute(insert(Person).values(row).returning(col(Person.id))).scalar_one()
        session.execute(
            insert(Member).values(commune_id=commune_id, unit_id=unit, person_id=person, role=role)
        )


__all__ = ["BASE", "KEY", "OPERATOR", "PEOPLE", "WebWorld", "csrf", "hidden", "path_of"]
