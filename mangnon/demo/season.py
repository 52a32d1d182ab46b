"""Living through a season: hour by hour, the cast acts and the tick runs, unless the server is down."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlmodel import col

from db.tables import Message, Reminder
from mangnon.demo.hearing import hear
from mangnon.demo.outside import Outside
from mangnon.demo.script import OUTAGE, Act, acts
from mangnon.house import House
from notifications.breakers import closed_channels
from notifications.kinds import WORDINGS
from notifications.sending import Delivery
from notifications.tick import tick
from notifications.upkeep import Upkeep, upkeep_of
from notifications.words import CHANNEL_NAMES
from tasks.board import next_deadline
from tasks.clock import ManualClock
from tasks.deadline import last_working_day
from tasks.listing import list_tasks

HOUR = timedelta(hours=1)
LOOKED_AFTER_EVERY = 3
"""Hours. As often as needed for tokens that are refreshed three hours before they run out."""


@dataclass
class Story:
    """What happened, for the timeline: instants in local time, one Vietnamese sentence each."""

    lines: list[tuple[datetime, str]] = field(default_factory=list)
    ticks: int = 0
    last_valid_on: date | None = None
    last_working_day: date | None = None

    def tell(self, at: datetime, sentence: str) -> None:
        """Add a line."""
        self.lines.append((at, sentence))


@dataclass(frozen=True)
class Season:
    """A house with a plan and people in it, its clock, the season's ends (local time with zone), and what people do.

    `outside`: what the house is connected with, None where it is connected with nothing but a mail server.
    """

    house: House
    clock: ManualClock
    start: datetime
    until: datetime
    acts: tuple[Act, ...] = field(default_factory=lambda: tuple(acts()))
    outside: Outside | None = None

    def set(self, now: datetime) -> None:
        """Make it `now` everywhere."""
        self.clock.set(now)
        # While the server neither sends nor looks after anything, nobody out there asks what time it is.
        if self.outside is not None and (_looked_after(now) or self._sends(now)):
            self.outside.at(now)

    def _sends(self, now: datetime) -> bool:
        policy = self.house.policy
        return policy.window_from <= now.time() < policy.window_until


@dataclass(frozen=True)
class Server:
    """What runs on the house's server: delivery, and who looks after the OA where there is one.

    `closed`: the channels that the story told are closed, with why.
    """

    delivery: Delivery
    upkeep: Upkeep | None
    closed: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, house: House) -> Server:
        """Started anew."""
        delivery = house.delivery()
        return cls(delivery, upkeep_of(delivery))


def live(season: Season, *, progress: Callable[[int, int], None] = lambda done, total: None) -> Story:
    """Run the season to its end. Deterministic: the same season gives the same story."""
    return asyncio.run(_live(season, progress))


async def _live(season: Season, progress: Callable[[int, int], None]) -> Story:
    due, last = _deadline(season.house)
    story = Story(last_valid_on=due, last_working_day=last)
    server = Server.of(season.house)
    waiting = deque(sorted(season.acts, key=lambda act: act.at))
    total = int((season.until - season.start) / HOUR) + 1
    for hour in range(total):
        now = season.start + hour * HOUR
        season.set(now)
        _play(season, story, waiting, now)
        if OUTAGE.covers(now.date()):
            _tell_outage(story, now)
        else:
            await _run(season, server, story, now)
        if hour % 24 == 0:
            progress(hour, total)
    progress(total, total)
    return story


def _deadline(house: House) -> tuple[date, date]:
    """The plan's report deadline as first set: last valid day and last working day."""
    with house.store.read() as session:
        where = house.bearings(session)
        due = next_deadline(list_tasks(session, where.plan_id, where.today, house.calendar), where.today)
    if due is None:
        raise ValueError("the demo's plan has no deadline")
    return due, last_working_day(due, house.calendar)


def _play(season: Season, story: Story, waiting: deque[Act], now: datetime) -> None:
    while waiting and waiting[0].at <= now:
        act = waiting.popleft()
        with season.house.store.write() as session:
            sentence = act.deed(session, season.house)
        if sentence:
            story.tell(now, sentence)


def _tell_outage(story: Story, now: datetime) -> None:
    if now.hour == 8:
        first = now.date() == OUTAGE.first
        story.tell(now, "Máy chủ mất điện, bộ nhắc việc dừng." if first else "Máy chủ vẫn dừng.")


async def _run(season: Season, server: Server, story: Story, now: datetime) -> None:
    if season.outside is not None and season.outside.take_news():
        await hear(season.house)
    ticked = await tick(server.delivery)
    story.ticks += 1
    if sent := ticked.tally.states["sent"]:
        story.tell(now, f"Gửi {sent} thư: {_said(season.house, now)}.")
    if season.outside is not None:
        _tell_channels(season.house, server, story, now)
    if server.upkeep is not None and _looked_after(now):
        await server.upkeep.run()


def _tell_channels(house: House, server: Server, story: Story, now: datetime) -> None:
    """A channel is told of when it closes, and when it carries messages again."""
    with house.store.read() as session:
        closed = {name: one.because for name, one in closed_channels(session).items()}
    for name in sorted(closed.keys() - server.closed.keys()):
        story.tell(now, f"Kênh {CHANNEL_NAMES[name]} dừng: {closed[name]}")
    for name in sorted(server.closed.keys() - closed.keys()):
        story.tell(now, f"Kênh {CHANNEL_NAMES[name]} chạy lại.")
    server.closed.clear()
    server.closed.update(closed)


def _looked_after(now: datetime) -> bool:
    return now.hour % LOOKED_AFTER_EVERY == 0


def _said(house: House, now: datetime) -> str:
    """What the messages sent at this hour were about, most frequent first."""
    query = (
        select(col(Reminder.kind), func.count())
        .join(Message, col(Message.id) == Reminder.message_id)
        .where(col(Message.sent_at) == now, col(Reminder.state) == "wanted")
        .group_by(col(Reminder.kind))
    )
    with house.store.read() as session:
        counts = sorted(((row[1], row[0]) for row in session.execute(query)), reverse=True)
    return ", ".join(f"{WORDINGS[kind].title.lower()} ({count})" for count, kind in counts)
