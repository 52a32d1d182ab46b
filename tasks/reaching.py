"""What the coordinator does with somebody's addresses: their order, one that was refused, a chat that is to go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from db import journal
from db.errors import Missing, Outdated, Refusal
from db.tables import ContactPoint, Person
from tasks import changing
from tasks.actor import Actor
from tasks.address_rows import load_points, point_of, put_points
from tasks.directory import load_person
from tasks.way_words import NAMES


def move_address(
    session: Session,
    commune_id: int,
    person_id: int,
    number: int,
    *,
    up: bool,
    seen: Sequence[int],
    by: Actor,
    now: datetime,
) -> bool:
    """Have an address tried one place earlier, or later; False when it stands at the end already.

    `seen`: the numbers of the addresses in the order that was shown. Raises Outdated when that is no longer so, Missing.
    """
    person, rows, place = _found(session, commune_id, person_id, number, by)
    numbers = [row.id for row in rows]
    if numbers != list(seen):
        raise Outdated(
            f"Địa chỉ của {person.name} vừa được người khác thay đổi. Hãy xem lại thứ tự mới bên dưới."
        )
    other = place - 1 if up else place + 1
    if not 0 <= other < len(rows):
        return False
    rows[place], rows[other] = rows[other], rows[place]
    way = NAMES[point_of(rows[other]).way]
    put_points(session, commune_id, person_id, [point_of(row) for row in rows])
    _note(session, person, "address.moved", way, by, now)
    return True


def reuse_address(
    session: Session, commune_id: int, person_id: int, number: int, *, by: Actor, now: datetime
) -> bool:
    """Let messages go again to an address that was refused; False when it was not. Raises Missing."""
    person, rows, place = _found(session, commune_id, person_id, number, by)
    if rows[place].refused_at is None:
        return False
    again = update(ContactPoint).where(col(ContactPoint.id) == number)
    session.execute(again.values(refused_at=None, refused_reason=None))
    _note(session, person, "address.reused", NAMES[point_of(rows[place]).way], by, now)
    return True


def unlink_chat(
    session: Session, commune_id: int, person_id: int, number: int, *, by: Actor, now: datetime
) -> None:
    """Take a linked chat away. Raises Missing, or Refusal when it is no chat or the last way to reach the person."""
    person, rows, place = _found(session, commune_id, person_id, number, by)
    point = point_of(rows[place])
    if not point.is_chat:
        raise Refusal(
            "Chỉ Zalo đã liên kết mới bỏ ở đây được; thư và điện thoại thì sửa trong phần thông tin."
        )
    if len(rows) == 1:
        raise Refusal(
            f"Đây là cách liên lạc duy nhất với {person.name}. Hãy ghi thư điện tử hoặc điện thoại trước khi bỏ."
        )
    put_points(session, commune_id, person_id, [point_of(row) for row in rows if row.id != number])
    _note(session, person, "chat.unlinked", NAMES[point.way], by, now)


def _found(
    session: Session, commune_id: int, person_id: int, number: int, by: Actor
) -> tuple[Person, list[ContactPoint], int]:
    """The person, all addresses in order, and the place of the one with that number."""
    changing.require_office(by, "đổi cách liên lạc")
    person = load_person(session, commune_id, person_id)
    rows = load_points(session, person_id)
    place = next((place for place, row in enumerate(rows) if row.id == number), None)
    if place is None:
        raise Missing(f"{person.name} không còn địa chỉ này. Hãy xem lại danh sách bên dưới.")
    return person, rows, place


def _note(session: Session, person: Person, action: str, way: str, by: Actor, now: datetime) -> None:
    payload = {"person": person.key, "way": way, "role": by.role}
    journal.append(
        session, person.commune_id, at=now, actor=by.name, action=action, subject=f"person:{person.id}", payload=payload
    )  # fmt: skip
