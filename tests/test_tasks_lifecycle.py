"""A task moves only along the arrows of its table, whoever pulls, however often, from however many threads."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.errors import Refusal
from db.tables.work import TASK_STATES
from tasks.lifecycle import (
    ARROWS,
    CLOSED_STATES,
    OPEN_STATES,
    STATE_NAMES,
    TRIGGER_NAMES,
    next_state,
    possible,
)
from tasks.machine import NotAllowed, allowed, build, fire

EXPECTED = {
    ("assigned", "acknowledge"): "acknowledged",
    ("assigned", "start"): "in_progress",
    ("assigned", "submit"): "submitted",
    ("assigned", "cancel"): "cancelled",
    ("acknowledged", "start"): "in_progress",
    ("acknowledged", "submit"): "submitted",
    ("acknowledged", "cancel"): "cancelled",
    ("in_progress", "submit"): "submitted",
    ("in_progress", "cancel"): "cancelled",
    ("submitted", "accept"): "accepted",
    ("submitted", "return"): "returned",
    ("submitted", "cancel"): "cancelled",
    ("returned", "start"): "in_progress",
    ("returned", "submit"): "submitted",
    ("returned", "cancel"): "cancelled",
    ("accepted", "reopen"): "returned",
    ("cancelled", "restore"): "assigned",
}


def attempt(state: str, trigger: str) -> str | None:
    try:
        return next_state(state, trigger)
    except Refusal:
        return None


def test_of_all_pairs_of_state_and_trigger_only_the_written_ones_lead_anywhere() -> None:
    every = {(state, trigger): attempt(state, trigger) for state in TASK_STATES for trigger in TRIGGER_NAMES}
    assert {pair: to for pair, to in every.items() if to is not None} == EXPECTED


@given(st.lists(st.sampled_from([*TRIGGER_NAMES, "to_accepted", "", "không có"])))
def test_no_series_of_triggers_reaches_a_state_by_another_way_than_the_table(triggers: list[str]) -> None:
    state = "assigned"
    for trigger in triggers:
        reached = attempt(state, trigger)
        assert reached == EXPECTED.get((state, trigger))
        state = reached or state
    assert state in TASK_STATES


def test_a_task_is_open_exactly_while_its_unit_may_still_hand_in() -> None:
    assert {state for state in TASK_STATES if "submit" in possible(state)} == set(OPEN_STATES)
    assert set(TASK_STATES) - set(OPEN_STATES) - set(CLOSED_STATES) == {"submitted"}


@pytest.mark.parametrize(
    ("state", "trigger", "sentence"),
    [
        (
            "accepted",
            "submit",
            "Nhiệm vụ đang ở trạng thái “đã duyệt” nên không nộp báo cáo được. Lúc này có thể: mở lại để bổ sung.",
        ),
        (
            "cancelled",
            "acknowledge",
            "Nhiệm vụ đang ở trạng thái “đã huỷ” nên không xác nhận đã nhận việc được. "
            "Lúc này có thể: giao lại nhiệm vụ đã rút.",
        ),
        (
            "submitted",
            "submit",
            "Nhiệm vụ đang ở trạng thái “đã nộp, chờ duyệt” nên không nộp báo cáo được. "
            "Lúc này có thể: duyệt báo cáo, trả lại báo cáo, huỷ nhiệm vụ.",
        ),
    ],
)
def test_a_refused_move_says_where_the_task_stands_and_what_is_possible(
    state: str, trigger: str, sentence: str
) -> None:
    with pytest.raises(Refusal) as refused:
        next_state(state, trigger)
    assert str(refused.value) == sentence


def test_every_state_and_trigger_has_a_vietnamese_name() -> None:
    assert set(STATE_NAMES) == set(TASK_STATES)
    assert set(TRIGGER_NAMES) == {name for name, _, _ in ARROWS}


def test_a_machine_shared_by_threads_never_mixes_up_their_tasks() -> None:
    machine = build(("a", "b", "c"), [("go", ("a",), "b"), ("go", ("b",), "c")])
    starts = ["a", "b"] * 2000
    with ThreadPoolExecutor(8) as pool:
        reached = list(pool.map(lambda state: fire(machine, state, "go"), starts))
    assert reached == ["b", "c"] * 2000
    assert machine.models == []


@pytest.mark.parametrize(("state", "trigger"), [("c", "go"), ("a", "to_c"), ("x", "go"), ("initial", "go")])
def test_a_machine_knows_no_state_or_trigger_that_was_not_written(state: str, trigger: str) -> None:
    machine = build(("a", "b", "c"), [("go", ("a",), "b"), ("go", ("b",), "c")])
    with pytest.raises(NotAllowed) as refused:
        fire(machine, state, trigger)
    assert (refused.value.state, refused.value.trigger) == (state, trigger)
    assert trigger not in allowed(machine, state)


def test_a_machine_refuses_an_arrow_to_nowhere() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        build(("a",), [("go", ("a",), "nowhere")])
