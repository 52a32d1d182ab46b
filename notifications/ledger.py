"""The ledger: planned claims become messages and reminder rows. The insert is the claim."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, false, insert, not_, select, update
from sqlmodel import Session, col

from db.tables import Attempt, Message, Person, Reminder
from notifications.planning import Claim

Key = tuple[int, str, str]
DROPPED = "dropped"


def claimed_keys(session: Session, commune_id: int) -> set[Key]:
    """All (person, subject, rung) that are claimed in the commune.

    What was dropped was never said; should it be wanted again (a calendar edit moved the rung's day, the clock went
    back and came again), it may be claimed again.
    """
    query = select(col(Reminder.person_id), col(Reminder.subject), col(Reminder.rung)).where(
        col(Reminder.commune_id) == commune_id, col(Reminder.state) != DROPPED
    )
    return {(row[0], row[1], row[2]) for row in session.execute(query)}


@dataclass(frozen=True)
class Ledger:
    """What is claimed, and who had a slot's message already: anything new for them waits for the next slot."""

    claimed: frozenset[Key]
    reached: frozenset[int]


def ledger_on(session: Session, commune_id: int, slot: datetime | None) -> Ledger:
    """The ledger as seen in a slot."""
    names = (
        col(Reminder.person_id),
        col(Reminder.subject),
        col(Reminder.rung),
        col(Reminder.state),
        col(Message.person_id),
        col(Message.slot) == slot if slot else false(),
        col(Message.state),
    )
    query = select(*names).join(Message, col(Message.id) == col(Reminder.message_id))
    rows = session.execute(query.where(col(Reminder.commune_id) == commune_id)).all()
    return Ledger(
        frozenset((row[0], row[1], row[2]) for row in rows if row[3] != DROPPED),
        frozenset(row[4] for row in rows if row[5] and row[6] != "pending"),
    )


def write_claims(
    session: Session, commune_id: int, slot: datetime, claims: Mapping[int, Sequence[Claim]], now: datetime
) -> int:
    """Write one pending message per receiver for the slot, with its claims; return how many were touched.

    A receiver whose message of this slot already left keeps everything new for the next slot. Older messages
    that never left are folded into this one, so that an outage ends in one message.
    """
    present = _present(session, commune_id, slot, claims)
    dropped = _dropped(session, commune_id)
    touched = 0
    for receiver, mine in claims.items():
        message_id, state = present.get(receiver, (None, "pending"))
        if state != "pending":
            continue
        if message_id is None:
            message_id = _new_message(session, commune_id, receiver, slot, now)
        _fold_older(session, receiver, message_id, slot, now)
        _write(session, [_row(commune_id, message_id, claim, now) for claim in mine], dropped)
        touched += 1
    return touched


def tracking_id(person_key: str, commune_key: str, slot: datetime) -> str:
    """Stable for a person and slot: at most 48 of [A-Za-z0-9-], fit for a Message-ID or a file name."""
    digest = hashlib.blake2s(
        f"{commune_key}/{person_key}/{slot.isoformat()}".encode(), digest_size=8
    ).hexdigest()
    return f"mn-{slot:%Y%m%d%H%M}-{digest}"


def _present(
    session: Session, commune_id: int, slot: datetime, receivers: Iterable[int]
) -> dict[int, tuple[int, str]]:
    query = select(col(Message.person_id), col(Message.id), col(Message.state)).where(
        col(Message.commune_id) == commune_id,
        col(Message.slot) == slot,
        col(Message.person_id).in_(list(receivers)),
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def _new_message(session: Session, commune_id: int, receiver: int, slot: datetime, now: datetime) -> int:
    person_key = session.execute(select(col(Person.key)).where(col(Person.id) == receiver)).scalar_one()
    values = {
        "commune_id": commune_id, "person_id": receiver, "slot": slot, "state": "pending", "not_before": now,
        "tracking_id": tracking_id(person_key, str(commune_id), slot), "created_at": now, "updated_at": now,
        "reason": "", "subject": "", "attempts": 0,
    }  # fmt: skip
    result = session.execute(insert(Message).values(values).returning(col(Message.id)))
    return int(result.scalar_one())


def _dropped(session: Session, commune_id: int) -> dict[Key, int]:
    names = (col(Reminder.person_id), col(Reminder.subject), col(Reminder.rung), col(Reminder.id))
    query = select(*names).where(col(Reminder.commune_id) == commune_id, col(Reminder.state) == DROPPED)
    return {(row[0], row[1], row[2]): row[3] for row in session.execute(query)}


def _write(session: Session, rows: Sequence[dict[str, Any]], dropped: Mapping[Key, int]) -> None:
    """Insert claims; one that was dropped before has its row already and takes it over."""
    new = []
    for row in rows:
        number = dropped.get((row["person_id"], row["subject"], row["rung"]))
        if number is None:
            new.append(row)
        else:
            session.execute(update(Reminder).where(col(Reminder.id) == number).values(row))
    if new:
        session.execute(insert(Reminder), new)


def _fold_older(session: Session, receiver: int, message_id: int, slot: datetime, now: datetime) -> None:
    """What of all that is said and what is covered by it, the last look before sending decides.

    One that may have arrived goes on by itself: its receiver knows it again by its own number only.
    """
    in_doubt = exists().where(
        col(Attempt.message_id) == col(Message.id),
        col(Attempt.number) > col(Message.fresh_from),
        col(Attempt.outcome) == "unknown",
    )
    waiting = select(col(Message.id)).where(
        col(Message.person_id) == receiver,
        col(Message.state) == "pending",
        col(Message.slot) < slot,
        not_(in_doubt),
    )
    older = list(session.execute(waiting).scalars())
    if not older:
        return
    session.execute(
        update(Message)
        .where(col(Message.id).in_(older))
        .values(state="missed", reason="Chưa gửi kịp, đã gộp vào thư sau.", updated_at=now)
    )
    session.execute(update(Reminder).where(col(Reminder.message_id).in_(older)).values(message_id=message_id))


def _row(commune_id: int, message_id: int, claim: Claim, now: datetime) -> dict[str, Any]:
    one = claim.candidate
    return {
        "commune_id": commune_id, "person_id": one.person_id, "subject": one.subject, "rung": one.rung,
        "kind": one.kind, "task_id": one.task_id, "last_valid_on": one.last_valid_on, "message_id": message_id,
        "state": "covered" if claim.covered else "wanted", "claimed_at": now,
    }  # fmt: skip
