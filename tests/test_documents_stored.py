"""The dossier's details live in the database: a file brought in comes out as it was, and may still stand in for it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_runner import ready
from council_world import CLOSED, HELD, MEMBERS, give, meet, note, seat, vote
from dossier_world import DETAILS, facts_of, filled, finished
from hoang_dong import OFFICER, World
from hoang_dong import found as found_world

from db.errors import Missing, Refusal
from db.store import Store
from documents.writing.details import Details
from documents.writing.stored import stored_details
from documents.writing.storing import Brought, bring_details
from tasks.clock import ManualClock
from tasks.council_findings import Finding
from tasks.council_meetings import meetings_of
from tasks.council_members import leave, members_of
from tasks.meeting_words import begun, ended, instant

ZONE = "Asia/Ho_Chi_Minh"


def stored(world: World, meeting: int | None = None) -> Details:
    with world.store.read() as session:
        return stored_details(session, world.plan_id, ZONE, meeting)


def bring(world: World, details: Details) -> Brought:
    found: Brought = world.do(
        lambda s: bring_details(
            s, world.plan_id, details, "ho-so.toml", ZONE, by=OFFICER, now=world.clock.now()
        )
    )
    return found


def test_nothing_stored_is_the_same_as_no_file(store: Store, clock: ManualClock) -> None:
    assert stored(found_world(store, clock)) == Details()


def test_a_file_brought_in_comes_out_as_it_was_and_gives_the_same_documents(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    world = finished(store, clock, tmp_path / "kho", hostile=False)
    assert bring(world, DETAILS) == Brought(1, 3, 1, 13)
    council = DETAILS.council.model_copy(
        update={
            "quorum_source": "tệp ho-so.toml",
            "scores": tuple(sorted(DETAILS.council.scores, key=lambda one: one.no)),
        }
    )
    assert stored(world) == DETAILS.model_copy(update={"council": council})
    facts = facts_of(world)
    assert filled(facts, stored(world)) == filled(facts, DETAILS)
    assert bring(world, DETAILS) == Brought(0, 0, 0, 0)


def test_what_a_file_leaves_empty_stays_as_it_is(store: Store, clock: ManualClock, tmp_path: Path) -> None:
    world = finished(store, clock, tmp_path / "kho", hostile=False)
    bring(world, DETAILS)
    swapped = {
        "signer_name": "Người ký mới",
        "council": {
            "member": [
                {"name": "Lê Văn Mẫu", "part": "Chủ tịch Hội đồng"},
                {"name": "Nguyễn Văn Mẫu", "part": "Uỷ viên"},
            ]
        },
    }
    assert bring(world, Details.model_validate(swapped)) == Brought(1, 2, 0, 0)
    after = stored(world)
    assert (after.signer_name, after.recipients) == ("Người ký mới", DETAILS.recipients)
    chair = after.council.with_part("chủ tịch")
    assert chair is not None and chair.name == "Lê Văn Mẫu"
    assert after.council.findings == DETAILS.council.findings


@pytest.mark.parametrize(
    ("details", "words"),
    [
        ({"council": {"member": [{"name": "A", "part": "Khách"}]}}, "không có vai trò «Khách»"),
        ({"council": {"score": [{"no": 6, "points": 500, "reason": "x"}]}}, "tiêu chí 6: 500 điểm"),
        (
            {
                "council": {
                    "score": [{"no": 6, "points": 1, "reason": "x", "votes": [{"member": "B", "points": 1}]}]
                }
            },
            "«B»",
        ),
        ({"meeting": {"at": "chiều thứ Hai"}}, "chiều thứ Hai"),
        ({"meeting": {"present": ["B"]}}, "«B» không phải thành viên"),
        ({"class": {"bar": "khac"}}, "thông tin chung: "),
    ],
)
def test_a_file_that_cannot_be_brought_in_leaves_nothing_behind(
    store: Store, clock: ManualClock, details: dict[str, object], words: str
) -> None:
    world = found_world(store, clock)
    with pytest.raises(Refusal, match=words):
        bring(world, Details.model_validate({"signer_name": "X"} | details))
    assert stored(world) == Details()


def test_the_council_told_is_that_of_the_meeting_s_day(store: Store, clock: ManualClock) -> None:
    world = found_world(store, clock)
    chair, secretary, member = seat(world)
    meet(world, [chair, member])
    give(world, 6, Finding(100, True, "thiếu kế hoạch", (vote(member, 90), vote(secretary, 100))))
    note(world, {"quorum": 2, "quorum_source": "Quy chế"})
    clock.set(HELD - timedelta(days=1))
    world.do(lambda s: leave(s, world.plan_id, secretary, seen=1, by=OFFICER, now=clock.now()))
    clock.set(CLOSED + timedelta(days=1))
    world.do(lambda s: leave(s, world.plan_id, member, seen=1, by=OFFICER, now=clock.now()))
    details = stored(world)
    assert [one.name for one in details.council.members] == ["Người Chủ tịch", "Ủy viên A"]
    assert details.meeting.present == ("Người Chủ tịch", "Ủy viên A")
    assert [one.member for one in details.council.scores[0].votes] == ["Ủy viên A"]
    with pytest.raises(Missing):
        stored(world, meeting=9)


def test_a_file_names_the_day_somebody_joined_and_must_once_a_meeting_is_over(
    store: Store, clock: ManualClock
) -> None:
    world = found_world(store, clock)
    meet(world, seat(world)[:2])
    clock.set(CLOSED + timedelta(days=4))
    told = {"name": "Ủy viên B", "position": "Trưởng thôn"}

    def given(**more: str) -> Details:
        return Details.model_validate({"council": {"member": [told | more]}})

    with pytest.raises(Refusal, match="Ủy viên B: Đã có cuộc họp kết thúc"):
        bring(world, given())
    with pytest.raises(Refusal, match="Ủy viên B: không đọc được ngày «mai»"):
        bring(world, given(joined="mai"))
    assert bring(world, given(joined="20/11/2024")) == Brought(0, 1, 0, 0)
    assert bring(world, given()) == Brought(0, 0, 0, 0), "what the file leaves empty stays"
    assert [one.name for one in stored(world).council.members] == [one.name for one in MEMBERS]
    with world.store.read() as session:
        row = next(one for one in members_of(session, world.plan_id) if one.name == "Ủy viên B")
    assert row.joined_at == datetime(2024, 11, 19, 17, tzinfo=UTC)


def test_a_meeting_s_time_is_told_in_the_commune_s_words_and_read_back() -> None:
    assert begun(HELD, ZONE) == "14 giờ 00 ngày 18/11/2024"
    assert ended(CLOSED, HELD, ZONE) == "16 giờ 30 cùng ngày"
    assert ended(CLOSED + timedelta(days=1), HELD, ZONE) == "16 giờ 30 ngày 19/11/2024"
    assert instant(begun(HELD, ZONE), ZONE) == HELD
    assert instant(ended(CLOSED, HELD, ZONE), ZONE, HELD) == CLOSED
    assert instant("8h ngày 1/2/2025", ZONE) == datetime(2025, 2, 1, 1, tzinfo=UTC)
    for wrong in (
        "25 giờ 00 ngày 18/11/2024",
        "14 giờ 00 ngày 31/11/2024",
        "cùng ngày",
        "16 giờ 30 cùng ngày",
    ):
        with pytest.raises(Refusal):
            instant(wrong, ZONE)


def test_the_command_line_brings_a_file_in_and_uses_what_is_stored(tmp_path: Path) -> None:
    folder = ready(tmp_path)
    folder.run("dossier", "details", "ho-so.toml").done()
    path = folder.path / "ho-so.toml"
    empty = path.read_text(encoding="utf-8")
    given = empty.replace('signer_name = ""', 'signer_name = "Nguyễn Văn Mẫu"').replace(
        "reached = []", "reached = [8]", 1
    )
    path.write_text(
        given.replace("# [[council.score]]", "[[council.score]]\nno = 8\npoints = 40\nreason = 'theo sổ'\n#"),
        encoding="utf-8",
    )
    assert "1 tiêu chí" in folder.run("dossier", "import", "ho-so.toml").done().out
    assert "Không có gì mới" in folder.run("dossier", "import", "ho-so.toml").done().out
    scored = folder.run("dossier", "score", "--json").done().data
    eighth = next(one for one in scored["criteria"] if one["no"] == 8)
    assert (eighth["council"]["points"], eighth["reached"]) == (40, True)
    assert "40 điểm (1/13 tiêu chí)" in scored["council_total"]
    assert "40, đạt" in folder.run("dossier", "score").done().out
    missing = folder.run("dossier", "make", "x.zip", "--json").data["missing"]
    assert not any("họ tên người ký" in one for one in missing)
    (folder.path / "trong.toml").write_text(empty, encoding="utf-8")
    missing = folder.run("dossier", "make", "x.zip", "--details", "trong.toml", "--json").data["missing"]
    assert any("họ tên người ký" in one for one in missing)


def test_what_a_file_does_not_say_of_a_meeting_a_member_or_the_office_stays(
    store: Store, clock: ManualClock, tmp_path: Path
) -> None:
    world = finished(store, clock, tmp_path / "kho", hostile=False)
    bring(world, DETAILS)
    note(world, {"drafting": "Phòng VHXH", "quorum_source": "Quy chế (ví dụ)"}, seen=1)
    more = {
        "council": {"quorum": 3, "member": [{"name": "Trần Thị Mẫu"}]},
        "meeting": {"place": "Hội trường"},
    }
    assert bring(world, Details.model_validate(more)) == Brought(1, 0, 1, 0)
    after = stored(world)
    assert (after.drafting, after.council.quorum) == ("Phòng VHXH", 3)
    assert after.council.quorum_source == "tệp ho-so.toml"
    assert after.council.members == DETAILS.council.members
    assert after.meeting == DETAILS.meeting.model_copy(update={"place": "Hội trường"})
    bring(world, Details.model_validate({"meeting": {"at": "8 giờ 00 ngày 20/11/2024"}}))
    with world.store.read() as session:
        assert len(meetings_of(session, world.plan_id)) == 2


def test_the_same_quorum_told_again_keeps_what_says_so(store: Store, clock: ManualClock) -> None:
    world = found_world(store, clock)
    note(world, {"quorum": 2, "quorum_source": "Quy chế (ví dụ)"})
    bring(world, Details.model_validate({"council": {"quorum": 2}}))
    assert stored(world).council.quorum_source == "Quy chế (ví dụ)"
