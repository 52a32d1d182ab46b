"""The council's papers are kept by the coordinator, one save at a time, each in the journal, and name no child."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from council_world import CLOSED, HELD, MEMBERS, found, give, meet, note, seat, version, vote
from hoang_dong import CHAIR, OFFICER, STATION, World
from hoang_dong import found as found_world
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from db import journal
from db.errors import Missing, Outdated, Refusal, WrongFields
from db.store import Store
from db.tables import CouncilVote, JournalEntry, Person, Plan
from tasks.actor import Actor
from tasks.clock import ManualClock
from tasks.council_findings import Finding
from tasks.council_meetings import MeetingFacts, drop_meeting, edit_meeting, meetings_of
from tasks.council_members import (
    MemberFacts,
    add_member,
    edit_member,
    leave,
    members_of,
    present_members,
    rejoin,
)
from tasks.council_scores import findings_of, save_finding
from tasks.council_standing import standing_of
from tasks.dossier_facts import dossier_of
from tasks.journal_words import ACTIONS, details


@pytest.fixture
def world(store: Store, clock: ManualClock) -> World:
    return found_world(store, clock)


def wrong_in(world: World, facts: MemberFacts) -> dict[str, str]:
    with pytest.raises(WrongFields) as caught:
        world.do(lambda s: add_member(s, world.plan_id, facts, by=OFFICER, now=world.clock.now()))
    return caught.value.fields


@pytest.mark.parametrize("by", [CHAIR, STATION, Actor("Thành viên", "council")])
def test_only_the_coordinator_keeps_the_council_s_papers(world: World, by: Actor) -> None:
    deed = {"by": by, "now": world.clock.now()}
    with pytest.raises(Refusal, match="Chỉ cán bộ điều phối"):
        world.do(lambda s: add_member(s, world.plan_id, MEMBERS[0], **deed))
    with pytest.raises(Refusal, match="Chỉ cán bộ điều phối"):
        world.do(lambda s: save_finding(s, world.plan_id, 6, Finding(1), seen=0, **deed))


def test_a_finished_plan_s_council_stays_as_it_was(world: World) -> None:
    ends = [
        one["key"]
        for one in world.do(lambda s: s.get(Plan, 1)).rule_set["procedure"]["stage"]
        if not one.get("open", True)
    ]
    world.do(lambda s: s.execute(update(Plan).values(stage=ends[0])))
    with pytest.raises(Refusal, match="đã kết thúc"):
        seat(world)


def test_members_stand_by_part_and_one_chair_and_one_name_is_enough(world: World) -> None:
    seat(world)
    assert "đang là Người Chủ tịch" in wrong_in(world, MemberFacts("B", part="chair"))["part"]
    assert "đã có ủy viên a" in wrong_in(world, MemberFacts("ủy viên a "))["name"]
    assert wrong_in(world, MemberFacts(" ", part="khách")).keys() == {"name", "part"}
    assert "một em" in wrong_in(world, MemberFacts("C", "mẹ cháu Nguyễn Văn A"))["position"]
    assert "Danh bạ" in wrong_in(world, MemberFacts("C", person_id=99_999))["person_id"]
    assert "tối đa 500" in wrong_in(world, MemberFacts("C" * 501))["name"]
    with world.store.read() as session:
        assert [one.part for one in members_of(session, world.plan_id)] == ["chair", "secretary", "member"]


def test_who_leaves_stays_in_the_papers_and_may_come_back(world: World) -> None:
    chair, *_ = seat(world)
    meet(world, [chair])
    world.clock.set(CLOSED + timedelta(days=3))
    world.do(lambda s: leave(s, world.plan_id, chair, seen=1, by=OFFICER, now=world.clock.now()))
    with world.store.read() as session:
        members = members_of(session, world.plan_id)
    assert chair not in {one.id for one in present_members(members)}
    assert chair in {one.id for one in present_members(members, HELD)}
    with pytest.raises(Outdated, match="thôi tham gia"):
        world.do(
            lambda s: edit_member(
                s, world.plan_id, chair, MEMBERS[0], seen=2, by=OFFICER, now=world.clock.now()
            )
        )
    with pytest.raises(WrongFields, match="không phải thành viên"):
        give(world, 6, Finding(ballots=(vote(chair, 5),)))
    other = replace(MEMBERS[0], name="Người thay", joined_at=world.clock.now())
    world.do(lambda s: add_member(s, world.plan_id, other, by=OFFICER, now=world.clock.now()))
    with pytest.raises(WrongFields, match="đang là Người thay"):
        world.do(lambda s: rejoin(s, world.plan_id, chair, seen=2, by=OFFICER, now=world.clock.now()))


def count(world: World) -> tuple[str, bool | None]:
    """Who was at the first meeting of how many, and whether that was enough."""
    with world.store.read() as session:
        standing = standing_of(session, session.get_one(Plan, world.plan_id))
    return standing.quorum_words(standing.meetings[0]), standing.met(standing.meetings[0])


def test_a_meeting_keeps_the_members_of_its_day_whoever_joins_later(world: World) -> None:
    meet(world, seat(world)[:2])
    note(world, {"quorum": 2, "quorum_source": "Quy chế (ví dụ)"})
    before = count(world)
    assert before[0].startswith("Có mặt 02/03 thành viên") and before[1] is True
    world.clock.set(CLOSED + timedelta(days=3))
    deed = {"by": OFFICER, "now": world.clock.now()}
    assert "ngày tham gia" in wrong_in(world, MemberFacts("Ủy viên B"))["joined_at"]
    later = MemberFacts("Ủy viên B", joined_at=CLOSED + timedelta(days=1))
    number = world.do(lambda s: add_member(s, world.plan_id, later, **deed))
    assert count(world) == before
    with world.store.read() as session:
        members = members_of(session, world.plan_id)
    assert number in {one.id for one in present_members(members)}
    # On the day of joining somebody is a member already.
    on_the_day = replace(later, joined_at=HELD)
    assert world.do(lambda s: edit_member(s, world.plan_id, number, on_the_day, seen=1, **deed))
    assert count(world)[0].startswith("Có mặt 02/04 thành viên")


def test_nobody_attends_before_they_joined(world: World) -> None:
    chair, secretary, _ = seat(world)
    number = meet(world, [chair, secretary])
    deed = {"by": OFFICER, "now": world.clock.now()}
    late = replace(MEMBERS[1], joined_at=HELD + timedelta(days=1))
    with pytest.raises(WrongFields, match="có mặt tại một cuộc họp trước ngày đó"):
        world.do(lambda s: edit_member(s, world.plan_id, secretary, late, seen=1, **deed))
    early = replace(late, joined_at=HELD - timedelta(days=1))
    assert world.do(lambda s: edit_member(s, world.plan_id, secretary, early, seen=1, **deed))
    with world.store.read() as session:
        facts = meetings_of(session, world.plan_id)[0].facts
    moved = replace(facts, held_at=HELD - timedelta(days=2))
    with pytest.raises(WrongFields) as caught:
        world.do(lambda s: edit_meeting(s, world.plan_id, number, moved, seen=1, **deed))
    assert caught.value.fields == {"present": "Lúc họp chưa là thành viên Hội đồng: Người Thư ký."}


def test_who_left_comes_back_as_a_new_member_when_the_council_met_meanwhile(world: World) -> None:
    chair, secretary, member = seat(world)

    def turn(deed: Callable[..., object], at: datetime, seen: int) -> None:
        world.do(lambda s: deed(s, world.plan_id, member, seen=seen, by=OFFICER, now=at))

    turn(leave, HELD - timedelta(days=5), 1)
    turn(rejoin, HELD - timedelta(days=4), 2)
    turn(leave, HELD - timedelta(days=3), 3)
    meet(world, [chair, secretary])
    before = count(world)
    assert before[0].startswith("Có mặt 02/02 thành viên")
    with pytest.raises(Refusal, match="Hội đồng đã họp"):
        turn(rejoin, CLOSED + timedelta(days=1), 4)
    again = replace(MEMBERS[2], joined_at=CLOSED + timedelta(days=1))
    world.do(lambda s: add_member(s, world.plan_id, again, by=OFFICER, now=CLOSED + timedelta(days=1)))
    assert count(world) == before


def test_a_member_of_another_plan_is_not_found(world: World) -> None:
    with pytest.raises(Missing):
        world.do(lambda s: leave(s, world.plan_id, 5, seen=1, by=OFFICER, now=world.clock.now()))


def test_a_meeting_ends_after_it_began_and_only_members_attend(world: World) -> None:
    number = meet(world, seat(world)[:2])

    def change(facts: MeetingFacts, seen: int = 1) -> bool:
        return bool(
            world.do(
                lambda s: edit_meeting(
                    s, world.plan_id, number, facts, seen=seen, by=OFFICER, now=world.clock.now()
                )
            )
        )

    with world.store.read() as session:
        facts = meetings_of(session, world.plan_id)[0].facts
    assert not change(facts)
    for wrong in (
        replace(facts, closed_at=HELD - timedelta(minutes=1)),
        replace(facts, held_at=None),
        replace(facts, present=frozenset({77})),
    ):
        with pytest.raises(WrongFields):
            change(wrong)
    assert change(replace(facts, place="Hội trường", present=frozenset({1, 3})))
    with pytest.raises(Outdated):
        change(facts)
    with world.store.read() as session:
        (after,) = meetings_of(session, world.plan_id)
    assert (after.row.place, after.present, after.row.version) == ("Hội trường", frozenset({1, 3}), 2)
    with pytest.raises(Refusal, match="giữ lại"):
        world.do(lambda s: drop_meeting(s, world.plan_id, number, seen=2, by=OFFICER, now=world.clock.now()))
    change(replace(after.facts, closed_at=None), seen=2)
    world.do(lambda s: drop_meeting(s, world.plan_id, number, seen=3, by=OFFICER, now=world.clock.now()))
    with world.store.read() as session:
        assert meetings_of(session, world.plan_id) == []


@pytest.mark.parametrize(
    ("finding", "field", "words"),
    [
        (Finding(40), "reason", "cần ghi lý do"),
        (Finding(126, reason="x"), "points", "từ 0 đến 125"),
        (Finding(-1, reason="x"), "points", "từ 0 đến 125"),
        (Finding(ballots=(vote(1, None, "nên xem lại"),)), "points.1", "chưa có điểm"),
        (Finding(ballots=(vote(1, 126),)), "points.1", "từ 0 đến 125"),
        (Finding(ballots=(vote(1, 5), vote(1, 6))), "points.1", "hai phiếu"),
        (Finding(ballots=(vote(99, 5),)), "points.99", "không phải thành viên"),
        (Finding(ballots=(vote(1, 5, "cháu Nguyễn Văn A chưa đủ"),)), "remark.1", "một em"),
        (Finding(40, reason="em Trần Thị B nghỉ học"), "reason", "một em"),
    ],
)
def test_a_score_that_cannot_be_is_told_beside_its_field(
    world: World, finding: Finding, field: str, words: str
) -> None:
    seat(world)
    with pytest.raises(WrongFields) as caught:
        give(world, 6, finding)
    assert words in caught.value.fields[field]


def test_unconfirmed_criteria_cannot_get_more_together_than_the_total_leaves(world: World) -> None:
    with world.store.write() as session:
        plan = session.get_one(Plan, world.plan_id)
        plan.rule_set = plan.rule_set | {"total_points": 1000, "total_points_verified": True}
    give(world, 8, Finding(600, reason="thử"))
    with pytest.raises(WrongFields, match="chỉ còn"):
        give(world, 9, Finding(600, reason="thử"))
    with pytest.raises(Missing):
        give(world, 14, Finding(1))


def test_a_saved_score_keeps_votes_reason_and_who_noted_what_when(world: World) -> None:
    chair, secretary, _ = seat(world)
    first = Finding(
        100, True, "thiếu một kế hoạch", (vote(chair, 100), vote(secretary, 90, "số liệu  quý IV"))
    )
    assert give(world, 6, first)
    assert found(world, 6).ballots[1].remark == "số liệu quý IV"
    world.clock.set(HELD)
    assert not give(world, 6, first, seen=1)
    assert give(world, 6, replace(first, ballots=(vote(chair, 100), vote(secretary, 95))), seen=1)
    with world.store.read() as session:
        rows = session.execute(select(CouncilVote).order_by(col(CouncilVote.member_id))).scalars().all()
        assert [(one.points, one.noted_at == HELD) for one in rows] == [(100, False), (95, True)]
        assert findings_of(session, world.plan_id)[6].version == 2


def test_two_people_who_save_at_once_never_overwrite_each_other(world: World) -> None:
    seat(world)
    start = Barrier(4)

    def save(points: int) -> str:
        start.wait()
        try:
            give(world, 6, Finding(points, reason=f"ý kiến {points}"))
        except Outdated:
            return "outdated"
        return "saved"

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(save, (10, 20, 30, 40)))
    assert sorted(answers) == ["outdated"] * 3 + ["saved"]
    assert found(world, 6).points == (10, 20, 30, 40)[answers.index("saved")]


def test_the_dossier_s_own_words_are_checked_and_saved_by_parts(world: World) -> None:
    assert note(world, {"class_bar": "mien-nui-hai-dao", "class_document": "Quyết định số 00 (ví dụ)"})
    assert not note(world, {"class_bar": "mien-nui-hai-dao"}, seen=1)
    assert note(world, {"bases": [" Luật Trẻ em ", ""], "quorum": 2, "quorum_source": "Quy chế"}, seen=1)
    with world.store.read() as session:
        row = dossier_of(session, world.plan_id)
    assert (row.class_bar, row.bases, row.quorum, row.version) == ("mien-nui-hai-dao", ["Luật Trẻ em"], 2, 2)
    for changes, field in (
        ({"class_bar": "khong-co"}, "class_bar"),
        ({"quorum": 0}, "quorum"),
        ({"quorum": 3, "quorum_source": ""}, "quorum_source"),
        ({"gaps": ["cháu Nguyễn Văn A"]}, "gaps"),
        ({"strengths": ["x"] * 61}, "strengths"),
    ):
        with pytest.raises(WrongFields) as caught:
            note(world, changes, seen=2)  # type: ignore[arg-type]
        assert field in caught.value.fields
    with pytest.raises(Outdated, match="Công chức VHXH"):
        note(world, {"signer_name": "Nguyễn Văn Mẫu"}, seen=1)
    assert version(world) == 2


def test_every_change_is_told_in_the_journal_without_names_and_the_chain_holds(world: World) -> None:
    members = seat(world)
    meet(world, members)
    give(world, 6, Finding(100, True, "thiếu một kế hoạch", (vote(members[0], 100),)))
    note(world, {"signer_name": "Nguyễn Văn Mẫu"})
    with world.store.read() as session:
        told = (
            session.execute(select(JournalEntry).where(col(JournalEntry.action).like("%council%")))
            .scalars()
            .all()
        )
        assert journal.verify(session, world.commune_id) is None
    assert len(told) == 5 and {one.action for one in told} <= ACTIONS.keys()
    assert not any("Ủy viên A" in one.payload or "Người" in one.payload for one in told)
    scored = json.loads(next(one.payload for one in told if one.action == "council.scored"))
    assert details(scored) == "tiêu chí: 6; điểm: 100; đạt: có; số phiếu: 1"


def test_the_database_refuses_a_vote_of_another_commune(world: World) -> None:
    give(world, 6, Finding(reached=True))
    seat(world)
    row = {
        "commune_id": 2,
        "score_id": 1,
        "member_id": 1,
        "points": 1,
        "remark": "",
        "by_name": "x",
        "noted_at": HELD,
    }
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        world.do(lambda s: s.execute(insert(CouncilVote).values(row)))


def test_a_quorum_never_loses_the_paper_that_says_so(world: World) -> None:
    note(world, {"quorum": 2, "quorum_source": "Quy chế (ví dụ)"})
    with pytest.raises(WrongFields) as caught:
        note(world, {"quorum_source": ""}, seen=1)
    assert caught.value.fields.keys() == {"quorum_source"}
    note(world, {"quorum": None, "quorum_source": ""}, seen=1)


def test_who_is_no_longer_in_the_directory_may_still_be_changed_leave_and_come_back(world: World) -> None:
    person = world.do(lambda s: s.execute(select(col(Person.id)).where(col(Person.active))).scalars().first())
    facts = MemberFacts("Ủy viên B", "Trưởng thôn", "member", person)
    deed = {"by": OFFICER, "now": world.clock.now()}
    number = world.do(lambda s: add_member(s, world.plan_id, facts, **deed))
    world.do(lambda s: s.execute(update(Person).values(active=False).where(col(Person.id) == person)))
    changed = replace(facts, position="Nguyên Trưởng thôn")
    world.do(lambda s: edit_member(s, world.plan_id, number, changed, seen=1, **deed))
    world.do(lambda s: leave(s, world.plan_id, number, seen=2, **deed))
    world.do(lambda s: rejoin(s, world.plan_id, number, seen=3, **deed))
    assert "person_id" in wrong_in(world, replace(facts, name="Ủy viên C"))


@pytest.mark.parametrize("no", [3, 4, 6])
def test_what_is_said_of_a_sensitive_criterion_names_no_village(world: World, no: int) -> None:
    chair = seat(world)[0]
    told = "01 trường hợp ở Thôn số 5, đã xử lý"
    for finding, field in (
        (Finding(10, reason=told), "reason"),
        (Finding(reason=told), "reason"),
        (
            Finding(10, reason="Theo sổ", ballots=(vote(chair, 5, "khối phố Hoàng Tân còn một vụ"),)),
            f"remark.{chair}",
        ),
    ):
        with pytest.raises(WrongFields) as caught:
            give(world, no, finding)
        assert "thôn" in caught.value.fields[field]
    assert give(world, no, Finding(10, reason="Các thôn, khối phố đều báo cáo đủ"))
    assert give(world, 12, Finding(10, reason="Thôn số 5 chưa có điểm vui chơi"))
