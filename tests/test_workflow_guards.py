"""Guards answer with reasons: each names who owes what, in the words of the commune."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from workflow.guards import GUARDS
from workflow.view import PlanView, TaskView


def task(number: int | None, unit: str, state: str, **values: Any) -> TaskView:
    kind = "report" if number is None else "criterion"
    row = TaskView(
        id=1, key=f"{kind}/{unit}", kind=kind, criterion_no=number, unit_name=unit, state=state,
        title="Báo cáo kết quả", last_valid_on=date(2024, 11, 9), part="lead",
    )  # fmt: skip
    return replace(row, **values)


VIEW = PlanView(
    stage="collecting",
    number="75/KH-UBND",
    issued_on=date(2024, 4, 16),
    criteria={2: "Khai sinh", 5: "Tai nạn"},
    document_names={"minutes": "Biên bản họp"},
    tasks=(task(2, "Tư pháp", "accepted"), task(5, "Trạm Y tế", "accepted")),
    documents=frozenset({"minutes"}),
    fresh_documents=frozenset(),
    unreachable=(),
    pending_extensions=0,
    today=date(2024, 4, 16),
)
ACCEPTED = {"kinds": ["criterion", "report"], "states": ["accepted"]}


def said(name: str, view: PlanView, params: dict[str, Any] | None = None) -> list[str]:
    return [blocker.text for blocker in GUARDS[name](view, params or {})]


@pytest.mark.parametrize("name", sorted(set(GUARDS) - {"documents_new"}))
def test_no_guard_complains_of_a_plan_in_order(name: str) -> None:
    params = {"tasks_in_states": ACCEPTED, "documents_present": {"kinds": ["minutes"]}}
    assert said(name, VIEW, params.get(name)) == []


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("assigned", "Tiêu chí 5: Trạm Y tế chưa nộp báo cáo."),
        ("acknowledged", "Tiêu chí 5: Trạm Y tế chưa nộp báo cáo."),
        ("in_progress", "Tiêu chí 5: Trạm Y tế chưa nộp báo cáo."),
        ("submitted", "Tiêu chí 5: báo cáo của Trạm Y tế đang chờ duyệt."),
        ("returned", "Tiêu chí 5: Trạm Y tế chưa nộp lại báo cáo đã trả về."),
    ],
)
def test_an_unfinished_criterion_is_told_with_its_number_unit_and_what_is_missing(
    state: str, sentence: str
) -> None:
    late = replace(VIEW, tasks=(task(2, "Tư pháp", "accepted"), task(5, "Trạm Y tế", state)))
    found = GUARDS["tasks_in_states"](late, ACCEPTED)
    assert [(one.text, one.task_key) for one in found] == [(sentence, "criterion/Trạm Y tế")]


def test_a_report_without_criterion_is_told_by_its_title() -> None:
    late = replace(VIEW, tasks=(task(None, "Thôn Hoàng Thanh", "assigned"),))
    assert said("tasks_in_states", late, ACCEPTED) == ["Báo cáo kết quả: Thôn Hoàng Thanh chưa nộp báo cáo."]


def test_cancelled_tasks_and_other_kinds_hold_nothing_up() -> None:
    tasks = (task(5, "Trạm Y tế", "cancelled"), task(None, "MTTQ", "assigned", kind="duty"))
    assert said("tasks_in_states", replace(VIEW, tasks=tasks), ACCEPTED) == []


def test_a_criterion_whose_only_leading_task_is_cancelled_has_no_owner() -> None:
    coop = task(5, "Thôn", "assigned", part="coop")
    orphan = replace(VIEW, tasks=(task(2, "Tư pháp", "assigned"), task(5, "Trạm Y tế", "cancelled"), coop))
    assert said("every_criterion_has_owner", orphan) == ["Tiêu chí 5 (Tai nạn): chưa có đơn vị chủ trì."]


def test_an_unsigned_plan_is_told_what_is_missing() -> None:
    assert said("plan_is_signed", replace(VIEW, number="   /KH-UBND")) == [
        "Kế hoạch chưa có số. Hãy nhập số, ngày của bản đã ký."
    ]
    assert said("plan_is_signed", replace(VIEW, today=date(2024, 4, 15))) == [
        "Kế hoạch ghi ngày ban hành 16/04/2024, chưa đến ngày đó."
    ]


def test_a_plan_without_live_tasks_has_given_nothing_out() -> None:
    none = replace(VIEW, tasks=(task(2, "Tư pháp", "cancelled"),))
    assert said("tasks_generated", none) == [
        "Kế hoạch chưa giao nhiệm vụ nào. Hãy tạo nhiệm vụ từ kế hoạch trước."
    ]


def test_units_nobody_can_write_to_are_named() -> None:
    assert said("units_reachable", replace(VIEW, unreachable=("Trạm Y tế",))) == [
        "Trạm Y tế: chưa có người đầu mối với địa chỉ nhận tin dùng được."
    ]


def test_waiting_extension_requests_are_counted() -> None:
    assert said("no_pending_extension", replace(VIEW, pending_extensions=2)) == [
        "Còn 2 đề nghị gia hạn chưa được trả lời."
    ]


def test_a_missing_document_is_called_by_its_name() -> None:
    params = {"kinds": ["minutes"]}
    without = replace(VIEW, documents=frozenset())
    sentence = "Chưa ghi nhận văn bản: Biên bản họp (số, ngày, nơi giữ)."
    assert said("documents_present", without, params) == [sentence]


def test_a_document_of_an_earlier_stage_is_not_a_new_one() -> None:
    params = {"kinds": ["minutes"]}
    assert said("documents_new", VIEW, params) != []
    assert said("documents_new", VIEW.with_documents(["minutes"]), params) == []


def test_a_guard_refuses_what_it_was_not_built_to_be_told() -> None:
    with pytest.raises(ValidationError):
        GUARDS["tasks_in_states"](VIEW, {"kinds": ["criterion"], "states": ["xong"]})
