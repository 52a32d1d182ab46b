"""Reminding out of turn (đôn đốc): many tasks at once, seen exactly as it will be sent, through the same ledger."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import delete, insert, select
from sqlmodel import Session, col

from db import journal
from db.errors import Outdated, Refusal
from db.store import Store
from db.tables import ContactPoint, Message, Nudge
from notifications.candidates import candidates
from notifications.contents import compose, read
from notifications.ledger import claimed_keys, write_claims
from notifications.links import PlainLinks, claimed_pairs
from notifications.planning import Claim, plan, told_together
from notifications.quotes import Desk
from notifications.rendering import Rendered, render
from notifications.snapshot import Snapshot, load
from tasks.actor import Actor
from tasks.address_rows import point_of
from tasks.lifecycle import OPEN_STATES
from tasks.way_words import address_line

LONGEST_WORDS = 300
KIND = "nudged"
UNREACHED = "Đơn vị chưa có đầu mối, hoặc đang tạm dừng nhận thư."


@dataclass(frozen=True)
class Letter:
    """One message as it will be sent. `addresses`: where, in order; empty: it cannot arrive."""

    person_id: int
    name: str
    addresses: tuple[str, ...]
    rendered: Rendered


@dataclass(frozen=True)
class Round:
    """All letters of a round, and the tasks that are left out: number -> why. `seal` changes with any word of it."""

    letters: tuple[Letter, ...]
    left_out: dict[int, str]
    seal: str


class _Undone(Exception):
    """The rehearsal is over; nothing of it stays."""


def rehearse(
    store: Store, commune_id: int, tasks: Collection[int], words: str, *, desk: Desk, by: Actor, now: datetime
) -> Round:
    """What `send` would do now, word for word; nothing is kept. Raises Refusal."""
    with _undone(), store.write() as session:
        found = _write(session, commune_id, tasks, words, desk, by, now)
        raise _Undone
    return found


def send(
    session: Session, commune_id: int, tasks: Collection[int], words: str, *, seal: str, desk: Desk, by: Actor,
    now: datetime,
) -> Round:  # fmt: skip
    """Claim the reminders; the next tick delivers them. Each task at most once a day.

    Raises Outdated when it would not be what `seal` was given for, Refusal when there is nobody to write to.
    """
    found = _write(session, commune_id, tasks, words, desk, by, now)
    if found.seal != seal:
        raise Outdated("Vừa có thay đổi nên thư không còn như đã xem. Xin xem lại rồi gửi.")
    if not found.letters:
        raise Refusal("Không có thư nào để gửi.")
    journal.append(
        session, commune_id, at=now, actor=by.name, action="reminders.nudged", subject="reminders",
        payload={
            "role": by.role, "tasks": sorted(set(tasks) - set(found.left_out)), "person": [one.name for one in found.letters],
        },
    )  # fmt: skip
    return found


@contextmanager
def _undone() -> Iterator[None]:
    try:
        yield
    except _Undone:
        return


def _write(
    session: Session,
    commune_id: int,
    tasks: Collection[int],
    words: str,
    desk: Desk,
    by: Actor,
    now: datetime,
) -> Round:
    words = " ".join(words.split())
    if len(words) > LONGEST_WORDS:
        raise Refusal(f"Lời nhắn dài {len(words)} ký tự, tối đa {LONGEST_WORDS}. Xin rút gọn.")
    before = load(session, commune_id, now)
    done = _nudged(session, tasks, before.today)
    left_out = {number: reason for number in tasks if (reason := _unfit(number, before, done))}
    fit = sorted(set(tasks) - set(left_out))
    common = {
        "commune_id": commune_id,
        "on_date": before.today,
        "words": words,
        "by_name": by.name,
        "made_at": now,
    }
    if fit:
        session.execute(insert(Nudge), [common | {"task_id": number} for number in fit])
    snapshot = load(session, commune_id, now)
    claims = _claims(session, commune_id, snapshot, fit, desk)
    told = {claim.candidate.task_id for mine in claims.values() for claim in mine}
    unreached = [number for number in fit if number not in told]
    # Nobody was to be told today, and nobody is to be surprised by it later.
    _forget(session, unreached, before.today)
    left_out |= dict.fromkeys(unreached, UNREACHED)
    write_claims(session, commune_id, now, claims, now)
    desk.links.ensure(session, commune_id, claimed_pairs(claims), now)
    # What is shown and sealed has the plain addresses: a receiver's own link is nobody else's to see.
    letters = _letters(session, commune_id, list(claims), replace(desk, links=PlainLinks()), now)
    return Round(letters, left_out, _seal(letters, left_out))


def _forget(session: Session, tasks: Collection[int], today: date) -> None:
    session.execute(delete(Nudge).where(col(Nudge.task_id).in_(tasks), col(Nudge.on_date) == today))


def _nudged(session: Session, tasks: Collection[int], today: date) -> set[int]:
    """The tasks nudged on that date, whatever was nudged later by a clock that has since been put back."""
    query = select(col(Nudge.task_id)).where(col(Nudge.task_id).in_(tasks), col(Nudge.on_date) == today)
    return set(session.execute(query).scalars())


def _unfit(number: int, snapshot: Snapshot, done: Collection[int]) -> str:
    task = snapshot.tasks.get(number)
    if task is None:
        return "Không có việc này trong kế hoạch đang thực hiện."
    if task.state not in OPEN_STATES:
        return "Đơn vị đã báo cáo." if task.state in {"submitted", "accepted"} else "Việc đã được rút."
    return "Hôm nay đã nhắc việc này." if number in done else ""


def _claims(
    session: Session, commune_id: int, snapshot: Snapshot, tasks: Collection[int], desk: Desk
) -> dict[int, list[Claim]]:
    """What else is due about the same tasks today is spoken for by the nudge, so that it does not come on top."""
    wanted = candidates(snapshot, desk.ladders)
    groups = {told_together(one) for one in wanted if one.kind == KIND and one.task_id in tasks}
    mine = [one for one in wanted if told_together(one) in groups]
    people = snapshot.people
    claimed = claimed_keys(session, commune_id)
    return plan(mine, claimed, people.away, people.active, snapshot.resting)


def _letters(
    session: Session, commune_id: int, people: Collection[int], desk: Desk, now: datetime
) -> tuple[Letter, ...]:
    query = select(col(Message.id), col(Message.person_id)).where(
        col(Message.commune_id) == commune_id, col(Message.slot) == now, col(Message.person_id).in_(people)
    )
    receivers = {row[0]: row[1] for row in session.execute(query)}
    contents = compose(session, commune_id, list(receivers), read(session, commune_id, now, desk), desk)
    addresses = _addresses(session, receivers.values(), desk)
    return tuple(
        Letter(receivers[number], digest.person_name, addresses.get(receivers[number], ()), render(digest))
        for number in sorted(receivers, key=lambda number: receivers[number])
        if (digest := contents[number].digest) is not None
    )


def _addresses(session: Session, people: Collection[int], desk: Desk) -> dict[int, tuple[str, ...]]:
    """Where each is reached, in words and in order."""
    query = select(ContactPoint).where(
        col(ContactPoint.person_id).in_(people), col(ContactPoint.refused_at).is_(None)
    )
    found: dict[int, tuple[str, ...]] = {}
    for row in session.execute(query.order_by(col(ContactPoint.position))).scalars():
        point = point_of(row)
        if point.way in desk.ways:
            found[row.person_id] = (*found.get(row.person_id, ()), address_line(point))
    return found


def _seal(letters: Collection[Letter], left_out: dict[int, str]) -> str:
    """A digest of everything the coordinator saw."""
    seen = [[one.person_id, one.addresses, one.rendered.subject, one.rendered.text] for one in letters]
    told = json.dumps([seen, sorted(left_out.items())], ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()
