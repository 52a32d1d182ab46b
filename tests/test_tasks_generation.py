"""From the plan to 50 assignments, and from a changed plan to a diff without silent loss."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from db.errors import Refusal
from plans.toml_source import shipped
from tasks.generation import ExistingTask, TaskDiff, TaskDraft, diff, drafts
from tasks.planfile import PlanFile, load_plan

PLAN, RULES = load_plan(shipped("hoang-dong-2024.toml"))
DRAFTS = drafts(PLAN, RULES)
BY_KEY = {draft.key: draft for draft in DRAFTS}


def given_out(draft: TaskDraft, state: str = "assigned", planned_on: date | None = None) -> ExistingTask:
    return ExistingTask(
        draft.key, draft.kind, draft.unit, draft.title, draft.wording, draft.source, draft.last_valid_on,
        draft.due_wording, state, draft.part, planned_on,
    )  # fmt: skip


EXISTING = [given_out(draft) for draft in DRAFTS]


def keys(found: TaskDiff) -> dict[str, list[str]]:
    return {
        "new": [one.key for one in found.new],
        "moved": [one.after.key for one in found.moved],
        "reworded": [one.after.key for one in found.reworded],
        "withdrawn": [one.key for one in found.withdrawn],
        "restored": [one.after.key for one in found.restored],
    }


def only(**expected: list[str]) -> dict[str, list[str]]:
    return keys(TaskDiff()) | expected


def test_the_plan_gives_14_criteria_24_reports_and_12_duties() -> None:
    assert Counter(draft.kind for draft in DRAFTS) == {"criterion": 14, "report": 24, "duty": 12}
    assert len(BY_KEY) == 50


def test_each_criterion_has_its_unit_and_the_tenth_falls_on_both_kindergartens() -> None:
    owners: dict[int, set[str]] = {}
    for draft in DRAFTS:
        if draft.criterion_no:
            owners.setdefault(draft.criterion_no, set()).add(draft.unit)
    vhxh, health, police = {"vhxh"}, {"tram-y-te"}, {"cong-an"}
    assert owners == {
        1: vhxh, 2: {"tu-phap"}, 3: police, 4: police, 5: health, 6: vhxh, 7: health, 8: health, 9: health,
        10: {"mn-hoa-hong", "mn-hoa-huong-duong"}, 11: {"doan-thanh-nien"}, 12: vhxh, 13: vhxh,
    }  # fmt: skip


def test_everybody_but_the_receiver_owes_one_report() -> None:
    reporters = [draft.unit for draft in DRAFTS if draft.kind == "report"]
    assert sorted(reporters) == sorted(unit.key for unit in PLAN.assignable_units if unit.key != "vhxh")


def test_the_duties_of_section_iv_fall_on_eight_units() -> None:
    assert Counter(draft.unit for draft in DRAFTS if draft.kind == "duty") == {
        "vhxh": 5, "tu-phap": 1, "tram-y-te": 1, "mn-hoa-hong": 1, "mn-hoa-huong-duong": 1, "cong-an": 1,
        "tai-chinh": 1, "mttq": 1,
    }  # fmt: skip


def test_keys_are_stable_and_say_what_they_are() -> None:
    assert {"tc05.tram-y-te", "tc10.mn-hoa-hong", "bc.thon-07", "nv.vhxh-hoi-dong"} <= set(BY_KEY)
    assert drafts(PLAN, RULES) == DRAFTS


def test_every_task_points_at_its_section_and_all_but_one_have_the_plans_date() -> None:
    assert all(draft.source for draft in DRAFTS)
    assert Counter(draft.last_valid_on for draft in DRAFTS) == {date(2024, 11, 9): 49, None: 1}
    assert BY_KEY["nv.vhxh-tong-hop"].last_valid_on is None
    assert BY_KEY["tc05.tram-y-te"].due_wording == "trước ngày 10/11/2024"


def test_a_date_that_the_commune_chose_is_never_shown_as_the_plans() -> None:
    chosen = {draft.key for draft in DRAFTS if "xã tự đặt" in draft.due_wording}
    assert chosen == {draft.key for draft in DRAFTS if draft.unit == "vhxh" and draft.last_valid_on}
    assert len(chosen) == 8


def test_a_criterion_outside_the_rule_set_is_refused() -> None:
    data = PLAN.model_dump(mode="json")
    data["criterion"][0]["no"] = 14
    with pytest.raises(Refusal, match="không có tiêu chí 14"):
        drafts(PlanFile.model_validate(data), RULES)


def test_generating_twice_changes_nothing() -> None:
    found = diff(EXISTING, DRAFTS)
    assert found.is_empty
    assert len(found.unchanged) == 50


def test_a_first_import_is_all_new() -> None:
    assert diff([], DRAFTS).new == tuple(DRAFTS)


def test_another_date_or_unit_moves_and_other_words_reword() -> None:
    changed = [
        replace(BY_KEY["bc.thon-07"], last_valid_on=date(2024, 11, 20), wording="Khác"),
        replace(BY_KEY["nv.mttq-giam-sat"], unit="doan-thanh-nien"),
        replace(BY_KEY["tc05.tram-y-te"], wording="Khác"),
        replace(BY_KEY["tc07.tram-y-te"], part="coop"),
    ]
    wanted = list((BY_KEY | {draft.key: draft for draft in changed}).values())
    found = diff(EXISTING, wanted)
    assert not found.is_empty
    assert keys(found) == only(
        moved=["bc.thon-07", "nv.mttq-giam-sat"], reworded=["tc05.tram-y-te", "tc07.tram-y-te"]
    )
    assert len(found.unchanged) == 46


def test_what_the_plan_drops_is_withdrawn_but_accepted_work_stays() -> None:
    wanted = [draft for draft in DRAFTS if draft.unit != "thon-07" and draft.unit != "thon-08"]
    existing = [*EXISTING]
    place = [task.key for task in existing].index("bc.thon-08")
    existing[place] = replace(existing[place], state="accepted")
    assert keys(diff(existing, wanted)) == only(withdrawn=["bc.thon-07"])


def test_what_was_withdrawn_comes_back_when_the_plan_has_it_again() -> None:
    existing = [replace(task, state="cancelled") if task.key == "bc.thon-07" else task for task in EXISTING]
    assert keys(diff(existing, DRAFTS)) == only(restored=["bc.thon-07"])
    assert diff(existing, [draft for draft in DRAFTS if draft.key != "bc.thon-07"]).is_empty


def test_more_time_that_was_granted_is_not_taken_back() -> None:
    draft = BY_KEY["tc03.cong-an"]
    granted = replace(
        given_out(draft, planned_on=draft.last_valid_on),
        last_valid_on=date(2024, 11, 15),
        due_wording="gia hạn",
    )
    existing = [granted if task.key == draft.key else task for task in EXISTING]
    assert diff(existing, DRAFTS).is_empty
    later = [
        replace(one, last_valid_on=date(2024, 11, 30)) if one.key == draft.key else one for one in DRAFTS
    ]
    assert keys(diff(existing, later)) == only(moved=[draft.key])


def test_tasks_that_a_stage_gave_out_are_not_the_plans_to_withdraw() -> None:
    stage = replace(EXISTING[0], key="council/minutes/vhxh", kind="stage")
    assert diff([*EXISTING, stage], DRAFTS).is_empty
