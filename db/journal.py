"""The append-only, hash-chained journal: every entry carries the hash of the one before.

It lives in the lowest room because every room above writes to it, each in its own transaction.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session, col

from db.store import changed
from db.tables import JournalEntry, JournalHead

BEGINNING = "0" * 64


def append(
    session: Session,
    commune_id: int,
    *,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    payload: Mapping[str, Any] | None = None,
) -> str:
    """Add an entry in the session's transaction and return its hash.

    `subject` names the row spoken of ("plan:1", "task:12"); `payload` must hold JSON values only.
    Moving the head is what serialises writers: two transactions cannot both follow the same entry.
    """
    head = _take_head(session, commune_id)
    text = json.dumps(payload or {}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    seq = head.seq + 1
    digest = chained(head.hash, commune_id, seq, at, actor, action, subject, text)
    session.execute(
        insert(JournalEntry).values(
            commune_id=commune_id, seq=seq, at=at, actor=actor, action=action,
            subject=subject, payload=text, previous_hash=head.hash, hash=digest,
        )
    )  # fmt: skip
    move = (
        update(JournalHead)
        .where(col(JournalHead.commune_id) == commune_id, col(JournalHead.seq) == head.seq)
        .values(seq=seq, hash=digest)
    )
    if changed(session, move) != 1:
        raise RuntimeError("another transaction moved the journal's head")
    return digest


@dataclass(frozen=True)
class Head:
    """Where a journal ends: the number and hash of its newest entry (0 and zeros when empty)."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Break:
    """The first place where the chain does not hold; `problem` is a Vietnamese sentence."""

    seq: int
    problem: str


def head_of(session: Session, commune_id: int) -> Head:
    """Where the commune's journal ends."""
    row = session.execute(
        select(col(JournalHead.seq), col(JournalHead.hash)).where(col(JournalHead.commune_id) == commune_id)
    ).one_or_none()
    return Head(row[0], row[1]) if row else Head(0, BEGINNING)


def entries(session: Session, commune_id: int, *, newest: int | None = None) -> Iterator[JournalEntry]:
    """Entries in order of writing; the last `newest` ones only, if given."""
    query = (
        select(JournalEntry).where(col(JournalEntry.commune_id) == commune_id).order_by(col(JournalEntry.seq))
    )
    if newest is not None:
        query = query.where(col(JournalEntry.seq) > head_of(session, commune_id).seq - newest)
    yield from session.execute(query).scalars()


def newest_entries(
    session: Session,
    commune_id: int,
    limit: int,
    *,
    before: int | None = None,
    action: str = "",
    actor: str = "",
    since: datetime | None = None,
) -> list[JournalEntry]:
    """Entries, the newest first, at most `limit`.

    Only those older than number `before`, of an action, of an actor, from the instant `since` on.
    """
    query = select(JournalEntry).where(col(JournalEntry.commune_id) == commune_id)
    if before is not None:
        query = query.where(col(JournalEntry.seq) < before)
    if action:
        query = query.where(col(JournalEntry.action) == action)
    if actor:
        query = query.where(col(JournalEntry.actor) == actor)
    if since is not None:
        query = query.where(col(JournalEntry.at) >= since)
    return list(session.execute(query.order_by(col(JournalEntry.seq).desc()).limit(limit)).scalars())


def verify(session: Session, commune_id: int, *, anchor: Head | None = None) -> Break | None:
    """Read the whole chain. None when it holds; else the first break.

    Finds a changed, removed, inserted or reordered entry, a cut-off tail, and, given an `anchor` written
    down earlier (a backup's or a printed sheet's), a journal that was rewritten from there on.
    """
    before = Head(0, BEGINNING)
    anchored = anchor is None or anchor.seq == 0
    for entry in entries(session, commune_id):
        if problem := _problem(entry, before):
            return Break(entry.seq, problem)
        before = Head(entry.seq, entry.hash)
        if anchor and anchor.seq == entry.seq:
            if anchor.hash != entry.hash:
                return Break(
                    entry.seq,
                    f"Dòng {entry.seq} không khớp dấu đã ghi lại trước đây: nhật ký đã bị viết lại.",
                )
            anchored = True
    if before != head_of(session, commune_id):
        return Break(before.seq + 1, f"Nhật ký bị cắt mất phần cuối, từ dòng {before.seq + 1}.")
    if not anchored and anchor:
        return Break(anchor.seq, f"Nhật ký không còn dòng {anchor.seq} đã ghi lại trước đây.")
    return None


def chained(
    previous: str,
    commune_id: int,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    subject: str,
    payload: str,
) -> str:
    """SHA-256 over the previous hash and every field; JSON keeps the fields apart."""
    fields = [previous, commune_id, seq, at.astimezone(UTC).isoformat(), actor, action, subject, payload]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def _problem(entry: JournalEntry, before: Head) -> str | None:
    if entry.seq != before.seq + 1:
        return f"Thiếu dòng {before.seq + 1}: sau dòng {before.seq} là dòng {entry.seq}."
    if entry.previous_hash != before.hash:
        return f"Dòng {entry.seq} không nối với dòng {before.seq}: có dòng bị xoá, chèn hoặc đổi chỗ."
    expected = chained(
        before.hash,
        entry.commune_id,
        entry.seq,
        entry.at,
        entry.actor,
        entry.action,
        entry.subject,
        entry.payload,
    )
    return None if expected == entry.hash else f"Dòng {entry.seq} đã bị sửa nội dung."


def _take_head(session: Session, commune_id: int) -> Head:
    head = head_of(session, commune_id)
    if head.seq == 0 and not _has_head(session, commune_id):
        session.execute(insert(JournalHead).values(commune_id=commune_id, seq=0, hash=BEGINNING))
    return head


def _has_head(session: Session, commune_id: int) -> bool:
    query = select(col(JournalHead.seq)).where(col(JournalHead.commune_id) == commune_id)
    return session.execute(query).first() is not None
