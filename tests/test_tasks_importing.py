"""Importing a plan: the figures of the real one, twice changes nothing, a changed file becomes a diff."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hoang_dong import FILE, OFFICER, OPERATOR, STATION, World, changed_file, found
from sqlalchemy import func, select
from sqlmodel import col

from db import journal
from db.store import Store
from db.tables import JournalEntry, Task, Unit
from tasks import extending, people, reporting, reviewing
from tasks.clock import ManualClock
from tasks.importing import Imported, compare, import_plan
from tasks.planfile import load_plan


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock, contacts=False, issued=False)


def bring(world: World, path: Path) -> Imported:
    plan, rules = load_plan(path)
    with world.store.write() as session:
        return import_plan(session, plan, rules, first_stage="draft", by=OPERATOR, now=world.clock.now())


def test_the_real_plan_gives_fifty_tasks_for_twenty_five_units(world: World) -> None:
    with world.store.read() as session:
        kinds = Counter(session.execute(select(col(Task.kind))).scalars())
        units = Counter(session.execute(select(col(Unit.kind))).scalars())
        dated = set(
            session.execute(select(col(Task.last_valid_on)).where(col(Task.kind) == "report")).scalars()
        )
        undated = set(
            session.execute(select(col(Task.key)).where(col(Task.last_valid_on).is_(None))).scalars()
        )
    assert kinds == {"criterion": 14, "report": 24, "duty": 12}
    assert units["village"] == 16
    assert sum(units.values()) - units["leadership"] - units["superior"] == 25
    assert dated == {date(2024, 11, 9)}
    assert all(key.startswith("nv.vhxh") for key in undated), (
        "only the receiver's own duties have no date in the plan"
    )


def test_importing_the_same_file_again_changes_nothing(world: World) -> None:
    with world.store.read() as session:
        before = session.execute(select(func.count()).select_from(JournalEntry)).scalar_one()
    assert bring(world, FILE).diff.is_empty
    with world.store.read() as session:
        assert session.execute(select(func.count()).select_from(JournalEntry)).scalar_one() == before
        assert session.execute(select(func.count()).select_from(Task)).scalar_one() == 50


def test_a_changed_deadline_is_shown_first_and_then_moves_what_is_open(world: World, tmp_path: Path) -> None:
    path = changed_file(
        tmp_path,
        ('before = "10/11/2024"', 'before = "20/11/2024"'),
        ("trước ngày 10/11/2024", "trước ngày 20/11/2024"),
    )
    plan, rules = load_plan(path)
    with world.store.read() as session:
        foreseen = compare(session, plan, rules).diff
    assert len(foreseen.moved) >= 45
    assert world.task("bc.thon-07").last_valid_on == date(2024, 11, 9), "looking changes nothing"
    bring(world, path)
    task = world.task("bc.thon-07")
    assert (task.last_valid_on, task.due_no) == (date(2024, 11, 19), 2)
    with world.store.read() as session:
        assert journal.verify(session, world.commune_id) is None
    assert bring(world, path).diff.is_empty


def test_a_task_that_left_the_plan_is_cancelled_and_comes_back_when_the_plan_has_it_again(
    world: World, tmp_path: Path
) -> None:
    path = changed_file(tmp_path, ("count = 16", "count = 15"))
    assert [task.key for task in bring(world, path).diff.withdrawn] == ["bc.thon-16"]
    assert world.task("bc.thon-16").state == "cancelled"
    assert [change.after.key for change in bring(world, FILE).diff.restored] == ["bc.thon-16"]
    assert world.task("bc.thon-16").state == "assigned"


def test_granted_time_and_accepted_work_survive_an_import(world: World, tmp_path: Path) -> None:
    now = world.clock.now()
    number, village = world.task("tc03.cong-an").id or 0, world.task("bc.thon-16").id or 0
    world.do(
        lambda s: extending.extend(
            s, number, wanted_on=date(2024, 11, 15), reason="Chờ số liệu.", by=OFFICER, now=now
        )
    )
    world.do(lambda s: reporting.submit_report(s, village, figures=[], note="Xong.", by=STATION, now=now))
    world.do(lambda s: reviewing.accept(s, village, by=OFFICER, now=now))
    assert bring(world, FILE).diff.is_empty
    assert bring(world, changed_file(tmp_path, ("count = 16", "count = 15"))).diff.withdrawn == ()
    assert world.task("tc03.cong-an").last_valid_on == date(2024, 11, 15)
    assert world.task("bc.thon-16").state == "accepted"


def test_a_units_new_name_survives_an_import(world: World) -> None:
    world.do(
        lambda s: people.rename_unit(
            s, world.commune_id, "thon-07", "Thôn Ví Dụ", by=OFFICER, now=world.clock.now()
        )
    )
    bring(world, FILE)
    with world.store.read() as session:
        row = session.execute(select(Unit).where(col(Unit.key) == "thon-07")).scalar_one()
        assert (row.name, row.plan_name) == ("Thôn Ví Dụ", "Thôn số 7")
