"""Access links: made for the people that messages go to, read when they are opened, revoked."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlmodel import Session, col

from db.store import changed
from db.tables import AccessLink
from web import tokens

Pair = tuple[int, int]
SIGN_IN_LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class TaskLinks:
    """Makes the links of messages: to a task, good for as long as `lasting`; to sign in once, within `entering`."""

    base_url: str
    secret_key: str
    lasting: timedelta
    entering: timedelta = SIGN_IN_LASTS

    def ensure(self, session: Session, commune_id: int, pairs: Collection[Pair], now: datetime) -> None:
        """Let a link stand for every (person, task) that has none, or one that ends too soon to be of use."""
        standing = {(row.person_id, row.task_id): row for row in _standing(session, commune_id, pairs)}
        soon = now + self.lasting / 2
        tired = [row.id for row in standing.values() if row.expires_at is None or row.expires_at < soon]
        if tired:
            session.execute(
                update(AccessLink).where(col(AccessLink.id).in_(tired)).values(expires_at=now + self.lasting)
            )
        missing = sorted(set(pairs) - set(standing))
        if missing:
            session.execute(insert(AccessLink), [self._row(commune_id, pair, now) for pair in missing])

    def urls(self, session: Session, commune_id: int, pairs: Collection[Pair]) -> dict[Pair, str]:
        """The address of each pair that has a standing link."""
        return {
            (row.person_id, row.task_id or 0): self.url(tokens.TASK, row.id or 0)
            for row in _standing(session, commune_id, pairs)
        }

    def sign_in(self, session: Session, commune_id: int, person_id: int, now: datetime) -> str:
        """The address that signs a person in, once."""
        number = sign_in_link(session, commune_id, person_id, now + self.entering, now)
        return self.url(tokens.SIGN_IN, number)

    def url(self, purpose: str, number: int) -> str:
        """The address that opens the access link with that number."""
        place = "l" if purpose == tokens.TASK else "vao"
        return f"{self.base_url}/{place}/{tokens.sign(self.secret_key, purpose, number)}"

    def _row(self, commune_id: int, pair: Pair, now: datetime) -> dict[str, object]:
        return {
            "commune_id": commune_id, "person_id": pair[0], "task_id": pair[1], "purpose": tokens.TASK,
            "created_at": now, "expires_at": now + self.lasting,
        }  # fmt: skip


def sign_in_link(
    session: Session, commune_id: int, person_id: int, expires_at: datetime, now: datetime
) -> int:
    """A link that signs in once; its number."""
    row = AccessLink(
        commune_id=commune_id,
        person_id=person_id,
        purpose=tokens.SIGN_IN,
        created_at=now,
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    return row.id or 0


def good_link(session: Session, number: int, purpose: str, now: datetime) -> AccessLink | None:
    """The link, unless it has ended, was revoked, or was for one use and is used."""
    row = session.get(AccessLink, number)
    if row is None or row.purpose != purpose or row.revoked_at is not None:
        return None
    if row.expires_at is not None and row.expires_at <= now:
        return None
    return None if purpose == tokens.SIGN_IN and row.used_at is not None else row


def use_once(session: Session, number: int, now: datetime) -> bool:
    """Spend a sign-in link; False when somebody was first."""
    unused = update(AccessLink).where(col(AccessLink.id) == number, col(AccessLink.used_at).is_(None))
    return changed(session, unused.values(used_at=now)) == 1


def revoke_links(session: Session, commune_id: int, person_id: int, now: datetime) -> int:
    """End every standing link of a person; how many. Sessions that came by them end with them."""
    mine = update(AccessLink).where(
        col(AccessLink.commune_id) == commune_id,
        col(AccessLink.person_id) == person_id,
        col(AccessLink.revoked_at).is_(None),
    )
    return changed(session, mine.values(revoked_at=now))


def _standing(session: Session, commune_id: int, pairs: Collection[Pair]) -> list[Row[Any]]:
    """Number, person, task and end of each link; plain rows, for every message of a batch asks here."""
    if not pairs:
        return []
    names = ("id", "person_id", "task_id", "expires_at")
    query = select(*(getattr(AccessLink, name) for name in names)).where(
        col(AccessLink.commune_id) == commune_id,
        col(AccessLink.purpose) == tokens.TASK,
        col(AccessLink.revoked_at).is_(None),
        col(AccessLink.person_id).in_({person for person, _ in pairs}),
        col(AccessLink.task_id).in_({task for _, task in pairs}),
    )
    wanted = set(pairs)
    return [row for row in session.execute(query) if (row.person_id, row.task_id) in wanted]
