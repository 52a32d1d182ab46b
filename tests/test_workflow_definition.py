"""A procedure is data; one that could strand a plan is refused when it is read, with every fault named."""

from __future__ import annotations

import copy
import tomllib
from collections.abc import Callable
from itertools import pairwise
from typing import Any, get_args

import pytest
from workflow_world import ROOT, decision_06, procedure_in

from db.errors import Refusal
from db.tables.work import TASK_KINDS, TASK_STATES
from workflow.definition import procedure_of
from workflow.guards import TaskKind, TaskState
from workflow.stepping import possible_steps
from workflow.view import criteria_of

Raw = dict[str, Any]

SMALL: Raw = {
    "stage": [
        {"key": "a", "name": "Đầu"},
        {"key": "b", "name": "Giữa"},
        {"key": "z", "name": "Cuối", "open": False},
    ],
    "document": [{"key": "minutes", "name": "Biên bản"}],
    "step": [
        {"trigger": "go", "name": "Đi", "from": ["a"], "to": "b", "who": ["coordinator"]},
        {"trigger": "end", "name": "Hết", "from": ["b"], "to": "z", "who": ["leadership"]},
    ],
}


def broken(change: Callable[[Raw], object]) -> Raw:
    raw = copy.deepcopy(SMALL)
    change(raw)
    return {"procedure": raw}


def go(**values: Any) -> Callable[[Raw], object]:
    return lambda raw: raw["step"][0].update(values)


def test_the_shipped_procedure_is_the_one_of_the_plan() -> None:
    procedure = procedure_of(decision_06())
    arrows = {(origin, step.to) for step in procedure.steps for origin in step.origins}
    path = ["draft", "issued", "collecting", "council", "appraisal", "submitted", "recognised"]
    back = {("council", "collecting"), ("appraisal", "council"), ("submitted", "collecting")}
    cancels = {(key, "cancelled") for key in path[:-1]}
    forward = {*pairwise(path), ("submitted", "not_recognised")}
    assert arrows == forward | back | cancels
    assert [stage.name for stage in procedure.stages] == [
        "Dự thảo", "Đã ban hành kế hoạch", "Thu thập số liệu", "Hội đồng xét duyệt", "Thẩm định",
        "Đã trình cấp trên", "Được công nhận", "Chưa được công nhận", "Đã huỷ",
    ]  # fmt: skip
    assert {stage.key: stage.deadline for stage in procedure.stages if stage.deadline} == {
        "collecting": "report"
    }
    assert all(step.reason_required for step in procedure.steps if (step.origins[0], step.to) in back)


def test_the_criteria_of_the_shipped_rule_set_are_known_to_the_guards() -> None:
    criteria = criteria_of(tomllib.loads((ROOT / "plans/decision-06.toml").read_text("utf-8")))
    assert list(criteria) == list(range(1, 14))
    assert criteria[5] == "Trẻ em bị tai nạn, thương tích"


def test_units_are_reminded_only_while_an_issued_plan_is_open() -> None:
    quiet = {stage.key for stage in procedure_of(decision_06()).stages if not stage.reminds}
    assert quiet == {"draft", "recognised", "not_recognised", "cancelled"}


def test_what_no_page_of_law_shows_is_not_marked_as_seen() -> None:
    procedure = procedure_of(decision_06())
    seen = [*procedure.stages, *procedure.documents, *procedure.steps]
    assert all(one.source for one in seen if one.verified)
    unseen = {kind.key for kind in procedure.documents if not kind.verified}
    assert unseen == {"council_decision", "council_minutes", "submission_letter", "refusal_notice"}


def test_the_same_content_is_read_once_and_a_changed_one_anew() -> None:
    first = procedure_of({"procedure": copy.deepcopy(SMALL)})
    assert procedure_of({"procedure": copy.deepcopy(SMALL), "other": 1}) is first
    assert procedure_of(broken(go(name="Khác"))) is not first


def test_possible_steps_come_in_the_order_of_the_file() -> None:
    names = [step.trigger for step in possible_steps(procedure_of(decision_06()), "submitted")]
    assert names == ["recognise", "decline", "return_dossier", "cancel"]
    assert possible_steps(procedure_of(decision_06()), "cancelled") == []


def test_guards_know_the_kinds_and_states_of_the_tables() -> None:
    assert get_args(TaskKind) == TASK_KINDS
    assert {*get_args(TaskState), "cancelled"} == set(TASK_STATES)


def guard(**values: Any) -> Callable[[Raw], object]:
    return go(guards=[{"hard": True, **values}])


FAULTS: list[tuple[Callable[[Raw], object], str]] = [
    (guard(name="moon_is_full"), "step “go” guards “moon_is_full”: không có điều kiện tên “moon_is_full”"),
    (guard(name="tasks_in_states", kinds=["report"]), "điều kiện “tasks_in_states”: states: còn thiếu"),
    (
        guard(name="tasks_in_states", kinds=["x"], states=["accepted"]),
        "kinds thứ 1: giá trị 'x' không hợp lệ",
    ),
    (
        guard(name="plan_is_signed", kinds=["x"]),
        "điều kiện “plan_is_signed”: kinds: không phải mục được hiểu",
    ),
    (go(guards=[{"name": "plan_is_signed"}]), "step “go” guards “plan_is_signed” hard: còn thiếu"),
    (guard(name="documents_present", kinds=["x"]), "Bước “go”: không có loại văn bản “x”"),
    (go(documents=["x"]), "Bước “go”: không có loại văn bản “x” trong mục document"),
    (go(to="x"), "Bước “go”: không có giai đoạn “x”"),
    (go(**{"from": ["a", "*"]}), "Bước “go”: không có giai đoạn “*”"),
    (go(**{"from": []}), "step “go” from: giá trị [] không hợp lệ"),
    (go(who=["mayor"]), "Bước “go”: không có vai trò “mayor”; các vai trò là operator, coordinator"),
    (go(tells=[{"roles": ["unit"], "text": "x"}]), "Bước “go”: không có vai trò nhận tin “unit”"),
    (
        go(tells=[{"roles": ["contact"], "text": "{plan.rule_set}"}]),
        "thông báo dùng ô {plan.rule_set} không có",
    ),
    (go(tells=[{"roles": ["contact"], "text": "{plan"}]), "thông báo “{plan” có dấu ngoặc nhọn chưa khớp"),
    (
        go(creates=[{"key": "t", "title": "T", "wording": "T"}]),
        "“t”: hãy ghi đúng một nơi nhận: unit hoặc role",
    ),
    (go(creates=[{"key": "t", "title": "T", "wording": "T", "role": "x"}]), "không có vai trò nhận việc “x”"),
    (
        go(creates=[{"key": "t", "title": "T", "wording": "T", "unit": "u"}] * 2),
        "Bước “go”: có hai nhiệm vụ cùng mã “t”",
    ),
    (go(surprise=1), "step “go” surprise: không phải mục được hiểu"),
    (lambda raw: raw["step"][0].pop("who"), "step “go” who: còn thiếu"),
    (lambda raw: raw["stage"].append({"key": "a", "name": "Lại"}), "Có hai giai đoạn cùng mã “a”"),
    (
        lambda raw: raw["stage"].append({"key": "Đầu", "name": "x"}),
        "stage “Đầu” key: giá trị 'Đầu' không hợp lệ",
    ),
    (
        lambda raw: raw["stage"].append({"key": "c", "name": "Lẻ", "open": False}),
        "Không có đường nào dẫn tới giai đoạn “Lẻ”",
    ),
    (
        lambda raw: (raw["stage"].append({"key": "c", "name": "Cụt"}), go(to="c")(raw)),
        "Giai đoạn “Cụt” không có bước đi tiếp; nếu là giai đoạn cuối, hãy ghi open = false",
    ),
    (
        lambda raw: raw["step"].append({**raw["step"][0], "name": "Lại", "to": "z"}),
        "Giai đoạn “Đầu” có hai bước cùng mã “go”",
    ),
    (
        lambda raw: raw["step"][1].update({"to": "a"}),
        "Từ giai đoạn “Giữa” không có đường nào tới một giai đoạn cuối",
    ),
    (
        lambda raw: raw["step"].append({**raw["step"][0], "from": ["z"]}),
        "Giai đoạn cuối “Cuối” vẫn còn bước đi tiếp “go”",
    ),
    (lambda raw: raw.pop("step"), "step: còn thiếu"),
    (lambda raw: raw.update(stage=[]), "stage: giá trị [] không hợp lệ"),
]


@pytest.mark.parametrize(("change", "sentence"), FAULTS, ids=[sentence for _, sentence in FAULTS])
def test_an_unsound_procedure_is_refused_with_its_fault(
    change: Callable[[Raw], object], sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        procedure_of(broken(change))
    assert str(refused.value).startswith("Thủ tục trong bộ quy tắc chưa dùng được:\n- ")
    assert sentence in str(refused.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Refusal) as refused:
        procedure_of(broken(lambda raw: (go(to="x", who=["y"])(raw), raw["step"][1].update(who=["w"]))))
    assert str(refused.value).count("\n- ") == 3


def test_a_rule_set_without_a_procedure_is_refused() -> None:
    with pytest.raises(Refusal, match=r"chưa có mục \[procedure\]"):
        procedure_of({"criterion": []})


def test_the_second_programme_is_sound_as_it_stands() -> None:
    procedure = procedure_of({"procedure": procedure_in(ROOT / "tests/data/second-programme.toml")})
    assert procedure.start == "prepare"
