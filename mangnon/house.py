"""Wiring: from settings to an opened database, a calendar, a channel and a delivery."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from db import dialect, migrate
from db.errors import Refusal, StorageRefusal
from db.store import Store
from db.tables import Commune, Plan
from mangnon import chats
from mangnon.channels import Channels
from mangnon.secret import read_key
from mangnon.settings import DEFAULT_ZONE, Settings
from mangnon.ways_in_use import ways_in_use
from notifications.answering import converse
from notifications.conversing import Conversation
from notifications.first_way import send_by_first
from notifications.links import LinkMaker, PlainLinks
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.rungs import Ladders
from notifications.sending import Delivery
from notifications.sign_in_message import sign_in_message
from tasks.clock import Clock, local_date
from tasks.ways import Way
from tasks.workdays import WorkCalendar, load_calendar
from web.links import TaskLinks
from web.site import Limits, SignInLetter, Site

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bearings:
    """The commune and plan that a command is about, and the commune's local date."""

    commune_id: int
    commune_name: str
    time_zone: str
    plan_id: int
    plan_key: str
    today: date


class House:
    """One installation: settings, the folder they lie in, the database, the clock.

    Paths in the settings are relative to `folder`. Opening raises StorageRefusal or Refusal.
    """

    def __init__(self, settings: Settings, folder: Path, clock: Clock) -> None:
        self.settings = settings
        self.folder = folder
        self.clock = clock
        self.store = Store(database_url(settings, folder))

    def require_schema(self) -> None:
        """Raises StorageRefusal when the database was never set up or is of another version."""
        path = dialect.sqlite_file(self.store.url)
        if path is not None and not path.exists():
            # SQLite would make an empty file just for the look.
            raise StorageRefusal("Cơ sở dữ liệu chưa được tạo. Hãy chạy lệnh mangnon init trước.")
        migrate.require_newest(self.store.engine)

    @cached_property
    def calendar(self) -> WorkCalendar:
        """Vietnam's working days with the shipped overrides and then the commune's own."""
        own = self.settings.calendar.override_file
        return load_calendar(self.folder / own if own else None)

    @cached_property
    def policy(self) -> Policy:
        """The reminder policy."""
        return self.settings.reminders.policy()

    @property
    def evidence_folder(self) -> Path:
        """Where evidence files lie, each under the SHA-256 of its content."""
        return self.folder / self.settings.web.evidence_folder

    @property
    def base_url(self) -> str:
        """Where links in messages lead."""
        return self.settings.web.base_url

    @cached_property
    def secret_key(self) -> str:
        """What signs links and cookies. Raises Refusal when there is no key file."""
        return self.settings.web.secret_key.get_secret_value() or read_key(
            self.folder / self.settings.web.key_file
        )

    @cached_property
    def ways(self) -> frozenset[Way]:
        """The ways to reach people that the channels open."""
        return ways_in_use(self.settings)

    def desk(self) -> Desk:
        """What messages are composed with."""
        return Desk(
            self.calendar, Ladders(self.policy, self.calendar), self.base_url, self.links(), self.ways
        )

    def links(self) -> LinkMaker:
        """What makes the links of messages: ones that open a task, when there is a key to sign them with."""
        web = self.settings.web
        if not web.secret_key.get_secret_value() and not (self.folder / web.key_file).exists():
            return PlainLinks()
        limits = Limits()
        return TaskLinks(self.base_url, self.secret_key, limits.task_link, limits.sign_in_link)

    def site(self) -> Site:
        """What the pages are built on. Raises Refusal when there is no key."""
        return Site(
            store=self.store,
            clock=self.clock,
            calendar=self.calendar,
            secret_key=self.secret_key,
            base_url=self.base_url,
            evidence_folder=self.evidence_folder,
            policy=self.policy,
            links=self.links(),
            send_sign_in=self.send_sign_in,
            tick_every=timedelta(seconds=self.settings.tick.every_seconds),
            chats=chats.chats_of(self.settings),
            send_code=partial(chats.send_code, self),
            came_in=self.conversation.soon,
            channels=tuple(self.settings.delivery.channels),
            ways=self.ways,
            oa=self.channels.grants(),
        )

    @cached_property
    def conversation(self) -> Conversation:
        """What handles and answers, soon, all that came in by chat."""
        return Conversation(partial(converse, chats.voice(self)))

    async def send_sign_in(self, letter: SignInLetter) -> None:
        """Send a sign-in link by the first of the person's ways that takes it; a failure is logged, for nobody waits for it."""
        message = sign_in_message(letter.entry, self.clock.now(), DEFAULT_ZONE)
        if await send_by_first(letter.ways, message, self.channels.make) is None:
            log.error("sign-in link did not leave", person=letter.person_id, ways=len(letter.ways))

    @cached_property
    def channels(self) -> Channels:
        """The ways to reach people."""
        return Channels(self.settings, self.folder, self.store, self.clock, DEFAULT_ZONE)

    def delivery(self) -> Delivery:
        """Delivery by this process."""
        settings = self.settings.delivery
        return Delivery(
            store=self.store,
            clock=self.clock,
            channels=self.channels.all(),
            desk=self.desk(),
            policy=self.policy,
            retry=settings.retry(),
            owner=f"{socket.gethostname()}:{os.getpid()}",
            time_zone=DEFAULT_ZONE,
            workers=settings.workers,
            batch=settings.batch,
            lease=timedelta(seconds=settings.lease_seconds),
            paces=self.channels.paces(),
        )

    def bearings(self, session: Session, plan_key: str | None = None) -> Bearings:
        """The plan asked for by key, or the newest one. Raises Refusal when there is none."""
        query = select(Plan, Commune).join(Commune, col(Commune.id) == col(Plan.commune_id))
        if plan_key is not None:
            query = query.where(col(Plan.key) == plan_key)
        found = session.execute(query.order_by(col(Plan.year).desc(), col(Plan.id).desc())).first()
        if found is None:
            which = f"kế hoạch «{plan_key}»" if plan_key else "kế hoạch nào"
            raise Refusal(f"Chưa có {which}. Hãy nhập bằng lệnh mangnon plan import TỆP.")
        plan, commune = found
        today = local_date(self.clock.now(), commune.time_zone)
        return Bearings(commune.id or 0, commune.name, commune.time_zone, plan.id or 0, plan.key, today)


def database_url(settings: Settings, folder: Path) -> str:
    """The database's URL with a SQLite path made absolute."""
    path = dialect.sqlite_file(settings.database.url)
    return settings.database.url if path is None else f"sqlite:///{(folder / path).resolve()}"
