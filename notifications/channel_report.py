"""What each channel carried lately, and how it stands: figures that add up, in four queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from db.tables import Attempt, ChannelState, Message

COVERED = timedelta(days=30)
NOWHERE = ""
"""The line of messages that no channel was tried for: their receiver has no usable address."""
_ARRIVED = ("sent", "delivered")
_WAITING = ("pending", "sending")
_DROPPED = ("skipped", "missed")


@dataclass(frozen=True)
class Fate:
    """How many `messages` of one state ended on `channel` and began on `first`; `delivered` of them surely."""

    state: str
    channel: str
    first: str
    messages: int
    delivered: int


@dataclass(frozen=True)
class ChannelLine:
    """One channel. Messages count where they were sent; those that were not, where they were tried last.

    `tries`: all attempts. `delivered`: those of the `sent` that the receiver is known to have. `taken_over`: those of
    the `sent` that were first tried on another channel. `closed_at`: since when it carries nothing, None while it
    does. `quota_left`: what the provider still allows, as it said at `quota_at`.
    """

    name: str
    in_use: bool
    tries: int = 0
    sent: int = 0
    delivered: int = 0
    taken_over: int = 0
    failed: int = 0
    unknown: int = 0
    waiting: int = 0
    closed_at: datetime | None = None
    closed_because: str = ""
    try_again_at: datetime | None = None
    quota_left: int | None = None
    quota_at: datetime | None = None


@dataclass(frozen=True)
class ChannelReport:
    """Messages whose slot lies in `[since, until]`, by channel and altogether.

    messages = sent + failed + unknown + waiting + dropped, and each of the first four is the sum over the lines;
    `dropped` were skipped or folded into a later message.
    """

    since: datetime
    until: datetime
    lines: tuple[ChannelLine, ...]
    messages: int
    tries: int
    sent: int
    delivered: int
    taken_over: int
    failed: int
    unknown: int
    waiting: int
    dropped: int


def channel_report(
    session: Session, commune_id: int, now: datetime, in_use: Sequence[str], covered: timedelta = COVERED
) -> ChannelReport:
    """The report of the time `covered` up to `now`. `in_use`: the channels that are switched on, in order."""
    mine = (
        col(Message.commune_id) == commune_id, col(Message.slot) >= now - covered, col(Message.slot) <= now
    )  # fmt: skip
    states = Counter(dict(_pairs(session, _by_state(mine))))
    tries = Counter(dict(_pairs(session, _tries(mine))))
    fates = [Fate(*row) for row in session.execute(_fates(mine))]
    known = {row.name: row for row in session.execute(select(ChannelState)).scalars()}
    names = dict.fromkeys([*in_use, *sorted({*tries, *(one.channel for one in fates)} - {NOWHERE})])
    lines = [_line(name, in_use, tries[name], fates, known.get(name)) for name in names]
    if any(one.channel == NOWHERE and one.state not in _DROPPED for one in fates):
        lines.append(_line(NOWHERE, (), 0, fates, None))
    return ChannelReport(
        now - covered,
        now,
        tuple(lines),
        messages=states.total(),
        tries=tries.total(),
        sent=_sum(states, _ARRIVED),
        delivered=sum(one.delivered for one in lines),
        taken_over=sum(one.taken_over for one in lines),
        failed=states["failed"],
        unknown=states["unknown"],
        waiting=_sum(states, _WAITING),
        dropped=_sum(states, _DROPPED),
    )


def _line(
    name: str, in_use: Sequence[str], tries: int, fates: Sequence[Fate], state: ChannelState | None
) -> ChannelLine:
    mine = [one for one in fates if one.channel == name]
    arrived = [one for one in mine if one.state in _ARRIVED]
    by_state: Counter[str] = Counter()
    for one in mine:
        by_state[one.state] += one.messages
    told = state or ChannelState(name=name)
    return ChannelLine(
        name, name in in_use, tries,
        sent=_sum(by_state, _ARRIVED),
        delivered=sum(one.messages if one.state == "delivered" else one.delivered for one in arrived),
        taken_over=sum(one.messages for one in arrived if one.first != name),
        failed=by_state["failed"], unknown=by_state["unknown"], waiting=_sum(by_state, _WAITING),
        closed_at=told.closed_at, closed_because=told.closed_because if told.closed_at else "",
        try_again_at=told.try_again_at if told.closed_at else None,
        quota_left=told.quota_left, quota_at=told.quota_at,
    )  # fmt: skip


def _sum(found: Counter[str], states: Iterable[str]) -> int:
    return sum(found[state] for state in states)


def _pairs(session: Session, query: Any) -> Iterable[tuple[str, int]]:
    return ((row[0], row[1]) for row in session.execute(query))


def _by_state(mine: Sequence[Any]) -> Any:
    return select(col(Message.state), func.count()).where(*mine).group_by(col(Message.state))


def _tries(mine: Sequence[Any]) -> Any:
    query = select(col(Attempt.channel), func.count()).join(
        Message, col(Message.id) == col(Attempt.message_id)
    )
    return query.where(*mine).group_by(col(Attempt.channel))


def _fates(mine: Sequence[Any]) -> Any:
    """How many messages of each state ended on which channel, began on which, and were delivered."""
    sent = case((col(Attempt.outcome) == "sent", col(Attempt.number)))
    span = (
        select(
            col(Attempt.message_id).label("of"), func.min(col(Attempt.number)).label("first"),
            func.max(col(Attempt.number)).label("last"), func.max(sent).label("sent"),
        )
        .join(Message, col(Message.id) == col(Attempt.message_id))
        .where(*mine)
        .group_by(col(Attempt.message_id))
        .subquery()
    )  # fmt: skip
    first, last = aliased(Attempt), aliased(Attempt)
    # What was sent counts where it was sent; anything else where it was tried last.
    counted = case(
        (col(Message.state).in_(_ARRIVED), func.coalesce(span.c.sent, span.c.last)), else_=span.c.last
    )
    ended_on, began_on = func.coalesce(col(last.channel), NOWHERE), func.coalesce(col(first.channel), NOWHERE)
    return (
        select(
            col(Message.state), ended_on.label("channel"), began_on.label("began_on"), func.count(),
            func.count(col(last.delivered_at)),
        )
        .outerjoin(span, span.c.of == col(Message.id))
        .outerjoin(first, (col(first.message_id) == span.c.of) & (col(first.number) == span.c.first))
        .outerjoin(last, (col(last.message_id) == span.c.of) & (col(last.number) == counted))
        .where(*mine)
        .group_by(col(Message.state), ended_on, began_on)
    )  # fmt: skip
