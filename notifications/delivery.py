"""Delivery: several workers, each with one long-lived connection a channel, until nothing is due."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog

from notifications import outbox, pacing
from notifications.batches import Prepared
from notifications.noting import Stale
from notifications.outbox import Claimed, LeaseLost, Lost
from notifications.rounds import Lines, Round, Tally, window_open
from notifications.sending import Delivery, Parcel, Sending

__all__ = ["Tally", "deliver", "recover"]

NOWHERE = ""
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
    if workers := _workers_needed(delivery):
        await _together(_work(run, f"{delivery.owner}/{number}") for number in range(workers))
    return tally


def _workers_needed(delivery: Delivery) -> int:
    """No connection is opened for nothing: one worker a batch, up to the number that is allowed."""
    with delivery.store.read() as session:
        due = outbox.count_due(session, delivery.clock.now(), delivery.today())
    return min(delivery.workers, -(-due // delivery.batch))


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
                    session, owner, limit=delivery.batch, now=delivery.clock.now(), lease=delivery.lease,
                    today=delivery.today(),
                )  # fmt: skip
            if not claimed:
                return
            await _send_batch(run, lines, claimed)


async def _send_batch(run: Round, lines: Lines, claimed: Sequence[Claimed]) -> None:
    """Each channel's share goes its own way, so that a slow one does not hold the others up."""
    prepared, shut = Prepared.of(run.delivery, claimed), run.shut()
    shares: dict[str, list[Claimed]] = defaultdict(list)
    for message in claimed:
        shares[_channel(prepared.parcel(message, shut))].append(message)
    await _together(_send_share(run, lines, channel, prepared, mine) for channel, mine in shares.items())


async def _together(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run it side by side. One that fails must not cut off the others in the middle of a message."""
    for outcome in await asyncio.gather(*work, return_exceptions=True):
        if isinstance(outcome, BaseException):
            raise outcome


async def _send_share(
    run: Round, lines: Lines, channel: str, prepared: Prepared, share: Sequence[Claimed]
) -> None:
    waiting, instants = deque(share), deque(_instants(run.delivery, channel, len(share)))
    while waiting:
        message = waiting[0]
        parcel = prepared.parcel(message, run.shut())
        sending = Sending(run.delivery, run.committer, parcel)
        try:
            if reason := _held_back(run, prepared, parcel, channel, instants):
                state = await sending.end("pending", *reason)
            elif not parcel.ways:
                state = await sending.end("failed", "Không có địa chỉ nào dùng được.")
            else:
                state = await _send(run, lines, channel, sending, instants[0])
                instants.popleft()
            run.tally.states[state] += 1
        except Stale:
            # A report may have come in while earlier messages were under way.
            prepared = Prepared.of(run.delivery, waiting)
            continue
        except LeaseLost:
            log.warning("lease lost", message=message.id)
        waiting.popleft()


def _held_back(
    run: Round, prepared: Prepared, parcel: Parcel, channel: str, instants: Sequence[datetime]
) -> tuple[str, datetime | None] | None:
    """Why a message does not leave in this round and from when on it may, None when it goes."""
    if parcel.message.person_id in prepared.resting or not run.goes_on():
        return "", None
    if closed := run.shut().get(_channel(parcel)):
        return closed.because, closed.until
    if _channel(parcel) != channel:
        return "", None
    if parcel.ways and not instants:
        return (
            "Chờ đến lượt: kênh này chỉ gửi từng ấy tin mỗi phút.",
            run.delivery.clock.now() + pacing.PATIENCE,
        )
    return None


async def _send(run: Round, lines: Lines, channel: str, sending: Sending, instant: datetime) -> str:
    wait = (instant - run.delivery.clock.now()).total_seconds()
    if wait > 0:
        await run.delivery.sleep(wait)
    state = await sending.run(await lines.of(channel), run.delivery.channels[channel])
    if sending.closed_because:
        return await sending.put_behind(run.close(channel, sending.closed_because).until)
    if sending.receipt is not None:
        run.carried(channel, sending.receipt)
    return state


def _instants(delivery: Delivery, channel: str, count: int) -> list[datetime]:
    per_minute = delivery.paces.get(channel, 0)
    if not per_minute:
        return [delivery.clock.now()] * count
    with delivery.store.write() as session:
        return pacing.reserve(session, channel, count, per_minute, delivery.clock.now())


def _channel(parcel: Parcel) -> str:
    return parcel.ways[0].channel if parcel.ways else NOWHERE
