"""Another programme of the commune needs a file, not code."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from workflow_world import CHAIR, COORDINATOR, NOW, ROOT, World, paper, procedure_in

from db.store import Store
from db.tables import Announcement, Member, Person, Task, Unit
from workflow.definition import procedure_of
from workflow.graph import mermaid
from workflow.overview import stepper
from workflow.stepping import StepRefusal, advance


@pytest.fixture
def world(store: Store) -> World:
    return World(store, {"procedure": procedure_in(ROOT / "tests/data/second-programme.toml")})


def step(world: World, trigger: str, **more: Any) -> tuple[str, ...]:
    with world.store.write() as session:
        return advance(session, world.plan_id, trigger, **{"actor": CHAIR, "now": NOW, **more}).task_keys


def test_it_runs_from_its_first_stage_to_its_last(world: World) -> None:
    step(world, "open_round", actor=COORDINATOR)
    world.set_tasks("submitted")
    step(world, "hear")
    step(world, "finish", documents=[paper("hearing_minutes")])
    assert world.plan().stage == "end"


def test_its_stage_gives_out_its_tasks_with_their_deadline_and_says_so(world: World) -> None:
    keys = step(world, "open_round", actor=COORDINATOR)
    assert keys == ("open_round/scores/justice", "open_round/confirm/justice", "open_round/confirm/health")
    scores, confirm, _ = world.all(Task)
    assert (scores.kind, scores.state, scores.title) == ("stage", "assigned", "Tự chấm điểm")
    assert (scores.last_valid_on, scores.due_set_on) == (date(2024, 4, 26), date(2024, 4, 16))
    assert scores.due_wording == "trong 10 ngày kể từ ngày 16/04/2024"
    assert scores.source == "Bước “Mở đợt tự chấm điểm”"
    assert (confirm.last_valid_on, confirm.due_wording) == (None, "")
    assert (
        world.all(Announcement)[0].text == "Cán bộ điều phối đã mở đợt tự chấm điểm theo kế hoạch 75/KH-UBND."
    )


def test_a_second_round_gives_anew_what_is_done_and_leaves_what_is_still_being_done(world: World) -> None:
    step(world, "open_round", actor=COORDINATOR)
    world.set_tasks("accepted", key="open_round/scores/justice")
    step(world, "hear", override="Đủ số liệu")
    step(world, "back", reason="Chấm lại")
    assert step(world, "open_round", actor=COORDINATOR) == ("open_round/scores/justice#2",)
    world.set_tasks("accepted")
    step(world, "hear")
    step(world, "back", reason="Chấm lại lần nữa")
    assert step(world, "open_round", actor=COORDINATOR) == (
        "open_round/scores/justice#3",
        "open_round/confirm/justice#2",
        "open_round/confirm/health#2",
    )


@pytest.mark.parametrize(
    ("table", "values", "receiver"),
    [
        (Unit, {"active": False}, "justice"),
        (Member, {"role": "superior"}, "contact"),
        (Person, {"active": False}, "contact"),
    ],
)
def test_a_task_that_nobody_could_receive_stops_the_step(
    world: World, table: type[Any], values: dict[str, Any], receiver: str
) -> None:
    with world.store.write() as session:
        session.execute(update(table).values(**values))
    rows = world.row_counts()
    with pytest.raises(StepRefusal, match=f"cho “{receiver}”, nhưng chưa có đơn vị nào như vậy"):
        step(world, "open_round", actor=COORDINATOR)
    assert world.row_counts() == rows


def test_its_deadline_counts_from_the_commune_s_date(world: World) -> None:
    step(world, "open_round", actor=COORDINATOR, now=NOW + timedelta(hours=17))
    assert world.all(Task)[0].last_valid_on == date(2024, 4, 27)


def test_its_row_of_stages_and_its_diagram_come_from_the_same_file(world: World) -> None:
    procedure = procedure_of(world.rule_set)
    assert [item.name for item in stepper(procedure, "prepare")] == [
        "Chuẩn bị",
        "Tự chấm điểm",
        "Lấy ý kiến Nhân dân",
        "Hoàn thành",
    ]
    assert 'state "Hoàn thành" as stage_end' in mermaid(procedure)
