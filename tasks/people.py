"""Units' names, people, their addresses and preferences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db import journal
from db.errors import Outdated, Refusal, WrongFields
from db.tables import Member, Person, Unit
from tasks import changing
from tasks.actor import Actor
from tasks.contact_rows import ContactRow
from tasks.directory_list import Entry, everybody
from tasks.directory_rows import (
    coordinators,
    put_contact,
    require_coordinator_left,
    standings,
    unit_numbers,
)
from tasks.way_words import address_line
from tasks.ways import EVERY_WAY, Way


@dataclass(frozen=True)
class UnitLine:
    """A unit and the active people who have a part in it."""

    key: str
    name: str
    kind: str
    people: tuple[str, ...]
    id: int


@dataclass(frozen=True)
class PersonLine:
    """A person, their parts ("contact tram-y-te"), addresses in the order in which they are tried, and anything odd."""

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
        UnitLine(row.key, row.name, row.kind, tuple(dict.fromkeys(people[row.id or 0])), row.id or 0)
        for row in session.execute(query).scalars()
    ]


def list_people(session: Session, commune_id: int, in_use: Collection[Way] = EVERY_WAY) -> list[PersonLine]:
    """Everybody who was not removed, in order of entry. `in_use`: the ways to reach people that are switched on."""
    known = [one for one in everybody(session, commune_id) if one.active]
    return [
        PersonLine(
            one.key,
            one.facts.name,
            tuple(f"{role} {unit}" for role, unit in one.facts.parts),
            tuple(address_line(point) for point in one.points),
            "; ".join(_remarks(one, in_use)),
        )
        for one in known
    ]


def rename_unit(
    session: Session,
    commune_id: int,
    key: str,
    name: str,
    *,
    by: Actor,
    now: datetime,
    expected: str | None = None,
) -> None:
    """Change the name that people see; the plan's own wording stays. `expected`: the name that was shown.

    Raises Refusal; WrongFields for the field "name"; Outdated when another name stands there by now.
    """
    changing.require_office(by, "đổi tên đơn vị")
    cleaned = " ".join(name.split())
    if not 1 <= len(cleaned) <= 200 or not cleaned.isprintable():
        raise WrongFields({"name": "Tên đơn vị phải có từ 1 đến 200 ký tự, không có ký tự lạ."})
    row = session.execute(
        select(Unit).where(col(Unit.commune_id) == commune_id, col(Unit.key) == key)
    ).scalar_one_or_none()
    if row is None:
        raise Refusal(f"Không có đơn vị «{key}». Xem bằng lệnh mangnon units list.")
    if expected is not None and expected != row.name:
        raise Outdated(
            f"Đơn vị này vừa được người khác đổi tên thành «{row.name}». Hãy xem lại rồi lưu lần nữa."
        )
    _refuse_same_name(session, row, cleaned)
    journal.append(
        session, commune_id, at=now, actor=by.name, action="unit.renamed", subject=f"unit:{row.id}",
        payload={"from": row.name, "to": cleaned, "role": by.role},
    )  # fmt: skip
    row.name = cleaned


def _refuse_same_name(session: Session, unit: Unit, name: str) -> None:
    query = select(col(Unit.name)).where(col(Unit.commune_id) == unit.commune_id, col(Unit.id) != unit.id)
    if name.casefold() in {other.casefold() for other in session.execute(query).scalars()}:
        raise WrongFields({"name": f"Đã có đơn vị khác tên «{name}»; hãy chọn tên phân biệt được."})


def names_of(session: Session, commune_id: int) -> dict[int, str]:
    """Everybody's number and name, also those who left."""
    query = select(col(Person.id), col(Person.name)).where(col(Person.commune_id) == commune_id)
    return {row[0]: row[1] for row in session.execute(query.order_by(col(Person.id)))}


def active_names(session: Session, commune_id: int) -> dict[int, str]:
    """Number and name of everybody who was not removed, in order of entry."""
    query = select(col(Person.id), col(Person.name)).where(
        col(Person.commune_id) == commune_id, col(Person.active)
    )
    return {row[0]: row[1] for row in session.execute(query.order_by(col(Person.id)))}


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
    are new or back, or whose parts or addresses changed; no addresses. Raises Refusal when a unit's person does it,
    or when nobody would coordinate any more.
    """
    changing.require_office(by, "nhập danh bạ")
    before, coordinated = standings(session, commune_id), coordinators(session, commune_id)
    units = unit_numbers(session, commune_id)
    by_person: dict[str, list[ContactRow]] = defaultdict(list)
    for row in rows:
        by_person[row.person].append(row)
    for mine in by_person.values():
        put_contact(session, commune_id, mine, units, now)
    require_coordinator_left(session, commune_id, coordinated)
    after = standings(session, commune_id)
    different = sorted(key for key in by_person if before.get(key) != after.get(key))
    journal.append(
        session, commune_id, at=now, actor=by.name, action="contacts.imported", subject=f"commune:{commune_id}",
        payload={"people": len(by_person), "changed": different, "role": by.role},
    )  # fmt: skip
    return len(by_person)


def _remarks(entry: Entry, in_use: Collection[Way]) -> Iterator[str]:
    for one in entry.refused:
        yield f"{address_line(one.point)} bị từ chối: {one.refused_reason}"
    if entry.facts.quiet:
        yield "thôi nhắc sớm"
    if not entry.addresses:
        yield "chưa có cách liên lạc"
    elif not entry.reached(in_use):
        yield "chưa nhận được tin"
