"""Delivery: several workers, each with one long-lived connection, until nothing is due."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Self

import structlog
from sqlmodel import Session

from db import journal
from db.errors import StorageRefusal
from notifications import outbox
from notifications.channels.base import Line
from notifications.contents import Content, compose
from notifications.holds import load_holds
from notifications.outbox import Address, Claimed, LeaseLost, Lost
from notifications.policy import slot_at
from notifications.sending import Delivery, Sending

log = structlog.get_logger(__name__)


@dataclass
class Tally:
    """What a run did: messages by the state they were left in, and why the channel was closed, if it was."""

    states: Counter[str] = field(default_factory=Counter)
    closed: str = ""


async def deliver(delivery: Delivery) -> Tally:
    """Send all that is due now. Outside the sending window nothing leaves. Raises StorageRefusal."""
    tally = Tally()
    with delivery.store.read() as session:
        lost = outbox.expired(session, delivery.clock.now())
    recover(delivery, lost, tally)
    if _window_open(delivery) and (workers := _workers_needed(delivery)):
        working = [_work(delivery, tally, f"{delivery.owner}/{number}") for number in range(workers)]
        # A worker that fails must not cut off the others in the middle of a message.
        for outcome in await asyncio.gather(*working, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome
    return tally


def _workers_needed(delivery: Delivery) -> int:
    """No connection is opened for nothing: one worker a batch, up to the number that is allowed."""
    with delivery.store.read() as session:
        due = outbox.count_due(session, delivery.clock.now(), delivery.today())
    return min(delivery.workers, -(-due // delivery.batch))


def recover(delivery: Delivery, lost: list[Lost], tally: Tally) -> None:
    """Settle what a killed process left in `sending`.

    What was not handed over surely did not leave and is sent again. The rest is looked up where the channel
    can tell, and is `unknown` where it cannot.
    """
    now = delivery.clock.now()
    for one in lost:
        arrived = delivery.channel.already_sent(one.tracking_id) if one.handed_over else False
        state = {True: "sent", False: "pending", None: "unknown"}[arrived]
        reason = "Chương trình dừng giữa lúc gửi, chưa rõ thư đã đi hay chưa." if state == "unknown" else ""
        with delivery.store.write() as session:
            if outbox.release_expired(session, one.id, state=state, reason=reason, now=now):
                tally.states[state] += 1
                log.warning("message recovered", message=one.id, state=state)


async def _work(delivery: Delivery, tally: Tally, owner: str) -> None:
    async with delivery.channel.line() as line:
        while not tally.closed and not delivery.stopping.is_set() and _window_open(delivery):
            with delivery.store.write() as session:
                claimed = outbox.claim(
                    session, owner, limit=delivery.batch, now=delivery.clock.now(), lease=delivery.lease,
                    today=delivery.today(),
                )  # fmt: skip
            if not claimed:
                return
            await _send_batch(delivery, tally, line, claimed)


async def _send_batch(delivery: Delivery, tally: Tally, line: Line, claimed: list[Claimed]) -> None:
    prepared = Prepared.of(delivery, claimed)
    for place, message in enumerate(claimed):
        # A report may come in while earlier messages are under way: look again when anything changed.
        if place and prepared.stale(delivery):
            prepared = Prepared.of(delivery, claimed[place:])
        sending = prepared.sending(delivery, message)
        try:
            paused = message.person_id in prepared.resting
            resting = paused or tally.closed or delivery.stopping.is_set() or not _window_open(delivery)
            state = sending.put_back(tally.closed) if resting else await sending.run(line)
            tally.states[state] += 1
            tally.closed = tally.closed or sending.channel_closed
        except LeaseLost:
            log.warning("lease lost", message=message.id)


@dataclass(frozen=True)
class Prepared:
    """What a batch says and where it goes, as of the journals' lengths in `stamp`; `resting` people get nothing now."""

    contents: dict[int, Content]
    addresses: dict[int, list[Address]]
    stamp: dict[int, int]
    resting: frozenset[int]

    @classmethod
    def of(cls, delivery: Delivery, claimed: list[Claimed]) -> Self:
        """Read it for these messages in a fixed number of queries a commune."""
        communes = {message.commune_id for message in claimed}
        contents: dict[int, Content] = {}
        with delivery.store.read() as session:
            stamp = {commune_id: journal.head_of(session, commune_id).seq for commune_id in communes}
            for commune_id in communes:
                mine = [message.id for message in claimed if message.commune_id == commune_id]
                contents |= _composed(session, delivery, commune_id, mine)
            people = [message.person_id for message in claimed]
            today = delivery.today()
            holds = [load_holds(session, commune_id, today) for commune_id in communes]
            resting = frozenset().union(*(one.resting(today, people) for one in holds))
            return cls(contents, outbox.addresses(session, people, delivery.channel.name), stamp, resting)

    def stale(self, delivery: Delivery) -> bool:
        """Whether anything was journalled since."""
        with delivery.store.read() as session:
            return any(journal.head_of(session, number).seq != seq for number, seq in self.stamp.items())

    def sending(self, delivery: Delivery, message: Claimed) -> Sending:
        """A message of the batch, ready to go."""
        return Sending(
            delivery, message, self.contents.get(message.id), self.addresses.get(message.person_id, [])
        )


def _composed(session: Session, delivery: Delivery, commune_id: int, mine: list[int]) -> dict[int, Content]:
    """The contents of a batch; a message that trips the program is left out and does not take the others along."""
    try:
        return compose(session, commune_id, mine, delivery.clock.now(), delivery.desk)
    except StorageRefusal:
        raise
    except Exception:
        if len(mine) == 1:
            log.exception("composing broke", message=mine[0])
            return {}
    found: dict[int, Content] = {}
    for one in mine:
        found |= _composed(session, delivery, commune_id, [one])
    return found


def _window_open(delivery: Delivery) -> bool:
    now = delivery.clock.now()
    return slot_at(now, delivery.policy, delivery.desk.calendar, delivery.time_zone) is not None
