"""The Hoàng Đồng plan and its example people in a database, brought in by the real services."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from copied_rows import built_once
from sqlalchemy import select
from sqlmodel import Session, col

from db.store import Store
from db.tables import Task
from plans.toml_source import read_text, shipped
from tasks import people
from tasks.actor import Actor
from tasks.clock import ManualClock
from tasks.contacts import read_contacts
from tasks.importing import import_plan
from tasks.planfile import load_plan
from workflow.definition import procedure_of
from workflow.stepping import advance

OPERATOR = Actor("Người vận hành", "operator")
OFFICER = Actor("Công chức VHXH (ví dụ)", "coordinator")
CHAIR = Actor("Phó Chủ tịch (ví dụ)", "leadership")
STATION = Actor("Trạm Y tế", "unit")
FILE = shipped("hoang-dong-2024.toml")


@dataclass(frozen=True)
class World:
    """Where everything is."""

    store: Store
    clock: ManualClock
    commune_id: int
    plan_id: int

    def task(self, key: str) -> Task:
        """A fresh copy of a task's row."""
        with self.store.read() as session:
            row: Task = session.execute(select(Task).where(col(Task.key) == key)).scalar_one()
            return row

    def do(self, deed: Callable[[Session], Any]) -> Any:
        """Run a deed in one writing transaction."""
        with self.store.write() as session:
            return deed(session)


def found(store: Store, clock: ManualClock, *, contacts: bool = True, issued: bool = True) -> World:
    """Import the plan (and the example contacts), and issue it."""
    key = ("found", clock.now(), contacts, issued)
    return World(store, clock, *built_once(store, key, lambda: _brought_in(store, clock, contacts, issued)))


def _brought_in(store: Store, clock: ManualClock, contacts: bool, issued: bool) -> tuple[int, int]:
    plan, rules = load_plan(FILE)
    first = procedure_of(rules.model_dump(mode="json")).start
    with store.write() as session:
        imported = import_plan(session, plan, rules, first_stage=first, by=OPERATOR, now=clock.now())
        commune_id = session.execute(select(col(Task.commune_id))).scalars().first() or 0
        if contacts:
            names = {row.key: row.name for row in people.list_units(session, commune_id)}
            rows = read_contacts(read_text(shipped("contacts-example.csv")), "contacts-example.csv", names)
            people.bring_contacts(session, commune_id, rows, by=OPERATOR, now=clock.now())
    world = World(store, clock, commune_id, imported.plan_id or 0)
    if issued:
        world.do(lambda session: advance(session, world.plan_id, "issue", actor=CHAIR, now=clock.now()))
    return world.commune_id, world.plan_id


def changed_file(tmp_path: Path, *replacements: tuple[str, str]) -> Path:
    """A copy of the plan file with some of its text replaced; each text must be there."""
    text = FILE.read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    path = tmp_path / FILE.name
    path.write_text(text, encoding="utf-8")
    tomllib.loads(text)
    return path
