"""A council of invented people over the Hoàng Đồng plan."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from copied_rows import built_once
from hoang_dong import OFFICER, OPERATOR, World, changed_file

from tasks.council_findings import Ballot, Finding
from tasks.council_meetings import MeetingFacts, add_meeting
from tasks.council_members import MemberFacts, add_member
from tasks.council_scores import findings_of, save_finding
from tasks.dossier_facts import DossierChanges, dossier_of, save_dossier
from tasks.importing import import_plan
from tasks.planfile import load_plan
from workflow.definition import procedure_of

HELD = datetime(2024, 11, 18, 7, tzinfo=UTC)
CLOSED = datetime(2024, 11, 18, 9, 30, tzinfo=UTC)
LATER = datetime(2024, 11, 25, 1, 30, tzinfo=UTC)
MEMBERS = (
    MemberFacts("Người Chủ tịch", "Phó Chủ tịch UBND xã", "chair"),
    MemberFacts("Người Thư ký", "Công chức VHXH", "secretary"),
    MemberFacts("Ủy viên A", "Trạm trưởng Trạm Y tế"),
)


def seat(world: World) -> list[int]:
    """Three members; their numbers."""
    return [
        world.do(lambda s, one=one: add_member(s, world.plan_id, one, by=OFFICER, now=world.clock.now()))
        for one in MEMBERS
    ]


def meet(world: World, present: list[int]) -> int:
    """An afternoon's meeting; its number."""
    facts = MeetingFacts(HELD, "Phòng họp UBND xã", ("Chấm điểm",), CLOSED, frozenset(present))
    found: int = world.do(lambda s: add_meeting(s, world.plan_id, facts, by=OFFICER, now=world.clock.now()))
    return found


def convened(world: World) -> None:
    """A council in the middle of its work: three members, one meeting, two criteria, a class and a quorum."""
    built_once(world.store, ("convened", world.clock.now()), lambda: _convened(world))


def _convened(world: World) -> None:
    chair, secretary, member = seat(world)
    meet(world, [chair, member])
    votes = (vote(chair, 100), vote(secretary, 90, "số liệu quý IV chưa đủ"), vote(member, 100))
    give(world, 6, Finding(100, True, "Chưa đủ kế hoạch can thiệp", votes))
    give(world, 8, Finding(40, reason="Theo sổ theo dõi cân nặng"))
    note(
        world,
        {
            "class_bar": "mien-nui-hai-dao",
            "class_document": "Quyết định số 00/QĐ-TTg (ví dụ)",
            "quorum": 2,
            "quorum_source": "Quy chế của Hội đồng (ví dụ)",
        },
    )


def meet_again(world: World) -> int:
    """A second meeting, of one member, a week after the first; its number."""
    facts = MeetingFacts(LATER, "Nơi họp lần hai", ("Họp lần hai",), None, frozenset({1}))
    found: int = world.do(lambda s: add_meeting(s, world.plan_id, facts, by=OFFICER, now=world.clock.now()))
    return found


def newer_plan(world: World, folder: Path) -> None:
    """The commune gets its plan of the year after."""
    plan, rules = load_plan(changed_file(folder, ("2024", "2025")))
    first = procedure_of(rules.model_dump(mode="json")).start
    world.do(lambda s: import_plan(s, plan, rules, first_stage=first, by=OPERATOR, now=world.clock.now()))


def give(world: World, no: int, finding: Finding, seen: int = 0) -> bool:
    """Save what the council finds of a criterion."""
    return bool(
        world.do(
            lambda s: save_finding(
                s, world.plan_id, no, finding, seen=seen, by=OFFICER, now=world.clock.now()
            )
        )
    )


def note(world: World, changes: DossierChanges, seen: int = 0) -> bool:
    """Save something about the dossier."""
    return bool(
        world.do(
            lambda s: save_dossier(s, world.plan_id, changes, seen=seen, by=OFFICER, now=world.clock.now())
        )
    )


def found(world: World, no: int) -> Finding:
    """What is stored of a criterion."""
    with world.store.read() as session:
        return findings_of(session, world.plan_id)[no].finding


def version(world: World) -> int:
    """The dossier's version."""
    with world.store.read() as session:
        return dossier_of(session, world.plan_id).version


def vote(member: int, points: int | None, remark: str = "") -> Ballot:
    """One member's vote."""
    return Ballot(member, points, remark)
