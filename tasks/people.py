"""Units' names, people, their addresses and preferences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlmodel import Session, col

from db import journal
from db.errors import Refusal
from db.tables import ContactPoint, Member, Person, Unit
from tasks import changing
from tasks.actor import Actor
from tasks.contacts import ContactRow


@dataclass(frozen=True)
class UnitLine:
    """A unit and the active people who have a part in it."""

    key: str
    name: str
    kind: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class PersonLine:
    """A person, their parts ("contact tram-y-te"), addresses in order, and anything odd."""

    key: str
    name: str
    parts: tuple[str, ...]
    addresses: tuple[str, ...]
    remark: str


def list_units(session: Session, commune_id: int) -> list[UnitLine]:
    """Units in the plan's order."""
    people: dict[int, list[str]] = defaultdict(list)
    members = select(col(Member.unit_id), col(Person.name)).join(Person, col(Person.id) == Member.person_id)
    for unit_id, name in session.execute(
        members.where(col(Member.commune_id) == commune_id, col(Person.active)).order_by(col(Member.id))
    ):
        people[unit_id].append(name)
    query = select(Unit).where(col(Unit.commune_id) == commune_id).order_by(col(Unit.position))
    return [
        UnitLine(row.key, row.name, row.kind, tuple(dict.fromkeys(people[row.id or 0])))
        for row in session.execute(query).scalars()
    ]


def list_people(session: Session, commune_id: int) -> list[PersonLine]:
    """Everybody who was not removed, in order of entry."""
    parts: dict[int, list[str]] = defaultdict(list)
    members = select(col(Member.person_id), col(Member.role), col(Unit.key)).join(
        Unit, col(Unit.id) == Member.unit_id
    )
    for person_id, role, unit in session.execute(members.where(col(Member.commune_id) == commune_id)):
        parts[person_id].append(f"{role} {unit}")
    points: dict[int, list[ContactPoint]] = defaultdict(list)
    query = (
        select(ContactPoint)
        .where(col(ContactPoint.commune_id) == commune_id)
        .order_by(col(ContactPoint.position))
    )
    for point in session.execute(query).scalars():
        points[point.person_id].append(point)
    rows = session.execute(
        select(Person)
        .where(col(Person.commune_id) == commune_id, col(Person.active))
        .order_by(col(Person.id))
    ).scalars()
    return [_person_line(row, parts[row.id or 0], points[row.id or 0]) for row in rows]


def rename_unit(session: Session, commune_id: int, key: str, name: str, *, by: Actor, now: datetime) -> None:
    """Change the name that people see; the plan's own wording stays. Raises Refusal."""
    changing.require_office(by, "đổi tên đơn vị")
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 200:
        raise Refusal("Tên đơn vị phải có từ 1 đến 200 ký tự.")
    row = session.execute(
        select(Unit).where(col(Unit.commune_id) == commune_id, col(Unit.key) == key)
    ).scalar_one_or_none()
    if row is None:
        raise Refusal(f"Không có đơn vị «{key}». Xem bằng lệnh mangnon units list.")
    journal.append(
        session, commune_id, at=now, actor=by.name, action="unit.renamed", subject=f"unit:{row.id}",
        payload={"from": row.name, "to": cleaned, "role": by.role},
    )  # fmt: skip
    row.name = cleaned


def find_person(session: Session, commune_id: int, key: str) -> Person:
    """A person by key who was not removed. Raises Refusal."""
    query = select(Person).where(
        col(Person.commune_id) == commune_id, col(Person.key) == key, col(Person.active)
    )
    row: Person | None = session.execute(query).scalar_one_or_none()
    if row is None:
        raise Refusal(f"Không có người mang mã «{key}». Xem bằng lệnh mangnon contacts list.")
    return row


def set_quiet(session: Session, commune_id: int, key: str, *, quiet: bool, by: Actor, now: datetime) -> str:
    """Stop or resume a person's early reminders; return the person's name. Formal messages are never stopped."""
    row = find_person(session, commune_id, key)
    row.digest_opt_out = quiet
    journal.append(
        session, commune_id, at=now, actor=by.name, action="person.quiet" if quiet else "person.loud",
        subject=f"person:{row.id}", payload={"role": by.role},
    )  # fmt: skip
    return row.name


def bring_contacts(
    session: Session, commune_id: int, rows: Sequence[ContactRow], *, by: Actor, now: datetime
) -> int:
    """Add or update the people of a contacts file; return how many there are in it.

    A person's parts and addresses become those of the file; people who are not in the file stay as they are.
    An address that was refused before stays refused unless it changed. The journal gets the keys of those who
    are new or back, or whose parts or addresses changed; no addresses. Raises Refusal when a unit's person does it.
    """
    changing.require_office(by, "nhập danh bạ")
    before = _standings(session, commune_id)
    units = {
        row[0]: row[1]
        for row in session.execute(
            select(col(Unit.key), col(Unit.id)).where(col(Unit.commune_id) == commune_id)
        )
    }
    by_person: dict[str, list[ContactRow]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    for key, mine in by_person.items():
        person_id = _bring_person(session, commune_id, key, mine[0])
        _bring_parts(session, commune_id, person_id, [(units[row.unit], row.role) for row in mine])
        emails = [address for address in (mine[0].email, mine[0].second_email) if address]
        _bring_addresses(session, commune_id, person_id, emails)
    after = _standings(session, commune_id)
    different = sorted(key for key in by_person if before.get(key) != after.get(key))
    journal.append(
        session, commune_id, at=now, actor=by.name, action="contacts.imported", subject=f"commune:{commune_id}",
        payload={"people": len(by_person), "changed": different, "role": by.role},
    )  # fmt: skip
    return len(by_person)


def _standings(session: Session, commune_id: int) -> dict[str, set[tuple[Any, ...]]]:
    """Key of an active person -> parts and addresses."""
    person = select(col(Person.key)).where(col(Person.commune_id) == commune_id, col(Person.active))
    parts = person.join(Member, col(Member.person_id) == col(Person.id)).add_columns(
        col(Member.unit_id), col(Member.role)
    )
    addresses = person.join(ContactPoint, col(ContactPoint.person_id) == col(Person.id)).add_columns(
        col(ContactPoint.position), col(ContactPoint.address)
    )
    found: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for query in (parts, addresses):
        for key, *rest in session.execute(query):
            found[key].add(tuple(rest))
    return found


def _person_line(row: Person, parts: list[str], points: list[ContactPoint]) -> PersonLine:
    remarks = [f"{point.address} bị từ chối: {point.refused_reason}" for point in points if point.refused_at]
    remarks += ["thôi nhắc sớm"] if row.digest_opt_out else []
    remarks += ["chưa có địa chỉ"] if not points else []
    return PersonLine(
        row.key, row.name, tuple(parts), tuple(point.address for point in points), "; ".join(remarks)
    )


def _bring_person(session: Session, commune_id: int, key: str, row: ContactRow) -> int:
    values: dict[str, Any] = {"name": row.name, "greeting": row.greeting, "active": True}
    known = select(col(Person.id)).where(col(Person.commune_id) == commune_id, col(Person.key) == key)
    person_id = session.execute(known).scalar_one_or_none()
    if person_id is not None:
        session.execute(update(Person).where(col(Person.id) == person_id).values(**values))
        return int(person_id)
    new = insert(Person).values(commune_id=commune_id, key=key, digest_opt_out=False, **values)
    return int(session.execute(new.returning(col(Person.id))).scalar_one())


def _bring_parts(session: Session, commune_id: int, person_id: int, parts: Sequence[tuple[int, str]]) -> None:
    session.execute(delete(Member).where(col(Member.person_id) == person_id))
    for unit_id, role in dict.fromkeys(parts):
        session.execute(
            insert(Member).values(commune_id=commune_id, unit_id=unit_id, person_id=person_id, role=role)
        )


def _bring_addresses(session: Session, commune_id: int, person_id: int, emails: Sequence[str]) -> None:
    query = select(ContactPoint).where(col(ContactPoint.person_id) == person_id)
    refused = {row.address: (row.refused_at, row.refused_reason) for row in session.execute(query).scalars()}
    session.execute(delete(ContactPoint).where(col(ContactPoint.person_id) == person_id))
    for position, address in enumerate(emails, start=1):
        at, reason = refused.get(address, (None, None))
        session.execute(
            insert(ContactPoint).values(
                commune_id=commune_id, person_id=person_id, position=position, channel="email", address=address,
                refused_at=at, refused_reason=reason,
            )
        )  # fmt: skip
