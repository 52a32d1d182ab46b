"""The directory (danh bạ): adding, changing and bringing back people, each change guarded and in the journal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from db import journal
from db.errors import Missing, Outdated, Refusal, WrongFields
from db.tables import Person
from tasks import changing
from tasks.actor import Actor
from tasks.contact_rows import ContactRow
from tasks.directory_list import Entry, everybody, unit_names
from tasks.directory_rows import (
    coordinators,
    points_for,
    put_contact,
    require_coordinator_left,
    unit_numbers,
)
from tasks.person_facts import (
    PersonFacts,
    changed_labels,
    differences,
    fresh_key,
    problems_of,
    rows_of,
)
from tasks.way_words import ways_told
from tasks.ways import Point


def load_person(session: Session, commune_id: int, person_id: int) -> Person:
    """A person of the commune, also one who was removed. Raises Missing."""
    query = select(Person).where(col(Person.commune_id) == commune_id, col(Person.id) == person_id)
    # Locked where the database can: what is compared below must still hold when it is written.
    row: Person | None = session.execute(query.with_for_update()).scalar_one_or_none()
    if row is None:
        raise Missing(f"Danh bạ không có người số {person_id}.")
    return row


def entry_of(session: Session, person: Person) -> Entry:
    """A person with all addresses."""
    return everybody(session, person.commune_id, person.id)[0]


def facts_of(session: Session, person: Person) -> PersonFacts:
    """What the directory says about a person now."""
    return entry_of(session, person).facts


def add_person(session: Session, commune_id: int, facts: PersonFacts, *, by: Actor, now: datetime) -> int:
    """Add a person; return the number. Raises WrongFields with a sentence per field of PersonFacts."""
    changing.require_office(by, "thêm người vào danh bạ")
    units = unit_names(session, commune_id)
    clean = _checked(facts, units, ())
    taken = session.execute(select(col(Person.key)).where(col(Person.commune_id) == commune_id)).scalars()
    key = fresh_key(clean.name, set(taken))
    person_id = _write(session, commune_id, rows_of(clean, key, units), now)
    session.get_one(Person, person_id).digest_opt_out = clean.quiet
    payload = {"person": key, "role": by.role}
    _note(session, commune_id, person_id, "person.added", payload, by=by, now=now)
    return person_id


def edit_person(
    session: Session,
    commune_id: int,
    person_id: int,
    facts: PersonFacts,
    *,
    expected: PersonFacts,
    by: Actor,
    now: datetime,
) -> bool:
    """Change a person to `facts`; False when that changes nothing. `expected`: what the form was filled from.

    Raises Outdated telling what somebody else changed meanwhile, WrongFields, or Refusal.
    """
    changing.require_office(by, "sửa danh bạ")
    person, units = load_person(session, commune_id, person_id), unit_names(session, commune_id)
    _require_active(person)
    entry = entry_of(session, person)
    present = entry.facts
    _require_as_shown(person, list(differences(expected, present, units)))
    clean = _checked(facts, units, entry.points)
    changes = changed_labels(present, clean)
    if not changes:
        return False
    before = coordinators(session, commune_id)
    _write(session, commune_id, rows_of(clean, person.key, units), now)
    require_coordinator_left(session, commune_id, before)
    session.refresh(person)
    person.digest_opt_out = clean.quiet
    payload = {"person": person.key, "changed": changes, "role": by.role}
    _note(session, commune_id, person_id, "person.changed", payload, by=by, now=now)
    return True


def reactivate_person(session: Session, commune_id: int, person_id: int, *, by: Actor, now: datetime) -> str:
    """Bring somebody back who was removed, with the parts and addresses of then; return the name. Raises Refusal."""
    changing.require_office(by, "đưa người trở lại danh bạ")
    person = load_person(session, commune_id, person_id)
    if person.active:
        raise Refusal(f"{person.name} đang có trong danh bạ.")
    person.active = True
    payload = {"person": person.key, "role": by.role}
    _note(session, commune_id, person_id, "person.returned", payload, by=by, now=now)
    return person.name


def _require_active(person: Person) -> None:
    if not person.active:
        raise Outdated(f"{person.name} đã thôi việc trong danh bạ. Hãy đưa trở lại trước khi sửa.")


def _require_as_shown(person: Person, changes: Sequence[str]) -> None:
    if changes:
        raise Outdated(
            f"Trong lúc đồng chí sửa, người khác vừa đổi {person.name} ({'; '.join(changes)}). "
            "Nội dung mới nhất ở bên dưới; hãy xem rồi lưu lại."
        )


def _checked(facts: PersonFacts, units: dict[str, str], present: Sequence[Point]) -> PersonFacts:
    tidy = replace(
        facts,
        name=_tidied(facts.name), greeting=_tidied(facts.greeting), phone=_tidied(facts.phone),
        email=facts.email.strip(), second_email=facts.second_email.strip(), ways=_tidied(facts.ways),
        parts=tuple(dict.fromkeys(facts.parts)),
    )  # fmt: skip
    if wrong := problems_of(tidy, units, linked=any(one.is_chat for one in present)):
        raise WrongFields(wrong)
    row = rows_of(tidy, "x", units)[0]
    # Addresses are compared and kept in their usual form, and so is their order: as far as there are addresses.
    ways = ways_told(points_for(row, present))
    return replace(
        tidy, email=row.email, second_email=row.second_email or "", phone=row.phone or "", ways=ways
    )


def _tidied(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _write(session: Session, commune_id: int, rows: Sequence[ContactRow], now: datetime) -> int:
    return put_contact(session, commune_id, rows, unit_numbers(session, commune_id), now)


def _note(
    session: Session,
    commune_id: int,
    person_id: int,
    action: str,
    payload: Mapping[str, object],
    *,
    by: Actor,
    now: datetime,
) -> None:
    journal.append(
        session, commune_id, at=now, actor=by.name, action=action, subject=f"person:{person_id}", payload=payload
    )  # fmt: skip
