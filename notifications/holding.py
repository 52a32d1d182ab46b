"""What the coordinator does with reminders to come: pause, let go, resume. One transaction each."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Missing, Outdated, Refusal
from db.store import changed
from db.tables import Person, ReminderHold
from notifications.candidates import SKIPPABLE
from notifications.holds import LONGEST_PAUSE, PAUSE, SKIP, Hold
from notifications.preview import Foreseen
from tasks.actor import Actor
from tasks.deadline import short_date

LONGEST_REASON = 300
EVERYBODY = "mọi người"


def pause(
    session: Session, commune_id: int, person_id: int | None, *, from_on: date, last_on: date, reason: str,
    by: Actor, now: datetime, today: date,
) -> int:  # fmt: skip
    """Send nothing to a person, or (None) to anybody, on the local dates from `from_on` to `last_on`, both included.

    What falls due meanwhile is told in one message afterwards. Returns the hold's number. Raises Refusal, and Missing
    for a person who is not of this commune.
    """
    days = (last_on - from_on).days + 1
    if from_on < today:
        raise Refusal(f"Ngày bắt đầu {short_date(from_on)} đã qua. Xin chọn từ hôm nay trở đi.")
    if days < 1:
        raise Refusal("Ngày cuối phải từ ngày bắt đầu trở đi.")
    if days > LONGEST_PAUSE:
        raise Refusal(f"Tạm dừng {days} ngày là quá lâu; mỗi lần tối đa {LONGEST_PAUSE} ngày.")
    name = EVERYBODY if person_id is None else _name(session, commune_id, person_id)
    return _place(
        session, commune_id, Hold(0, PAUSE, person_id, from_on, last_on + timedelta(days=1), reason, by.name), name,
        "reminders.paused", by, now,
    )  # fmt: skip


def skippable(foreseen: Foreseen) -> frozenset[int]:
    """Whose reminders a message to come tells, as far as they may be let go."""
    return frozenset(item.person_id for item in foreseen.items if item.kind in SKIPPABLE)


def skip(
    session: Session, commune_id: int, foreseen: Foreseen, *, reason: str, by: Actor, now: datetime
) -> None:
    """Let the reminders of one message to come go; they are not made up for. News in it is told all the same.

    Raises Refusal, and Outdated when nothing in it can be let go.
    """
    day = foreseen.at.date()
    people = sorted(skippable(foreseen))
    if not people:
        raise Outdated("Thư này chỉ có thông báo chính thức nên không bỏ qua được.")
    for person_id in people:
        name = _name(session, commune_id, person_id)
        hold = Hold(0, SKIP, person_id, day, day + timedelta(days=1), reason, by.name)
        _place(session, commune_id, hold, name, "reminders.skipped", by, now)


def lift(session: Session, commune_id: int, number: int, *, by: Actor, now: datetime, today: date) -> None:
    """End a hold. Raises Missing, and Outdated when it has ended already."""
    row = session.get(ReminderHold, number)
    if row is None or row.commune_id != commune_id:
        raise Missing(f"Không có lần tạm dừng số {number}.")
    standing = update(ReminderHold).where(
        col(ReminderHold.id) == number,
        col(ReminderHold.lifted_at).is_(None),
        col(ReminderHold.until_on) > today,
    )
    if not changed(session, standing.values(lifted_at=now, lifted_by=by.name)):
        raise Outdated("Lần tạm dừng hoặc bỏ qua này đã hết hoặc đã được bỏ trước đó.")
    name = EVERYBODY if row.person_id is None else _name(session, commune_id, row.person_id)
    journal.append(
        session, commune_id, at=now, actor=by.name, action="reminders.resumed", subject=f"hold:{number}",
        payload={"role": by.role, "person": name},
    )  # fmt: skip


def _place(
    session: Session, commune_id: int, hold: Hold, name: str, action: str, by: Actor, now: datetime
) -> int:
    reason = " ".join(hold.reason.split())
    if not reason:
        raise Refusal("Xin ghi lý do, một câu ngắn là đủ.")
    if len(reason) > LONGEST_REASON:
        raise Refusal(f"Lý do dài {len(reason)} ký tự, tối đa {LONGEST_REASON}. Xin rút gọn.")
    row = ReminderHold(
        commune_id=commune_id, mode=hold.mode, person_id=hold.person_id, from_on=hold.from_on, until_on=hold.until_on,
        reason=reason, by_name=by.name, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    journal.append(
        session, commune_id, at=now, actor=by.name, action=action, subject=f"hold:{row.id}",
        payload={
            "role": by.role, "person": name, "from": hold.from_on.isoformat(),
            "to": (hold.until_on - timedelta(days=1)).isoformat(), "reason": reason,
        },
    )  # fmt: skip
    return row.id or 0


def _name(session: Session, commune_id: int, person_id: int) -> str:
    query = select(col(Person.name)).where(
        col(Person.id) == person_id, col(Person.commune_id) == commune_id, col(Person.active)
    )
    name = session.execute(query).scalar_one_or_none()
    if name is None:
        raise Missing(f"Không có người số {person_id} trong danh bạ.")
    return str(name)
