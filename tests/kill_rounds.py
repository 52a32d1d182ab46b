"""A file in which six messages wait, made anew for each round, a process that works on it, and how the rows stand."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from channel_world import bot_channel, keeper, oa_channel, sms_channel
from kill_steps import BATCH, PEOPLE, WORKERS
from reminder_world import COMMUNE, LEASE, START, ZONE, build, calendar_with
from sqlalchemy import select, update
from sqlmodel import col
from zalo_fake import defaults

from db import journal
from db.copying import check_sound
from db.store import Store
from db.tables import Message, Person, Reminder
from notifications.channels.base import Channel
from notifications.channels.email import EmailChannel
from notifications.channels.zalo_pair import enter_pair
from notifications.policy import Policy
from notifications.quotes import Desk
from notifications.retry import RetryPolicy
from notifications.rungs import Ladders
from notifications.sending import Delivery
from notifications.tick import plan_due, tick
from tasks.clock import ManualClock
from tasks.contacts import ContactRow

_ADDRESSES = {
    "email": ("v{0}@xa-thu.example",),
    "zalo_bot": ("user:c{0}", "group:g{0}"),
    "zalo_oa": ("user:u{0}", "phone:849000{0:05}", "group:g{0}"),
    "sms": ("849000{0:05}",),
}
_MORE = [
    ContactRow("thon", "contact", key, f"Ông/Bà {key}", "ông/bà", f"{key}@xa-thu.example", None)
    for key in ("pho-thon", "to-truong")
]
_DESK = Desk(
    calendar_with(frozenset()), Ladders(Policy(), calendar_with(frozenset())), "http://mangnon.example"
)
_CONTACT = (
    "INSERT INTO contact_point (commune_id, person_id, position, channel, address) VALUES (?, ?, ?, ?, ?)"
)
_MESSAGES = """
SELECT tracking_id, state, reason,
    (SELECT json_group_array(address) FROM (
        SELECT address FROM contact_point WHERE person_id = message.person_id ORDER BY position)),
    (SELECT json_group_array(outcome) FROM (
        SELECT outcome FROM attempt WHERE message_id = message.id ORDER BY number))
FROM message WHERE state <> 'missed' ORDER BY id
"""


def address(channel: str, round_: int, place: int, spare: int) -> str:
    """Of the round's message at `place` 0–5; `spare` 1: the one to fall back on. No other round has it.

    The channel's forms take turns, over the places and over the rounds.
    """
    forms = _ADDRESSES[channel]
    return forms[(place - round_) % len(forms)].format((round_ * PEOPLE + place) * 2 + spare)


def form(address_: str) -> str:
    """What an address begins with, "" where its channel has one form only."""
    return address_.rpartition(":")[0]


def bare(address_: str) -> str:
    """An address as its receiver sees it."""
    return address_.rpartition(":")[2]


def everybody(channel: str, round_: int) -> list[str]:
    """All addresses of a round, bare."""
    places = [(place, spare) for place in range(PEOPLE) for spare in range(2)]
    return [bare(address(channel, round_, place, spare)) for place, spare in places]


class Place:
    """The database file of one channel. `where`: the mail server's port, or the address of Zalo's and eSMS's fake."""

    def __init__(self, channel: str, where: str, folder: Path) -> None:
        self._name = channel
        self._where = where
        self._ready, self._path, self._copy = (
            folder / name for name in ("ready.db", "mangnon.db", "copy.db")
        )
        # Shared by the forks for what it has compiled; no connection is open when one is made.
        self._store = Store(f"sqlite:///{self._path}")

    def prepare(self) -> None:
        """One message waits for each of six people."""
        build(self._ready, more=_MORE)
        store = Store(f"sqlite:///{self._ready}")
        plan_due(self._delivery(store, ManualClock(START)))
        with store.write() as session:
            # What the chairman is told has no date, and the OA's template asks for one.
            chairman = select(col(Person.id)).where(col(Person.key) == "chu-tich").scalar_subquery()
            his = update(Message).where(col(Message.person_id) == chairman)
            session.execute(his.values(state="missed", reason="Không thuộc phép thử."))
            enter_pair(session, defaults.APP_ID, defaults.FIRST_ACCESS, defaults.FIRST_REFRESH, 90_000, START)
        store.close()

    def begin(self, round_: int) -> None:
        """A fresh file; each message gets a number of its own, and two addresses by which it may go."""
        Path(f"{self._path}-wal").unlink(missing_ok=True)
        shutil.copyfile(self._ready, self._path)
        with closing(sqlite3.connect(self._path)) as connection, connection:
            connection.execute("DELETE FROM contact_point")
            waiting = connection.execute(
                "SELECT id, person_id FROM message WHERE state = 'pending' ORDER BY id"
            )
            for place, (number, person) in enumerate(waiting.fetchall()):
                name = f"mn-{round_}-{place + 1}"
                connection.execute("UPDATE message SET tracking_id = ? WHERE id = ?", (name, number))
                for spare in range(2):
                    row = (COMMUNE, person, spare, self._name, address(self._name, round_, place, spare))
                    connection.execute(_CONTACT, row)

    def tick(self, at: datetime) -> None:
        """A process's life."""
        asyncio.run(tick(self._delivery(self._store, ManualClock(at))))
        self._store.close()

    def rows(self) -> dict[str, str]:
        """Tracking id -> how it stands: its state, or of one under way "claimed" or "handed over".

        Read from a copy, so that the next process finds the file as the last one left it.
        """
        for side in ("", "-wal"):
            mine, copy = (Path(f"{path}{side}") for path in (self._path, self._copy))
            copy.unlink(missing_ok=True)
            if mine.exists():
                shutil.copyfile(mine, copy)
        query = "SELECT tracking_id, state, handed_over_at IS NOT NULL FROM message WHERE state <> 'missed'"
        with closing(sqlite3.connect(self._copy)) as connection:
            rows = connection.execute(query).fetchall()
        under_way = ("claimed", "handed over")
        return {
            name: under_way[handed_over] if state == "sending" else state for name, state, handed_over in rows
        }

    def ended(self) -> list[dict[str, Any]]:
        """The messages in the end. Raises where the file, the journal or the ledger of reminders is not whole."""
        check_sound(self._path)
        with self._store.read() as session:
            if (broken := journal.verify(session, COMMUNE)) is not None:
                raise ValueError(f"the journal is broken: {broken}")
            keys = session.execute(select(col(Reminder.person_id), col(Reminder.subject), col(Reminder.rung)))
            if twice := [key for key, times in Counter(map(tuple, keys)).items() if times > 1]:
                raise ValueError(f"claimed twice: {twice}")
        self._store.close()
        names = ("id", "state", "reason", "addresses", "outcomes")
        with closing(sqlite3.connect(self._path)) as connection:
            rows = [dict(zip(names, row, strict=True)) for row in connection.execute(_MESSAGES)]
        lists = ("addresses", "outcomes")
        return [row | {name: json.loads(row[name]) for name in lists} for row in rows]

    def _delivery(self, store: Store, clock: ManualClock) -> Delivery:
        return Delivery(
            store=store, clock=clock, channels={self._name: self._channel(store, clock)}, desk=_DESK, policy=Policy(),
            retry=RetryPolicy(limit=4), owner=f"may:{os.getpid()}", time_zone=ZONE, workers=WORKERS, batch=BATCH,
            lease=LEASE,
        )  # fmt: skip

    def _channel(self, store: Store, clock: ManualClock) -> Channel:
        if self._name == "email":
            return EmailChannel(
                host="127.0.0.1", port=int(self._where), security="none", sender="nhac-viec@xa-thu.example",
                sender_name="Măng Non",
            )  # fmt: skip
        if self._name == "zalo_oa":
            return oa_channel(self._where, keeper(self._where, store, clock=clock), clock=clock)
        return {"zalo_bot": bot_channel, "sms": sms_channel}[self._name](self._where, clock=clock)
