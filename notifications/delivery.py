"""Delivery: several workers, each with one long-lived connection a channel, until nothing is due."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Sequence
from typing import Any

import structlog

from notifications import outbox
from notifications.batches import Prepared
from notifications.outbox import Claimed, Lost
from notifications.rounds import Lines, Round, Tally, window_open
from notifications.sending import Delivery
from notifications.shares import Share, channel_of

__all__ = ["Tally", "deliver", "recover"]

BROKEN_OFF = "Chương trình dừng giữa lúc gửi, chưa rõ thư đã đi hay chưa."
log = structlog.get_logger(__name__)


async def deliver(delivery: Delivery) -> Tally:
    """Send all that is due now. Outside the sending window nothing leaves. Raises StorageRefusal."""
    tally = Tally()
    with delivery.store.read() as session:
        lost = outbox.expired(session, delivery.clock.now())
    recover(delivery, lost, tally)
    if not window_open(delivery):
        return tally
    run = Round(delivery, tally)
    with delivery.store.read() as session:
        run.left = outbox.count_due(session, delivery.clock.now(), delivery.today())
    # No connection is opened for nothing: one worker a batch, up to the number that is allowed.
    run.workers = min(delivery.workers, -(-run.left // delivery.batch))
    await _together(_work(run, f"{delivery.owner}/{number}") for number in range(run.workers))
    return tally


def recover(delivery: Delivery, lost: list[Lost], tally: Tally) -> None:
    """Settle what a killed process left in `sending`.

    What was not handed over surely did not leave and is sent again, and so is what the receiver knows again. The rest
    is looked up where the channel can tell, and is `unknown` where it cannot.
    """
    now = delivery.clock.now()
    for one in lost:
        state = _fate(delivery, one)
        with delivery.store.write() as session:
            reason = BROKEN_OFF if state == "unknown" else ""
            if outbox.release_expired(session, one.id, state=state, reason=reason, now=now):
                tally.states[state] += 1
                log.warning("message recovered", message=one.id, state=state)


def _fate(delivery: Delivery, lost: Lost) -> str:
    channel = delivery.channels.get(lost.channel)
    if not lost.handed_over or (channel is not None and channel.repeatable):
        return "pending"
    arrived = None if channel is None else channel.already_sent(lost.tracking_id)
    return {True: "sent", False: "pending", None: "unknown"}[arrived]


async def _work(run: Round, owner: str) -> None:
    delivery = run.delivery
    async with Lines(delivery.channels) as lines:
        while run.goes_on():
            with delivery.store.write() as session:
                claimed = outbox.claim(
                    session, owner, limit=run.share(), now=delivery.clock.now(), lease=delivery.lease,
                    today=delivery.today(),
                )  # fmt: skip
            if not claimed:
                return
            run.left -= len(claimed)
            await _send_batch(run, lines, claimed)


async def _send_batch(run: Round, lines: Lines, claimed: Sequence[Claimed]) -> None:
    """Each channel's share goes its own way, so that a slow one does not hold the others up."""
    prepared, shut = Prepared.of(run.readings, claimed), run.shut()
    shares: dict[str, list[Claimed]] = defaultdict(list)
    for message in claimed:
        shares[channel_of(prepared.parcel(message, shut))].append(message)
    await _together(Share(run, lines, channel, prepared, mine).run() for channel, mine in shares.items())


async def _together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run it side by side. One that fails must not cut off the others in the middle of a message."""
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome
