"""What one person waits for goes at once, by the first of their ways that takes it: no ledger, pace or quiet hour applies.

It may go by a second way although a first one gave no answer: what is sent so does no harm when it comes twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from db.errors import StorageRefusal
from db.tables import ContactPoint
from notifications.asked_mail import send_now
from notifications.breakers import closed_channels
from notifications.channels.base import Channel, ChannelError, Outgoing
from notifications.routes import FILE, Address
from tasks.ways import GROUP

log = structlog.get_logger(__name__)


def own_ways(
    session: Session, people: Collection[int], channels: Collection[str], now: datetime
) -> dict[int, list[Address]]:
    """Where nobody but the person reads, over the channels in use, in the person's order: groups are left out.

    Addresses that once refused a message, and closed channels, come last: a link that fails costs little.
    """
    closed = {name for name, one in closed_channels(session, channels).items() if one.holds(now)}
    query = select(ContactPoint).where(col(ContactPoint.person_id).in_(people))
    found: dict[int, list[tuple[bool, bool, int, Address]]] = defaultdict(list)
    for row in session.execute(query).scalars():
        channel = FILE if FILE in channels else row.channel
        if channel in channels and not row.address.startswith(GROUP):
            way = Address(row.id or 0, channel, row.address)
            found[row.person_id].append((row.refused_at is not None, channel in closed, row.position, way))
    return {
        person: [one[-1] for one in sorted(ways, key=lambda one: one[:-1])] for person, ways in found.items()
    }


async def send_by_first(
    ways: Sequence[Address], message: Outgoing, channel: Callable[[str], Channel]
) -> Address | None:
    """Where the message went; None where nobody took it. `channel` makes one by its name, and may raise ChannelError."""
    for way in ways:
        if await _sent(way, message, channel):
            return way
    return None


async def _sent(way: Address, message: Outgoing, channel: Callable[[str], Channel]) -> bool:
    try:
        await send_now(channel(way.channel), replace(message, address=way.address))
    except ChannelError as error:
        log.warning("what was asked for did not leave", channel=way.channel, kind=error.kind)
    except StorageRefusal:
        log.warning("what was asked for did not leave", channel=way.channel, kind="storage")
    except Exception:
        # Whatever breaks on one way, the person has others.
        log.exception("sending what was asked for broke", channel=way.channel)
    else:
        return True
    return False
