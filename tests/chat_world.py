"""The Hoàng Đồng people with their chats: what they write comes in as Zalo sends it, and what is answered is noted."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import Session, col
from web_world import BASE, WebWorld

from db.tables import (
    Attempt,
    ChannelEvent,
    ContactPoint,
    IncomingMessage,
    JournalEntry,
    Message,
    Person,
    Reminder,
)
from notifications.answering import Voice, converse
from notifications.channels.base import ChannelError, Receipt
from notifications.event_rows import keep_event
from notifications.events import key_of, parsed
from notifications.hearing import Ear
from notifications.linking import make_code


@dataclass
class Mouth:
    """Answers inside the test's own process; `fates`, one an answer, may be errors or something that is run first."""

    said: list[tuple[str, str]] = field(default_factory=list)
    fates: deque[ChannelError | Callable[[], object]] = field(default_factory=deque)

    async def answer(self, address: str, text: str) -> Receipt:
        """Note it, unless its fate is an error."""
        fate = self.fates.popleft() if self.fates else None
        if isinstance(fate, ChannelError):
            raise fate
        if fate is not None:
            fate()
        self.said.append((address, text))
        return Receipt("Đã nhận.", provider_id=f"m{len(self.said)}")


@dataclass
class ChatWorld:
    """People, what they say, what they are told."""

    web: WebWorld
    bot: Mouth = field(default_factory=Mouth)
    oa: Mouth = field(default_factory=Mouth)
    messages: int = 0

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.web.site.clock.now()

    @property
    def ear(self) -> Ear:
        """What hears."""
        return Ear(self.web.site.store, self.web.site.clock, BASE)

    @property
    def voice(self) -> Voice:
        """What answers."""
        return Voice(self.ear, self.web.maker, {"zalo_bot": self.bot, "zalo_oa": self.oa})

    def round(self) -> None:
        """Handle and answer all that waits."""
        # In a thread of its own, for a browser's test has a loop in this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(converse(self.voice))).result()

    def say(self, text: str, chat: str = "c1", **more: Any) -> list[str]:
        """Somebody writes to the bot; what the bot answers."""
        before = len(self.bot.said)
        self.keep("zalo_bot", self.bot_event(text, chat, **more))
        self.round()
        return [answer for _, answer in self.bot.said[before:]]

    def bot_event(
        self, text: str | None, chat: str = "c1", *, kind: str = "text", group: bool = False, bot: bool = False,
        name: str = "Hoa", number: str | None = None,
    ) -> dict[str, Any]:  # fmt: skip
        """An update as the Bot API gives it."""
        self.messages += 1
        message: dict[str, Any] = {
            "from": {"id": f"u-{chat}", "display_name": name, "is_bot": bot},
            "chat": {"id": chat, "chat_type": "GROUP" if group else "PRIVATE"},
            "message_id": number or f"in-{self.messages}", "date": int(self.now.timestamp() * 1000),
        }  # fmt: skip
        return {
            "event_name": f"message.{kind}.received",
            "message": message | ({"text": text} if text else {}),
        }

    def oa_event(self, name: str, **parts: Any) -> dict[str, Any]:
        """An event of the OA."""
        self.messages += 1
        return {
            "app_id": "4200",
            "event_name": name,
            "timestamp": str(1_700_000_000_000 + self.messages),
        } | parts

    def oa_text(self, text: str, user: str = "z1", group: str = "") -> dict[str, Any]:
        """Somebody writes to the OA, or in one of its groups."""
        receiver = {"id": group or "oa"}
        message = {"text": text, "msg_id": f"oa-in-{self.messages + 1}"}
        name = "user_send_group_text" if group else "user_send_text"
        return self.oa_event(name, sender={"id": user}, recipient=receiver, message=message)

    def keep(self, channel: str, event: dict[str, Any]) -> bool:
        """Keep an event as the webhook does."""
        body = json.dumps(event)
        return keep_event(
            self.web.site.store, channel, key_of(body.encode(), parsed(body)), body, now=self.now
        )

    def code(self, person: str = "thon-07", channel: str = "zalo_bot") -> str:
        """A new code for a person."""
        number, commune = self.web.person(person), self.web.world.commune_id
        return str(self.web.world.do(lambda s: make_code(s, commune, number, channel, self.now).code))

    def link(self, person: str = "thon-07", chat: str = "c1", *, group: bool = False) -> None:
        """Link a chat, and forget what was said about it."""
        self.say(f"LK {self.code(person)}", chat, group=group)
        self.bot.said.clear()

    def addresses(self, person: str = "thon-07") -> list[tuple[int, str, str]]:
        """A person's addresses in order."""
        query = select(col(ContactPoint.position), col(ContactPoint.channel), col(ContactPoint.address)).join(
            Person, col(Person.id) == col(ContactPoint.person_id)
        )
        return [
            (row[0], row[1], row[2])
            for row in self.rows(query.where(col(Person.key) == person).order_by(col(ContactPoint.position)))
        ]

    def told(
        self, person: str, *tasks: str, state: str = "sent", channel: str = "zalo_bot", **attempt: Any
    ) -> int:
        """A message to a person about tasks, as delivery leaves it; its number."""
        number = self.web.person(person)
        ids = [self.web.task(key) for key in tasks]
        return int(self.web.world.do(lambda s: self._message(s, number, ids, state, channel, attempt)))

    def incoming(self) -> list[IncomingMessage]:
        """What came in, in order."""
        return [row[0] for row in self.rows(select(IncomingMessage).order_by(col(IncomingMessage.id)))]

    def events(self) -> list[ChannelEvent]:
        """All events, in order."""
        return [row[0] for row in self.rows(select(ChannelEvent).order_by(col(ChannelEvent.id)))]

    def deeds(self) -> list[tuple[str, str, str]]:
        """Actor, action and subject of every journal entry."""
        names = (col(JournalEntry.actor), col(JournalEntry.action), col(JournalEntry.subject))
        return [
            (row[0], row[1], row[2])
            for row in self.rows(select(*names).order_by(col(JournalEntry.commune_id), col(JournalEntry.seq)))
        ]

    def rows(self, query: Any) -> list[Any]:
        """What a query finds."""
        with self.web.site.store.read() as session:
            return list(session.execute(query).all())

    def _message(
        self,
        session: Session,
        person: int,
        tasks: list[int],
        state: str,
        channel: str,
        attempt: dict[str, Any],
    ) -> int:
        self.messages += 1
        slot = self.now.replace(second=self.messages % 60, microsecond=self.messages)
        lease = slot if state == "sending" else None
        row = {
            "commune_id": self.web.world.commune_id, "person_id": person, "slot": slot, "tracking_id": f"m-{self.messages}",
            "state": state, "reason": "" if state in {"sent", "sending", "pending", "delivered"} else "Thử.", "subject": "",
            "attempts": 1, "not_before": slot, "created_at": slot, "updated_at": slot, "sent_at": None, "lease_until": lease,
        }  # fmt: skip
        number = session.execute(insert(Message).values(row).returning(col(Message.id))).scalar_one()
        tried = {
            "commune_id": row["commune_id"], "message_id": number, "number": 1, "channel": channel, "address": "user:z1",
            "started_at": slot, "outcome": "sent", "provider_id": "",
        }  # fmt: skip
        session.execute(insert(Attempt).values(tried | attempt))
        for task in tasks:
            session.execute(
                insert(Reminder).values(
                    commune_id=row["commune_id"], person_id=person, subject=f"task:{task}", rung=f"r{self.messages}",
                    kind="before", task_id=task, message_id=number, state="wanted", claimed_at=slot,
                )
            )  # fmt: skip
        return int(number)
