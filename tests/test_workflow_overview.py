"""At a glance: which stages are done, where the plan stands, how many days are left, and the whole as a diagram."""

from __future__ import annotations

import copy
from datetime import date

import pytest
from workflow_world import decision_06

from db.errors import Refusal
from workflow.definition import procedure_of
from workflow.graph import mermaid
from workflow.overview import days_left, main_path, stage_deadline, stepper

PROCEDURE = procedure_of(decision_06())
PATH = ["draft", "issued", "collecting", "council", "appraisal", "submitted", "recognised"]


def test_the_main_path_is_the_one_that_the_file_lists_first() -> None:
    assert main_path(PROCEDURE) == PATH


@pytest.mark.parametrize("stage", PATH)
def test_stages_before_the_present_one_are_done_and_later_ones_ahead(stage: str) -> None:
    row = stepper(PROCEDURE, stage)
    here = PATH.index(stage)
    assert [item.key for item in row] == PATH
    assert [item.status for item in row] == ["done"] * here + ["present"] + ["ahead"] * (6 - here)


@pytest.mark.parametrize(("stage", "surely"), [("not_recognised", PATH[:6]), ("cancelled", ["draft"])])
def test_off_the_main_path_only_stages_that_were_surely_passed_count_as_done(
    stage: str, surely: list[str]
) -> None:
    assert [(item.key, item.status) for item in stepper(PROCEDURE, stage)] == [
        *((key, "done") for key in surely),
        (stage, "present"),
    ]


def test_an_unknown_stage_is_refused() -> None:
    with pytest.raises(Refusal, match="Thủ tục không có giai đoạn “xong”"):
        stepper(PROCEDURE, "xong")


def test_only_the_collecting_stage_has_the_plan_s_deadline() -> None:
    deadlines = {"report": date(2024, 11, 9)}
    dated = {stage.key: stage_deadline(PROCEDURE, stage.key, deadlines) for stage in PROCEDURE.stages}
    assert {key: day for key, day in dated.items() if day} == {"collecting": date(2024, 11, 9)}
    assert stage_deadline(PROCEDURE, "collecting", {}) is None


@pytest.mark.parametrize(
    ("today", "left"), [(date(2024, 11, 8), 1), (date(2024, 11, 9), 0), (date(2024, 11, 10), -1)]
)
def test_the_last_valid_day_itself_is_still_in_time(today: date, left: int) -> None:
    assert days_left(date(2024, 11, 9), today) == left


def test_the_diagram_shows_every_stage_and_step_in_vietnamese_and_marks_the_present_one() -> None:
    text = mermaid(PROCEDURE, "council")
    assert "stateDiagram-v2" in text
    assert all(f'state "{stage.name}" as stage_{stage.key}' in text for stage in PROCEDURE.stages)
    for step in PROCEDURE.steps:
        assert all(f"stage_{origin} --> stage_{step.to}: {step.name}" in text for origin in step.origins)
    assert [line.split()[1] for line in text.splitlines() if line.endswith(" s_active")] == ["stage_council"]
    assert "[*] --> stage_draft" in text
    assert text.count("--> [*]") == 3


def test_the_diagram_is_drawn_once_for_each_definition_and_stage() -> None:
    assert mermaid(PROCEDURE, "council") is mermaid(procedure_of(decision_06()), "council")
    assert mermaid(PROCEDURE, "draft") != mermaid(PROCEDURE, "council")


def test_names_cannot_break_the_diagram() -> None:
    raw = copy.deepcopy(decision_06())
    raw["procedure"]["stage"][0]["name"] = 'Dự "thảo"'
    raw["procedure"]["step"][0]["name"] = "Ban hành: ngay; hôm nay\n|"
    text = mermaid(procedure_of(raw))
    assert 'state "Dự thảo" as stage_draft' in text
    assert "stage_draft --> stage_issued: Ban hành ngay hôm nay\n" in text
