"""A changed plan waits for a yes: what was shown is what is applied, once, or nothing is."""

from __future__ import annotations

import json
import unicodedata
from datetime import date

import pytest
from hoang_dong import FILE, OFFICER, STATION, World, found
from sqlalchemy import func, select

from db import journal
from db.errors import Outdated, Refusal
from db.store import Store
from db.tables import Plan, PlanProposal
from tasks import confirming, proposing, reporting
from tasks.appendix import CriterionEntry, fingerprint
from tasks.clock import ManualClock

TEXT = FILE.read_text(encoding="utf-8")
LATER = TEXT.replace('before = "10/11/2024"', 'before = "20/11/2024"').replace(
    "trước ngày 10/11/2024", "trước ngày 20/11/2024"
)
FEWER = TEXT.replace("count = 16", "count = 15")


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found(store, clock)


def propose(world: World, text: str | bytes, name: str = "sua.toml") -> int:
    raw = text.encode() if isinstance(text, str) else text
    number = world.do(
        lambda s: proposing.propose(s, world.commune_id, name, raw, by=OFFICER, now=world.clock.now())
    )
    return int(number)


def shown(world: World, number: int) -> proposing.Foreseen:
    with world.store.read() as session:
        row = proposing.find_proposal(session, world.commune_id, number)
        return proposing.foreseen(session, world.commune_id, row.file_name, row.content)


def apply(world: World, number: int, seal: str) -> None:
    world.do(
        lambda s: proposing.apply_proposal(
            s, world.commune_id, number, seal=seal, by=OFFICER, now=world.clock.now()
        )
    )


def drop(world: World, number: int) -> None:
    world.do(
        lambda s: proposing.drop_proposal(s, world.commune_id, number, by=OFFICER, now=world.clock.now())
    )


def row(world: World, number: int) -> PlanProposal:
    with world.store.read() as session:
        return proposing.find_proposal(session, world.commune_id, number)


def test_a_moved_deadline_is_shown_first_and_applied_after_a_yes(world: World) -> None:
    number = propose(world, LATER)
    assert world.task("bc.thon-07").last_valid_on == date(2024, 11, 9), "looking changes nothing"
    seen = shown(world, number)
    moved = [line for line in seen.lines if line.kind == "moved" and line.unit == "Thôn số 7"]
    assert [(line.before, line.after) for line in moved] == [("09/11/2024", "19/11/2024")]
    apply(world, number, seen.seal)
    assert world.task("bc.thon-07").last_valid_on == date(2024, 11, 19)
    decided = row(world, number)
    assert (decided.state, decided.decided_by) == ("applied", OFFICER.name)
    with world.store.read() as session:
        actions = [one.action for one in journal.entries(session, world.commune_id, newest=3)]
        assert journal.verify(session, world.commune_id) is None
    assert actions == ["plan.proposed", "plan.changed", "plan.proposal_applied"]


def test_what_differs_from_what_was_shown_is_not_applied(world: World) -> None:
    number = propose(world, FEWER)
    seen = shown(world, number)
    assert [(line.kind, line.unit, line.state) for line in seen.lines if line.kind == "withdrawn"] == [
        ("withdrawn", "Thôn số 16", "assigned")
    ]
    village = world.task("bc.thon-16").id or 0
    world.do(
        lambda s: reporting.submit_report(
            s, village, figures=[], note="Xong.", by=STATION, now=world.clock.now()
        )
    )
    with pytest.raises(Outdated, match="Khác biệt mới nhất"):
        apply(world, number, seen.seal)
    assert world.task("bc.thon-16").state == "submitted"
    assert row(world, number).state == "waiting"
    apply(world, number, shown(world, number).seal)
    assert world.task("bc.thon-16").state == "cancelled"


def test_a_proposal_is_decided_once(world: World) -> None:
    number = propose(world, FEWER)
    seal = shown(world, number).seal
    drop(world, number)
    with pytest.raises(Outdated, match=r"Công chức VHXH \(ví dụ\) bỏ rồi"):
        apply(world, number, seal)
    with pytest.raises(Outdated):
        drop(world, number)
    assert world.task("bc.thon-16").state == "assigned"


def test_of_two_proposals_the_second_is_compared_with_what_the_first_left(world: World) -> None:
    first, second = propose(world, FEWER), propose(world, LATER)
    seal = shown(world, second).seal
    apply(world, first, shown(world, first).seal)
    with pytest.raises(Outdated):
        apply(world, second, seal)
    assert "restored" in {line.kind for line in shown(world, second).lines}


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (TEXT, "không khác kế hoạch đang có"),
        (TEXT.replace("year = 2024", "year = = 2024"), "sua.toml, dòng 11"),
        (TEXT.replace('receiver = "vhxh"', 'receiver = "vhhx"'), "có phải «vhxh» không?"),
        (TEXT.replace('key = "hoang-dong-2024"', 'key = "hoang-dong-2025"'), "chưa có kế hoạch mang mã"),
        (TEXT.replace('key = "hoang-dong"', 'key = "xa-khac"'), "không phải của UBND xã Hoàng Đồng"),
        (TEXT.replace('rule_set = "decision-06"', 'rule_set = "decision-07"'), "đang dùng «decision-06»"),
        (b"\xff\xfe\x00", "không phải bảng mã UTF-8"),
        (b"a = 1\n" * 900_000, "lớn quá 5 MB"),
    ],
)  # fmt: skip
def test_a_file_with_something_wrong_is_refused_with_place_and_reason_and_not_kept(
    world: World, raw: str | bytes, words: str
) -> None:
    with pytest.raises(Refusal) as caught:
        propose(world, raw)
    assert words in str(caught.value)
    with world.store.read() as session:
        assert session.execute(select(func.count()).select_from(PlanProposal)).scalar_one() == 0


def test_a_decomposed_copy_of_the_plan_differs_in_nothing(world: World) -> None:
    with pytest.raises(Refusal, match="không khác"):
        propose(world, unicodedata.normalize("NFD", TEXT))


def test_confirmed_points_survive_an_applied_plan(world: World) -> None:
    with world.store.read() as session:
        seal = fingerprint(confirming.rules_of_plan(session.get_one(Plan, world.plan_id)).criterion(2))
    world.do(
        lambda s: confirming.confirm_criterion(
            s, world.plan_id, 2, CriterionEntry("60", "Phụ lục (ví dụ)"), expected=seal, by=OFFICER,
            now=world.clock.now(),
        )
    )  # fmt: skip
    number = propose(world, FEWER)
    told = [line.title for line in shown(world, number).lines if line.kind == "header"]
    assert told == ["số đơn vị của Thôn số"], "nothing of the rules"
    apply(world, number, shown(world, number).seal)
    with world.store.read() as session:
        plan = session.get_one(Plan, world.plan_id)
        assert confirming.rules_of_plan(plan).criterion(2).verified
        assert json.dumps(plan.source).count('"count": 15') == 1


def test_a_units_person_proposes_and_applies_nothing(world: World) -> None:
    number = propose(world, FEWER)
    now = world.clock.now()
    for deed in (
        lambda s: proposing.propose(s, world.commune_id, "x", LATER.encode(), by=STATION, now=now),
        lambda s: proposing.apply_proposal(s, world.commune_id, number, seal="", by=STATION, now=now),
        lambda s: proposing.drop_proposal(s, world.commune_id, number, by=STATION, now=now),
    ):
        with pytest.raises(Refusal, match="Chỉ cán bộ điều phối"):
            world.do(deed)


def test_another_communes_proposals_are_not_found(world: World) -> None:
    number = propose(world, FEWER)
    with world.store.read() as session, pytest.raises(Refusal, match="Không có đề nghị"):
        proposing.find_proposal(session, world.commune_id + 1, number)
