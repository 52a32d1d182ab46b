"""One tick: see what is due, claim it, deliver what can leave, and leave a heartbeat."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from db import journal
from db.errors import StorageRefusal
from db.tables import Commune
from notifications.candidates import candidates
from notifications.delivery import Tally, deliver
from notifications.heartbeat import beat
from notifications.ledger import claimed_keys, write_claims
from notifications.links import claimed_pairs
from notifications.planning import Claim, plan
from notifications.policy import slot_at
from notifications.rungs import Ladders
from notifications.sending import Delivery
from notifications.snapshot import load

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Ticked:
    """What a tick did: messages planned or added to, the delivery's tally, communes that could not be planned."""

    planned: int = 0
    tally: Tally = field(default_factory=Tally)
    broken: tuple[int, ...] = ()


async def tick(delivery: Delivery) -> Ticked:
    """Plan and deliver for every commune in the database. Raises StorageRefusal."""
    planned, broken = plan_due(delivery)
    tally = await deliver(delivery)
    if tally.shut or any(tally.states[one] for one in ("failed", "unknown", "skipped")):
        # These leave no journal entry; the coordinator is to hear of some, and what one left out may be another's to read.
        delivery.planned.clear()
    trouble = f"Không lập được thư nhắc cho {len(broken)} xã; xem nhật ký chạy." if broken else ""
    with delivery.store.write() as session:
        beat(session, delivery.owner, delivery.clock.now(), tally.closed or trouble)
    return Ticked(planned, tally, broken)


def plan_due(delivery: Delivery) -> tuple[int, tuple[int, ...]]:
    """Claim everything that is due in the open slot of each commune.

    Returns how many messages were touched and the communes whose data could not be read: one commune's trouble
    stops neither the others nor delivery. Raises StorageRefusal.
    """
    now, touched, broken = delivery.clock.now(), 0, []
    with delivery.store.read() as session:
        query = select(col(Commune.id), col(Commune.time_zone)).order_by(col(Commune.id))
        communes = session.execute(query).all()
    for commune_id, time_zone in communes:
        try:
            touched += _plan_commune(delivery, commune_id, time_zone, now)
        except StorageRefusal:
            raise
        except Exception:
            log.exception("planning broke", commune=commune_id)
            broken.append(commune_id)
    return touched, tuple(broken)


def _plan_commune(delivery: Delivery, commune_id: int, time_zone: str, now: datetime) -> int:
    slot = slot_at(now, delivery.policy, delivery.desk.calendar, time_zone)
    if slot is None:
        return 0
    with delivery.store.read() as session:
        # Whatever planning looks at is journalled: within a slot, the same journal means nothing new.
        stamp = (slot, journal.head_of(session, commune_id).seq)
        idle = delivery.planned.get(commune_id) == stamp
        if idle or not due_claims(session, commune_id, now, delivery.desk.ladders):
            delivery.planned[commune_id] = stamp
            return 0
    # Read again under the write lock: the look above only spares idle ticks that lock.
    with delivery.store.write() as session:
        claims = due_claims(session, commune_id, now, delivery.desk.ladders)
        touched = write_claims(session, commune_id, slot, claims, now)
        delivery.desk.links.ensure(session, commune_id, claimed_pairs(claims), now)
    delivery.planned[commune_id] = stamp
    return touched


def due_claims(session: Session, commune_id: int, now: datetime, ladders: Ladders) -> dict[int, list[Claim]]:
    """Receiver -> claims that are due at `now` and not in the ledger."""
    snapshot = load(session, commune_id, now, alarms=True)
    wanted, claimed = candidates(snapshot, ladders), claimed_keys(session, commune_id)
    return plan(wanted, claimed, snapshot.people.away, snapshot.people.active, snapshot.resting)
