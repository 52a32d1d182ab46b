"""The council over the API: the same rules, both versions for the second of two, nothing from nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from council_world import convened, newer_plan
from web_world import WebWorld

from db.store import Store
from tasks.clock import ManualClock
from web.council.papers import DOCX


@pytest.fixture
def web(store: Store, clock: ManualClock) -> WebWorld:
    return WebWorld.build(store, clock)


def test_a_program_builds_a_council_and_scores(web: WebWorld) -> None:
    office = web.program("coordinator")
    answer = office.post("council/members", json={"name": "Người Chủ tịch", "part": "chair"})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"v1"')
    meeting = {
        "held_at": "2024-11-18T07:00:00Z",
        "place": "Phòng họp",
        "agenda": ["Chấm điểm"],
        "present": [1, 1],
    }
    made = office.post("council/meetings", json=meeting).json()
    assert (made["present"], made["quorum_met"]) == ([1], None)
    tag = {"If-Match": office.get("dossier/details").headers["etag"]}
    details = {
        "class_bar": "mien-nui-hai-dao",
        "quorum": 1,
        "quorum_source": "Quy chế",
        "bases": ["Luật Trẻ em"],
    }
    assert office.patch("dossier/details", json=details, headers=tag).json()["version"] == 1
    finding = {
        "points": 100, "reached": True, "reason": "thiếu kế hoạch",
        "votes": [{"member_id": 1, "points": 90, "remark": "nên xem lại"}],
    }  # fmt: skip
    saved = office.put(
        "council/criteria/6",
        json=finding,
        headers={"If-Match": office.get("council/criteria/6").headers["etag"]},
    ).json()
    assert (saved["points"], saved["votes"][0]["member"], saved["version"]) == (100, "Người Chủ tịch", 1)
    assert office.get("council/criteria/8").json()["self_points"] is None
    council = office.get("council").json()
    assert council["total"] == "100 điểm (1/13 tiêu chí)" and council["meetings"][0]["quorum_met"] is True
    assert council["verdict"]["answer"] == "unknown"
    minutes = office.get("council/meetings/1/minutes")
    assert (minutes.status_code, minutes.headers["content-type"]) == (200, DOCX)


def test_what_a_program_read_of_the_old_plan_changes_nothing_in_the_newer(
    web: WebWorld, tmp_path: Path
) -> None:
    office = web.program("coordinator")
    tags = {path: office.get(path).headers["etag"] for path in ("council/criteria/6", "dossier/details")}
    newer_plan(web.world, tmp_path)
    finding = {"points": 90, "reached": True, "reason": "thiếu kế hoạch"}
    scored = office.put("council/criteria/6", json=finding, headers={"If-Match": tags["council/criteria/6"]})
    worded = office.patch(
        "dossier/details", json={"gaps": ["Cũ"]}, headers={"If-Match": tags["dossier/details"]}
    )
    assert (scored.status_code, worded.status_code) == (412, 412)
    assert (
        office.get("council/criteria/6").json()["points"],
        office.get("dossier/details").json()["gaps"],
    ) == (None, [])


def test_the_second_of_two_sees_both_versions_and_wrong_fields_are_named(web: WebWorld) -> None:
    convened(web.world)
    office = web.program("coordinator")
    finding = {"points": 90, "reached": True, "reason": ""}
    assert office.put("council/criteria/6", json=finding).status_code == 428
    stale = office.put("council/criteria/6", json=finding, headers={"If-Match": '"p1-v0"'})
    body = stale.json()
    assert (stale.status_code, body["current"]["points"], body["yours"]["points"]) == (412, 100, 90)
    wrong = office.put("council/criteria/6", json=finding, headers={"If-Match": stale.headers["etag"]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "reason")
    member = {"name": "Ủy viên A"}
    assert office.put("council/members/1", json=member, headers={"If-Match": "*"}).status_code == 422
    gone = office.delete("council/members/3", headers={"If-Match": '"v1"'}).json()
    assert gone["left_at"] is not None
    assert office.put("council/members/3", json=member, headers={"If-Match": "*"}).status_code == 409
    assert office.post("council/members/3/return").json()["left_at"] is None
    assert office.delete("council/meetings/1", headers={"If-Match": "*"}).status_code == 422


def test_what_if_is_asked_without_writing(web: WebWorld) -> None:
    convened(web.world)
    reader = web.program("leadership", "read")
    before = web.dump()
    found = reader.get("council/scenario", params={"assume": "8:60,9:30"}).json()
    assert found["sentence"].startswith("Nếu tiêu chí 8 đạt 60 điểm, tiêu chí 9 đạt 30 điểm thì tổng")
    assert 9 not in found["unconfirmed"] and 10 in found["unconfirmed"]
    assert reader.get("council/scenario", params={"assume": "6:126"}).status_code == 422
    assert reader.get("council/scenario", params={"assume": "tám"}).status_code == 422
    changed = {table: rows for table, rows in web.dump().items() if rows != before[table]}
    assert set(changed) <= {"api_token"}


def test_a_program_says_when_a_member_joined_and_must_once_a_meeting_is_over(web: WebWorld) -> None:
    convened(web.world)
    office = web.program("coordinator")
    wrong = office.post("council/members", json={"name": "Ủy viên B"})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "joined_at")
    body = {"name": "Ủy viên B", "joined_at": "2024-11-19T17:00:00Z"}
    made = office.post("council/members", json=body).json()
    assert made["joined_at"] == "2024-11-19T17:00:00Z"
    members = {one["name"]: one["joined_at"] for one in office.get("council").json()["members"]}
    assert members["Ủy viên A"] is None and members["Ủy viên B"] == "2024-11-19T17:00:00Z"
