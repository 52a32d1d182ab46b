"""What came in by chat, as the coordinator looks at it (tin đến)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from db.errors import Outdated
from db.store import changed
from db.tables import IncomingMessage, Person
from tasks.actor import Actor

UNDERSTOOD_NAMES = {
    "acknowledge": "báo đã nhận việc", "done": "xin liên kết báo cáo", "more_time": "xin gia hạn", "link": "liên kết Zalo",
    "sign_in": "xin liên kết đăng nhập", "unknown": "máy không hiểu",
}  # fmt: skip
ANSWER_NAMES = {
    "none": "không trả lời", "waiting": "chờ gửi", "sending": "đang gửi", "sent": "đã gửi", "failed": "không gửi được",
    "unknown": "chưa rõ đã đến hay chưa",
}  # fmt: skip


@dataclass(frozen=True)
class IncomingLine:
    """One message. `person` "": its chat is linked to nobody. `open`: somebody should look at it."""

    id: int
    received_at: datetime
    channel: str
    group: bool
    person: str
    sender: str
    text: str
    understood: str
    answer: str
    answer_state: str
    answer_detail: str
    settled_at: datetime | None
    settled_by: str

    @property
    def open(self) -> bool:
        """Whether it was not understood and nobody has seen to it."""
        return self.understood == "unknown" and self.settled_at is None


def newest_incoming(
    session: Session, commune_id: int, limit: int, *, before: int | None = None, only_open: bool = False
) -> list[IncomingLine]:
    """Messages, the newest first, at most `limit`; only those with smaller numbers than `before`."""
    query = (
        select(IncomingMessage, func.coalesce(col(Person.name), ""))
        .outerjoin(Person, col(Person.id) == col(IncomingMessage.person_id))
        .where(col(IncomingMessage.commune_id) == commune_id)
    )
    if before is not None:
        query = query.where(col(IncomingMessage.id) < before)
    if only_open:
        query = query.where(
            col(IncomingMessage.understood) == "unknown", col(IncomingMessage.settled_at).is_(None)
        )
    rows = session.execute(query.order_by(col(IncomingMessage.id).desc()).limit(limit))
    return [_line(row, name) for row, name in rows]


def count_open(session: Session, commune_id: int) -> int:
    """How many messages wait for a person to look at them."""
    query = select(func.count()).select_from(IncomingMessage).where(
        col(IncomingMessage.commune_id) == commune_id,
        col(IncomingMessage.understood) == "unknown",
        col(IncomingMessage.settled_at).is_(None),
    )  # fmt: skip
    return int(session.execute(query).scalar_one())


def settle(session: Session, commune_id: int, number: int, *, by: Actor, now: datetime) -> None:
    """Somebody has seen to a message. Raises Outdated when it is settled, or not there."""
    mine = update(IncomingMessage).where(
        col(IncomingMessage.id) == number,
        col(IncomingMessage.commune_id) == commune_id,
        col(IncomingMessage.settled_at).is_(None),
    )
    if not changed(session, mine.values(settled_at=now, settled_by=by.name)):
        raise Outdated("Tin này đã có người xem rồi.")


def _line(row: IncomingMessage, person: str) -> IncomingLine:
    return IncomingLine(
        row.id or 0, row.received_at, row.channel, row.address.startswith("group:"), person, row.sender_name, row.text,
        row.understood, row.answer, row.answer_state, row.answer_detail, row.settled_at, row.settled_by,
    )  # fmt: skip
