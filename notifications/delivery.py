"""Delivery: what a killed process left is settled, then all that is due is sent."""

from __future__ import annotations

import structlog

from notifications import outbox
from notifications.crews import Crew
from notifications.outbox import Lost
from notifications.rounds import Round, Tally, window_open
from notifications.sending import Delivery

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
    await Crew(run).work()
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
