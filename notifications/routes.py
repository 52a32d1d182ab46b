"""By which addresses a message may still go, in the person's own order."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlmodel import Session, col

from db.tables import Attempt, ContactPoint, Message

FILE = "file"
ENDED = frozenset({"permanent", "payload", "bounced"})
"""Outcomes after which a message does not go to the same address again."""


@dataclass(frozen=True)
class Address:
    """Where a message is tried. `tries`: how often this message waited and was tried again there; `waits`: at any address.

    What a closed channel or a provider's limit put off was no try of the message's own.
    """

    contact_id: int
    channel: str
    address: str
    tries: int = 0
    waits: int = 0


Tries = Mapping[tuple[str, str], Counter[str]]
"""(channel, address) -> how often a message ended there with which outcome."""


def open_ways(addresses: Sequence[Address], tries: Tries, fallback_after: int) -> list[Address]:
    """The addresses a message may still go to, the next one first.

    One that refused the message, or could not be reached or put it off `fallback_after` times, gives way to the person's
    next. When all that is left was out of reach that often, the first of those goes on trying: its service may come
    back. Where it may have arrived already, it goes nowhere else.
    """
    if not tries:
        return list(addresses)
    waits = sum(outcomes["retry"] + outcomes["unknown"] for outcomes in tries.values())
    left = [replace(one, waits=waits) for one in not_ended(addresses, tries)]
    stuck = _in_doubt(left, tries)
    if stuck:
        return [replace(one, tries=tries[one.channel, one.address]["unknown"]) for one in stuck[:1]]
    fresh: list[Address] = []
    weary: list[Address] = []
    for one in left:
        outcomes = tries.get((one.channel, one.address), Counter())
        tried = replace(one, tries=outcomes["retry"])
        (fresh if tried.tries + outcomes["defer"] < fallback_after else weary).append(tried)
    return fresh or weary[:1]


def not_ended(addresses: Sequence[Address], tries: Tries) -> list[Address]:
    """The addresses that did not refuse the message, out of reach or not."""
    if not tries:
        return list(addresses)
    return [one for one in addresses if ENDED.isdisjoint(tries.get((one.channel, one.address), Counter()))]


def _in_doubt(addresses: Sequence[Address], tries: Tries) -> list[Address]:
    return [one for one in addresses if tries.get((one.channel, one.address), Counter())["unknown"]]


@dataclass(frozen=True)
class Routes:
    """A message's usable addresses in the person's order, and how it fared there so far."""

    addresses: Sequence[Address]
    tries: Tries
    fallback_after: int

    @property
    def left(self) -> list[Address]:
        """All that may still be tried some time."""
        return not_ended(self.addresses, self.tries)

    def past(self, shut: Collection[str]) -> list[Address]:
        """The open ways; `shut` channels are none, unless there is no other, or the message may have arrived there."""
        everywhere = open_ways(self.addresses, self.tries, self.fallback_after)
        if not shut or _in_doubt(self.left, self.tries):
            return everywhere
        passable = [one for one in self.addresses if one.channel not in shut]
        return open_ways(passable, self.tries, self.fallback_after) or everywhere


def routes(
    session: Session, messages: Sequence[int], channels: Collection[str], fallback_after: int
) -> dict[int, Routes]:
    """Message -> its ways over the channels in use, in two queries. The channel "file" stands in for any other."""
    receivers = dict(
        session.execute(
            select(col(Message.id), col(Message.person_id)).where(col(Message.id).in_(messages))
        ).all()
    )
    known = addresses(session, set(receivers.values()), channels)
    tries = _tries(session, messages)
    return {
        number: Routes(known.get(person, ()), tries[number], fallback_after)
        for number, person in receivers.items()
    }


def addresses(
    session: Session, people: Collection[int], channels: Collection[str]
) -> dict[int, list[Address]]:
    """The usable addresses of each person over the channels in use, in the person's order."""
    names = ("person_id", "id", "channel", "address")
    query = select(*(getattr(ContactPoint, name) for name in names)).where(
        col(ContactPoint.person_id).in_(people), col(ContactPoint.refused_at).is_(None)
    )
    if FILE not in channels:
        query = query.where(col(ContactPoint.channel).in_(channels))
    found: dict[int, list[Address]] = defaultdict(list)
    for row in session.execute(query.order_by(col(ContactPoint.person_id), col(ContactPoint.position))):
        channel = FILE if FILE in channels else row.channel
        found[row.person_id].append(Address(row.id, channel, row.address))
    return found


def _tries(session: Session, messages: Sequence[int]) -> dict[int, dict[tuple[str, str], Counter[str]]]:
    query = (
        select(col(Attempt.message_id), col(Attempt.channel), col(Attempt.address), col(Attempt.outcome))
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(col(Attempt.message_id).in_(messages), col(Attempt.number) > col(Message.fresh_from))
    )
    found: dict[int, dict[tuple[str, str], Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for message_id, channel, address, outcome in session.execute(query):
        found[message_id][channel, address][outcome] += 1
    return found
